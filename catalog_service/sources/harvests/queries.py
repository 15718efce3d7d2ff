"""What is stored of a harvest's run, for those who watch it or read its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.journal import Journal
from catalog_service.sources.harvests.model import Problem
from catalog_service.sources.tables import harvest_problems, harvest_sources, harvests


@dataclass(frozen=True, slots=True)
class HarvestState:
    """Where a harvest stands, or how it ended."""

    active: bool
    full: bool
    """Whether the whole list is walked, not only what changed."""
    pages: int
    total: int | None
    """Entries that the platform's list declares, where it does."""
    counters: Mapping[str, int]
    error: Mapping[str, Any] | None
    """Why it failed, stopped or waits: code, and message in both languages."""
    has_credentials: bool
    """Whether the platform's list is one that not everybody can see."""
    decision: Mapping[str, Any] | None
    """What it waits for (``gone`` of ``live`` records), with ``verdict``, ``reason``, ``actor``
    and ``time`` once that was decided; ``earlier`` names the run of which a refusal still holds."""

    @property
    def decided(self) -> tuple[datetime, datetime] | None:
        """Between when a decision was carried out; None where none was made."""
        if self.decision is None or not {"began", "time"} <= self.decision.keys():
            return None
        began, ended = self.decision["began"], self.decision["time"]
        return datetime.fromisoformat(began), datetime.fromisoformat(ended)


def harvest_state(journal: Journal, run: str) -> HarvestState | None:
    """Return where a harvest stands; None for a run of an import."""
    query = (
        sa.select(*harvests.c, harvest_sources.c.credentials.is_not(None).label("has_credentials"))
        .outerjoin(harvest_sources, harvest_sources.c.source == harvests.c.source)
        .where(harvests.c.run == run)
    )
    with journal.reading_tables() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    return HarvestState(
        active=row.active is not None,
        full=row.full,
        pages=row.pages,
        total=row.total,
        counters=orjson.loads(row.counters),
        has_credentials=bool(row.has_credentials),
        error=None if row.error is None else orjson.loads(row.error),
        decision=None if row.decision is None else orjson.loads(row.decision),
    )


def problems_after(journal: Journal, run: str, after: int, limit: int) -> list[tuple[int, Problem]]:
    """Return up to ``limit`` problems of a run with numbers above ``after``, in order."""
    query = (
        sa.select(harvest_problems.c.number, harvest_problems.c.remote_id, harvest_problems.c.error)
        .where(harvest_problems.c.run == run, harvest_problems.c.number > after)
        .order_by(harvest_problems.c.number)
        .limit(limit)
    )
    with journal.reading_tables() as connection:
        return [
            (number, Problem(remote_id, orjson.loads(error)))
            for number, remote_id, error in connection.execute(query)
        ]
