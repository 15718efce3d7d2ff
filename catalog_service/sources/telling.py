"""Tells people what of sources waits for them: held versions, and runs that need a decision."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import Final
from urllib.parse import quote

import sqlalchemy as sa
import structlog

from catalog_service.accounts.service import Action, owner_of
from catalog_service.context import Service
from catalog_service.journal.schema import records
from catalog_service.notices.service import Notice, last_told, note_told, tell_all
from ontology.errors import AtlasError

LOOK_EVERY: Final = 60.0
"""Seconds between two looks."""
PAUSE: Final = timedelta(hours=1)
"""At least between two notices of one source's held versions: a push may hold one at a time."""
_MOST_RUNS: Final = 200

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    while not stop.wait(look_every):
        try:
            tell_what_waits(atlas)
        except AtlasError as error:
            _log.warning("what-waits-not-told", error=error.code)


def tell_what_waits(atlas: Service) -> int:
    """Tell of what waits and was not told of yet; return how many things that were."""
    titles = {source.id: source.title for source in atlas.journal.sources()}
    told = 0
    for source, count, newest in _held(atlas):
        told += _tell_held(atlas, source, titles.get(source, source), count, newest)
    for one in atlas.journal.runs(status="waiting", limit=_MOST_RUNS):
        title = titles.get(one.source, one.source)
        path = f"/sources/{one.source}/runs/{quote(one.id, safe='')}"
        told += _tell_run(atlas, one.source, title, one.id, path)
    return told


def _held(atlas: Service) -> list[tuple[str, int, int]]:
    """Return by source how many versions wait, and the number of the newest of them."""
    query = (
        sa.select(records.c.source, sa.func.count(), sa.func.max(records.c.held_seq))
        .where(records.c.held_seq.is_not(None))
        .group_by(records.c.source)
        .order_by(records.c.source)
    )
    with atlas.journal.reading_tables() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def _tell_held(atlas: Service, source: str, title: str, count: int, newest: int) -> int:
    now, key = atlas.clock.now(), f"held:{source}"
    with atlas.journal.reading_tables() as connection:
        before = last_told(connection, key)
        since = 0 if before is None else before[0]
        if newest <= since or (before is not None and now - before[1] < PAUSE):
            return 0
        new = connection.execute(
            sa.select(sa.func.count()).where(records.c.source == source, records.c.held_seq > since)
        ).scalar_one()
    owner = owner_of(atlas.journal, source)
    notice = Notice(
        "held.waiting",
        {"source": title, "count": new, "all": count},
        path=f"/workbench/held?source={quote(source)}",
        organization=owner,
    )
    persons = atlas.accounts.who_may.over(Action.HELD_DECIDE, owner)
    with atlas.journal.writing_tables() as connection:
        tell_all(atlas, connection, notice, persons)
        note_told(connection, key, newest, now)
    return 1


def _tell_run(atlas: Service, source: str, title: str, run_id: str, path: str) -> int:
    key = f"run:{run_id}"
    with atlas.journal.reading_tables() as connection:
        if last_told(connection, key) is not None:
            return 0
    owner = owner_of(atlas.journal, source)
    notice = Notice("run.waiting", {"source": title, "run": run_id}, path=path, organization=owner)
    persons = atlas.accounts.who_may.over(Action.RUN_DECIDE, owner)
    with atlas.journal.writing_tables() as connection:
        tell_all(atlas, connection, notice, persons)
        note_told(connection, key, 1, atlas.clock.now())
    return 1
