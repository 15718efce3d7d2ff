"""What of sources waits for people: removals that runs ask about, and visits that fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote

from catalog_service.accounts.service import Action, Principal, owner_name, sources_of
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.journal.model import Run
from catalog_service.sources.freshness import freshness_by_source
from catalog_service.waiting import Deadline, DeadlineKind, WaitingItem, WaitingKind
from translations import N_

DECISION_DAYS: Final = 10
"""Days within which a run's question is to be answered: the catalogue's own aim, as no law says."""
_MOST: Final = 200
"""Runs that wait; of one source a later one takes the place of an earlier one."""


def _waiting_runs(atlas: Service, principal: Principal) -> list[tuple[Run, str, date]]:
    """Return the runs that somebody may decide, their sources' titles, and when that is due."""
    sources = sources_of(atlas.journal, principal, Action.RUN_DECIDE)
    titles = {source.id: source.title for source in atlas.journal.sources()}
    found = []
    for run in atlas.journal.runs(status="waiting", limit=_MOST):
        if sources is None or run.source in sources:
            ended = (run.finished or run.started).astimezone(SHANGHAI).date()
            due = ended + timedelta(DECISION_DAYS)
            found.append((run, titles.get(run.source, run.source), due))
    return found


def _path(run: Run) -> str:
    return f"/sources/{run.source}/runs/{quote(run.id, safe='')}"


def _runs(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    for run, title, due in _waiting_runs(atlas, principal):
        yield WaitingItem(title, _path(run), 1, run.finished or run.started, due)


def _failing(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    sources = sources_of(atlas.journal, principal, Action.SOURCE_VISIT)
    titles = {source.id: source.title for source in atlas.journal.sources()}
    for name, fresh in freshness_by_source(atlas).items():
        if fresh.state in ("failed", "late") and (sources is None or name in sources):
            since = fresh.last_run.started if fresh.last_run is not None else None
            yield WaitingItem(titles.get(name, name), f"/sources/{name}", 1, since)


WAITING: Final = (
    WaitingKind(
        "run",
        N_("Removals that a run asks about"),
        N_("Look at what its list no longer names, and let it be removed or kept."),
        _runs,
    ),
    WaitingKind(
        "source",
        N_("Sources out of step"),
        N_("See what the last visit says, mend it at the platform, and have it visited again."),
        _failing,
    ),
)


def _decisions(atlas: Service, principal: Principal, first: date, last: date) -> Iterator[Deadline]:
    for run, title, due in _waiting_runs(atlas, principal):
        if first <= due <= last:
            whose = owner_name(atlas.accounts.hierarchy, atlas.journal, run.source)
            yield Deadline(due, title, _path(run), whose=whose)


DEADLINES: Final = (DeadlineKind("run", N_("Removals to be decided"), _decisions),)
