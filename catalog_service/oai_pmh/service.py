"""The records of the repository: what the public knows last of each, in the order of changes.

A record is a version that is public now, or the end of one, with the time of the change that
brought it. What was closed is a deletion like any other: nothing of it is told, not even the sets
that it was in; deletions are therefore in the lists of every set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from catalog_service.context import Service
from catalog_service.journal.published import PublicChange
from catalog_service.oai_pmh.errors import (
    BAD_TOKEN,
    GONE,
    NO_FORMAT,
    NOTHING_FOUND,
    STILL_LOOKING,
    UNKNOWN_IDENTIFIER,
)
from catalog_service.oai_pmh.formats import FORMATS, MetadataFormat
from catalog_service.oai_pmh.progress import Progress
from catalog_service.oai_pmh.resumption import ListPosition, read_token, write_token
from catalog_service.oai_pmh.sets import SPEC, sets_of
from ontology.errors import AtlasError
from ontology.limits import MIB
from ontology.record import PATH

PAGE: Final = 100
"""Records of one answer."""

CHANGES: Final = 250
"""Changes that are looked at together."""

LONGEST: Final = 4 * MIB
"""Characters of content after which an answer ends."""

ENOUGH: Final = 5_000
"""Changes after which an answer ends that has records."""

MOST: Final = 20_000
"""Changes after which an answer ends, with or without a record."""

_AGAIN: Final = 1

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""No change is older."""

_progress: Final = Progress()


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A part of a list."""

    records: list[PublicChange]
    format: MetadataFormat
    passed: int
    """Records that came before."""
    token: str
    """Empty at the end."""


def metadata_format(prefix: str) -> MetadataFormat:
    """Return a format; raises ``oai-no-format``."""
    found = FORMATS.get(prefix)
    if found is None:
        raise AtlasError(NO_FORMAT, value=prefix[:80], known=", ".join(FORMATS))
    return found


def record(atlas: Service, identifier: str) -> PublicChange:
    """Return one record, or its end; raises ``oai-unknown-identifier``."""
    own = identifier.startswith(f"{atlas.settings.base_iri}{PATH}")
    found = atlas.journal.public_change_of(identifier) if own else None
    if found is None:
        raise AtlasError(UNKNOWN_IDENTIFIER, value=identifier[:200])
    return found


def formats_of(atlas: Service, identifier: str | None) -> list[MetadataFormat]:
    """Return the formats there are, of one record or of all; raises as `record`, ``oai-gone``."""
    if identifier is not None and record(atlas, identifier).nquads is None:
        raise AtlasError(GONE, value=identifier[:200])
    return list(FORMATS.values())


def first_page(
    atlas: Service, prefix: str, since: datetime | None, until: datetime | None, set_spec: str
) -> RecordPage:
    """Return the beginning of a list; ``since`` and ``until`` both count, to their whole second.

    Raises ``oai-no-format``, ``oai-nothing-found``.
    """
    metadata_format(prefix)
    # A set that no record is in any more still has deletions.
    first: int | None = 1
    if since is not None and since > _EPOCH:
        first = _after(atlas, since - timedelta(microseconds=1))
    last = None
    if until is not None:
        end = _after(atlas, until)
        last = None if end is None else end - 1
    if first is None or last == 0 or (last is not None and first > last):
        raise AtlasError(NOTHING_FOUND)
    return _page(atlas, ListPosition(atlas.journal.identity, prefix, set_spec, first, last, 0))


def next_page(atlas: Service, token: str) -> RecordPage:
    """Return what follows in a list; raises ``oai-bad-token``."""
    position = read_token(token, atlas.journal.identity)
    sound = not position.set_spec or SPEC.fullmatch(position.set_spec)
    if position.prefix not in FORMATS or not sound:
        raise AtlasError(BAD_TOKEN)
    return _page(atlas, position)


def earliest(atlas: Service) -> datetime:
    """Return the time of the first change; now for an empty catalogue."""
    return (atlas.journal.time_of(1) or atlas.clock.now()).astimezone(UTC)


def _page(atlas: Service, position: ListPosition) -> RecordPage:
    found, following = _look(atlas, position)
    if not found and not position.passed:
        raise AtlasError(NOTHING_FOUND)
    # The rest of a list may have changed since its token was given, to times that it does not
    # have: it ends then, with nothing more. An error would make clients begin it anew.
    token = ""
    if following is not None:
        token = write_token(
            replace(position, following=following, passed=position.passed + len(found))
        )
    return RecordPage(found, FORMATS[position.prefix], position.passed, token)


def _look(atlas: Service, position: ListPosition) -> tuple[list[PublicChange], int | None]:
    """Return the records of an answer, and the change where its list goes on; None at its end.

    Raises ``oai-still-looking`` after many changes without a record.
    """
    head = atlas.journal.head()
    last = head if position.last is None else min(position.last, head)
    start = first = _progress.start(position)
    found: list[PublicChange] = []
    size = 0
    while first <= last:
        looked = first - start
        if looked >= ENOUGH and len(found) > 1:
            # The last one waits for the next answer, which then has a record.
            return found[:-1], found[-1].seq
        if looked >= MOST:
            if found:
                return found, first
            _progress.note(position, first)
            raise AtlasError(STILL_LOOKING, retry_after=_AGAIN)
        changes, end = atlas.journal.public_changes(first, min(first + CHANGES - 1, last), LONGEST)
        for change in changes:
            if position.set_spec and not is_in(change, position.set_spec):
                continue
            size += len(change.nquads or "")
            if len(found) == PAGE or (size > LONGEST and found):
                return found, change.seq
            found.append(change)
        first = end + 1
    return found, None


def is_in(change: PublicChange, set_spec: str) -> bool:
    """Tell whether a record is listed with a set."""
    return change.nquads is None or set_spec in sets_of(change.nquads, change.focus)


def _after(atlas: Service, moment: datetime) -> int | None:
    """Return the number of the first change after a moment; None where there is none."""
    ahead = atlas.journal.ahead(moment)
    return None if ahead is None else ahead.first
