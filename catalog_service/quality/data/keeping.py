"""Profiles of the catalogue's files: made one after the other, kept from the day they changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import orjson
import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.model import StoredRecord
from catalog_service.quality.data.fetching import LARGEST, Fetched, fetch, reason_of
from catalog_service.quality.data.model import Profile
from catalog_service.quality.data.night import Night, in_order
from catalog_service.quality.data.running import Told, profile_file
from catalog_service.quality.data.targets import FileTarget, code_lists, file_target
from catalog_service.quality.errors import FETCH_NOT_ALLOWED
from catalog_service.quality.outgoing import host_turns
from catalog_service.quality.tables import quality_profiles
from catalog_service.user_agent import agent
from harvesters.platforms.cancellation import Cancellation
from ontology.errors import AtlasError

_P: Final = quality_profiles.c


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found in a dataset's file from ``day`` on, last on the day ``seen``.

    ``profile`` is None where there is none, for a ``reason``. ``modified`` is what the publisher
    said of the last change (``Last-Modified``) on the first of these days.
    """

    day: date
    seen: date
    address: str
    reason: str
    modified: str | None
    profile: Profile | None


@dataclass(frozen=True, slots=True)
class Done:
    """``profiled`` files of ``files``; of the others no profile could be made, or is from today."""

    files: int
    profiled: int
    failed: int


def profile_data(
    atlas: Service,
    *,
    source: str | None = None,
    iris: Collection[str] | None = None,
    allow: tuple[str, ...] = (),
    night: Night | None = None,
    told: Callable[[str, Kept], None] | None = None,
    cancellation: Cancellation | None = None,
) -> Done:
    """Fetch and profile a file of each public dataset that anybody may take.

    A file that was looked at today is not fetched again, so that what was broken off goes on.
    ``night`` bounds what is done in one: files that were never looked at come first, then those
    whose record changed since, then the others, oldest first. ``allow`` holds inner addresses that
    may be reached: none but in tests. Raises ``fetch-not-allowed``, and what the cancellation does.
    """
    if not atlas.settings.quality_fetch:
        raise AtlasError(FETCH_NOT_ALLOWED)
    turns, day = host_turns(), atlas.clock.today()
    codes = code_lists(atlas.vocabulary)
    last = _last_seen(atlas)
    counted = {"files": 0, "profiled": 0, "failed": 0}
    whole = LARGEST if night is None else min(LARGEST, night.bytes)
    if night is not None:
        night.took(*_done_on(atlas, day))
    for iri in _iris(atlas, source, iris, last):
        # Read anew: it may have been withdrawn since, while others were fetched.
        record = atlas.journal.get(iri)
        target = None if record is None else _target(atlas, record)
        if target is None or (night is not None and not night.reaches(target.address)):
            continue
        counted["files"] += 1
        if last.get(iri) == day:
            continue
        if night is not None and night.is_over:
            break
        largest = LARGEST if night is None else min(LARGEST, night.bytes)
        found, size = _look(
            target,
            day,
            partial(
                fetch,
                agent=agent(atlas.settings),
                turns=turns,
                allow=allow,
                largest=largest,
                cancellation=cancellation,
            ),
            codes,
            cancellation,
        )
        if night is not None:
            night.took(1, size)
            if found.reason == "answer-too-large" and largest < whole:
                # It does not fit into what is left of this night: it has its turn in another.
                continue
        _keep(atlas, iri, found)
        counted["profiled" if found.profile is not None else "failed"] += 1
        if told is not None:
            told(iri, found)
    return Done(**counted)


def profiles_of(atlas: Service, iri: str) -> list[Kept]:
    """Return what was found in a dataset's file, the newest first; empty: not looked at yet."""
    query = sa.select(quality_profiles).where(_P.iri == iri).order_by(_P.day.desc())
    with atlas.journal.reading_tables() as connection:
        return [_kept(row) for row in connection.execute(query)]


def _iris(
    atlas: Service, source: str | None, only: Collection[str] | None, seen: Mapping[str, date]
) -> list[str]:
    if only is not None:
        return list(only)
    stream = atlas.journal.snapshot()[1]
    return in_order(
        (one for one in stream if source in (None, one.source) and _target(atlas, one) is not None),
        seen,
    )


def _target(atlas: Service, record: StoredRecord) -> FileTarget | None:
    if not record.public or record.state != "active" or not record.nquads:
        return None
    return file_target(record.nquads, record.focus, atlas.vocabulary)


def _last_seen(atlas: Service) -> dict[str, date]:
    """Return the last day on which each record's file was looked at."""
    query = sa.select(_P.iri, sa.func.max(_P.seen)).group_by(_P.iri)
    with atlas.journal.reading_tables() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def _done_on(atlas: Service, day: date) -> tuple[int, int]:
    """Return how many files were looked at on a day, and the bytes of those that were profiled."""
    query = sa.select(_P.details).where(_P.seen == day)
    with atlas.journal.reading_tables() as connection:
        found = list(connection.execute(query).scalars())
    return len(found), sum(orjson.loads(one)["bytes"] for one in found if one is not None)


def _look(
    target: FileTarget,
    day: date,
    fetching: Callable[[str, Path], Fetched],
    codes: dict[str, tuple[str, ...]],
    cancellation: Cancellation | None,
) -> tuple[Kept, int]:
    """Return what was found in a file, and how many bytes of it were fetched."""
    modified = None
    with tempfile.TemporaryDirectory(prefix="atlas-fetched-") as folder:
        path = Path(folder) / "file"
        try:
            answer = fetching(target.address, path)
        except AtlasError as error:
            if cancellation is not None:
                cancellation.check()
            told = Told(None, reason_of(error))
        else:
            modified = answer.modified
            told = profile_file(path, target.kind, target.items, codes, cancellation=cancellation)
        size = path.stat().st_size if path.exists() else 0
    if cancellation is not None:
        cancellation.check()
    return Kept(day, day, target.address, told.reason, modified, told.profile), size


def _keep(atlas: Service, iri: str, found: Kept) -> None:
    """Write what was found, where it is not what was found before; today's row is replaced."""
    with atlas.journal.writing_tables() as connection:
        query = sa.select(quality_profiles).where(_P.iri == iri).order_by(_P.day.desc()).limit(2)
        kept = [_kept(row) for row in connection.execute(query)]
        if kept and kept[0].day > found.day:
            return
        if kept and kept[0].day == found.day:
            connection.execute(quality_profiles.delete().where(_P.iri == iri, _P.day == found.day))
            del kept[0]
        if kept and _same(kept[0], found):
            connection.execute(
                quality_profiles.update()
                .where(_P.iri == iri, _P.day == kept[0].day)
                .values(seen=found.seen)
            )
            return
        details = None if found.profile is None else orjson.dumps(found.profile.written()).decode()
        connection.execute(
            quality_profiles.insert().values(
                iri=iri,
                day=found.day,
                seen=found.seen,
                address=found.address,
                reason=found.reason,
                modified=found.modified,
                details=details,
            )
        )


def _same(one: Kept, other: Kept) -> bool:
    """Tell whether the same was found, to the byte where there is a profile.

    ``modified`` apart: some servers say the time of the answer.
    """
    return (one.address, one.reason, one.profile) == (other.address, other.reason, other.profile)


def _kept(row: sa.Row[tuple[object, ...]]) -> Kept:
    return Kept(
        day=row.day,
        seen=row.seen,
        address=row.address,
        reason=row.reason,
        modified=row.modified,
        profile=None if row.details is None else Profile.read(orjson.loads(row.details)),
    )
