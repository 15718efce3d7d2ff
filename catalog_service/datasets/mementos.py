"""The public versions of a dataset in time, and their addresses (Memento, RFC 7089).

A memento is what ``?at=`` shows, by the same rule: what is closed takes its past with it, and what
was never public has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from catalog_service.context import Service
from catalog_service.datasets.errors import (
    DATASET_NOT_FOUND,
    DATASET_WITHDRAWN,
    NO_TIME_MACHINE,
)
from catalog_service.datasets.visibility import history
from catalog_service.http.identifiers import decode_segment
from catalog_service.links import form_path, record_path, split_ending
from ontology.errors import AtlasError

TIMEGATE: Final = "/timegate"
TIMEMAP: Final = "/timemap"
LINK_FORMAT: Final = "application/link-format"
_IDENTIFIERS: Final = "id/dataset/"
_STARTS: Final = (_IDENTIFIERS, "dataset/")


@dataclass(frozen=True, slots=True)
class Memento:
    """A public version: when it came, and where it can be read."""

    time: datetime
    url: str

    @property
    def http_date(self) -> str:
        """Its time as headers and link formats have it: to the second, in GMT."""
        return http_date(self.time)


@dataclass(frozen=True, slots=True)
class Original:
    """A resource whose versions are asked for: its address, and its record."""

    path: str
    source: str
    remote_id: str
    mementos: tuple[Memento, ...]

    def before(self, instant: datetime | None) -> Memento:
        """Return the version of an instant: the last one until then, else the first."""
        until = [m for m in self.mementos if instant is None or m.time <= instant]
        return until[-1] if until else self.mementos[0]


def http_date(instant: datetime) -> str:
    """Return an instant as an HTTP date (RFC 9110, 5.6.7)."""
    return format_datetime(instant.astimezone(UTC).replace(microsecond=0), usegmt=True)


def original(atlas: Service, target: str) -> Original:
    """Return what stands behind ``/timegate/``: an address of a dataset, whole or as a path.

    A form (``….ttl``) has its own versions. Raises ``no-time-machine`` for anything else, and
    ``dataset-not-found`` as `find` does.
    """
    settings = atlas.settings
    for site in (settings.public_url, settings.base_iri):
        target = target.removeprefix(f"{site}/")
    start = next((s for s in _STARTS if target.startswith(s)), None)
    source, slash, name = target.removeprefix(start or "").partition("/")
    if start is None or not slash or not name or "/" in name:
        raise AtlasError(NO_TIME_MACHINE)
    source, remote_id = decode_segment(source), decode_segment(name)
    stem, ending = split_ending(remote_id) if start == "dataset/" else (remote_id, "")
    if ending:
        try:
            return _original(atlas, f"/{target}", source, stem, ending)
        except AtlasError as error:
            if error.kind not in (DATASET_NOT_FOUND, DATASET_WITHDRAWN):
                raise
    return _original(atlas, f"/{target}", source, remote_id, "")


def _original(atlas: Service, path: str, source: str, remote_id: str, ending: str) -> Original:
    is_iri = path.startswith(f"/{_IDENTIFIERS}")
    found = tuple(mementos(atlas, source, remote_id, ending, is_iri=is_iri))
    if not found:
        raise AtlasError(DATASET_NOT_FOUND, name=f"{source}/{remote_id}")
    return Original(path, source, remote_id, found)


def mementos(
    atlas: Service, source: str, remote_id: str, ending: str = "", *, is_iri: bool = False
) -> Iterator[Memento]:
    """Yield the public versions of a dataset, oldest first; raises as `find` does.

    ``is_iri``: those of the record's IRI (``/id/…``). They are redirections, as it is one itself:
    each says which resource it is a version of, and so does what it leads to.
    """
    path = form_path(source, remote_id, ending) if ending else record_path(source, remote_id)
    if is_iri:
        path = f"/id{path}"
    elif not ending and split_ending(remote_id)[1]:
        path = form_path(source, remote_id, "html")
    # Of changes at one instant only the last can be asked for.
    times = {change.time for change in history(atlas, source, remote_id, None) if change.public}
    for time in sorted(times):
        at = time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        yield Memento(time, f"{atlas.settings.public_url}{path}?at={quote(at, safe=':')}")


def memento_datetime(
    atlas: Service, source: str, remote_id: str, at: datetime | None
) -> dict[str, str]:
    """Return the header of an earlier version: when it came.

    Nothing of what the public was never shown, nor of a time that is still to come: what will have
    been shown then is not known (RFC 7089, 2.1.1: a memento does not change).
    """
    if at is None:
        return {}
    known: list[datetime] = []
    with suppress(AtlasError):
        known = [memento.time for memento in mementos(atlas, source, remote_id)]
    until = [time for time in known if time <= at]
    # A version's own time may be ahead, where the clock was when it was written.
    fixed = bool(until) and (at <= atlas.clock.now() or until[-1] == at)
    return {"Memento-Datetime": http_date(until[-1])} if fixed else {}


def relations(path: str, base: str) -> list[str]:
    """Return the values of ``Link`` that lead from a resource to its versions."""
    return [
        f'<{base}{TIMEGATE}{path}>; rel="timegate"',
        f'<{base}{TIMEMAP}/link{path}>; rel="timemap"; type="{LINK_FORMAT}"',
    ]


def ends(found: Sequence[Memento]) -> list[str]:
    """Return the values of ``Link`` for the first and the last version."""
    if len(found) == 1:
        return [_memento(found[0], "first last memento")]
    return [_memento(found[0], "first memento"), _memento(found[-1], "last memento")]


def link_format(item: Original, base: str) -> str:
    """Return the time map of a resource (RFC 7089, section 5)."""
    last = len(item.mementos) - 1
    lines = [
        f'<{base}{item.path}>; rel="original"',
        f'<{base}{TIMEGATE}{item.path}>; rel="timegate"',
        f'<{base}{TIMEMAP}/link{item.path}>; rel="self"; type="{LINK_FORMAT}"; '
        f'from="{item.mementos[0].http_date}"; until="{item.mementos[-1].http_date}"',
    ]
    for number, memento in enumerate(item.mementos):
        names = [name for name, at in (("first", 0), ("last", last)) if at == number]
        lines.append(_memento(memento, " ".join((*names, "memento"))))
    return ",\n".join(lines) + "\n"


def json_map(item: Original, base: str) -> dict[str, object]:
    """Return the time map of a resource in the JSON that Memento clients read."""
    listed = [{"datetime": _seconds(m.time), "uri": m.url} for m in item.mementos]
    return {
        "original_uri": f"{base}{item.path}",
        "timegate_uri": f"{base}{TIMEGATE}{item.path}",
        "timemap_uri": {
            "link_format": f"{base}{TIMEMAP}/link{item.path}",
            "json_format": f"{base}{TIMEMAP}/json{item.path}",
        },
        "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
    }


def _memento(memento: Memento, relation: str) -> str:
    return f'<{memento.url}>; rel="{relation}"; datetime="{memento.http_date}"'


def _seconds(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
