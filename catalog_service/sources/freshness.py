"""Whether a source is in step with where its records come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from catalog_service.context import Service
from catalog_service.journal.model import Run, Source
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.model import SupplyState

OVERDUE: Final = timedelta(hours=1)
"""A visit that has not begun so long after its time is overdue."""


@dataclass(frozen=True, slots=True)
class SourceFreshness:
    """When a source was visited, and whether that went well."""

    state: SupplyState
    """Of one that comes ``by-hand``, whether it has supplied anything is told by its records."""
    last_run: Run | None
    last_success: datetime | None
    """When the last run that ended well did so."""
    harvest: HarvestSource | None
    """How it is visited; None for one that pushes or is imported."""
    failed: bool
    """Whether the last run that ended did not end well."""

    @property
    def under_way(self) -> str | None:
        """The run that is under way; None where none is."""
        last = self.last_run
        return last.id if last is not None and last.status == "running" else None


def freshness_by_source(atlas: Service) -> dict[str, SourceFreshness]:
    """Return how fresh each source is, by its identifier."""
    journal, now = atlas.journal, atlas.clock.now()
    visited = {one.source: one for one in HarvestStore(journal, atlas.clock).sources()}
    last, good = journal.last_runs(), journal.last_runs("done", "waiting")
    ended = journal.last_runs("done", "waiting", "failed", "stopped", "cancelled")
    found = {}
    for source in journal.sources():
        harvest = visited.get(source.id)
        success = good.get(source.id)
        found[source.id] = SourceFreshness(
            state=_state(source, harvest, last.get(source.id), ended.get(source.id), success, now),
            last_run=last.get(source.id),
            last_success=None if success is None else success.finished,
            harvest=harvest,
            failed=source.id in ended and ended[source.id] != success,
        )
    return found


def _state(
    source: Source,
    harvest: HarvestSource | None,
    last: Run | None,
    ended: Run | None,
    success: Run | None,
    now: datetime,
) -> SupplyState:
    if source.removed is not None:
        return "removed"
    if source.paused:
        return "paused"
    if harvest is None or harvest.settings.schedule is None:
        return "by-hand"
    if ended is not None and ended != success:
        return "failed"
    running = last is not None and last.status == "running"
    if harvest.due is not None and now - harvest.due > OVERDUE and not running:
        return "late"
    return "never" if success is None else "in-step"
