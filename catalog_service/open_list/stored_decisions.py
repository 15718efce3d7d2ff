"""Decisions of the yearly evaluation (R23) in the journal's database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog_service.journal.codec import to_instant
from catalog_service.open_list.tables import open_list_decisions

_T = open_list_decisions.c


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about an item last."""

    item: str
    decision: str
    reason: str
    actor: str
    time: datetime
    number: int
    """Later decisions have higher ones, whatever they are about."""


def decisions_in(connection: sa.Connection, organization: str, year: int) -> dict[str, Decision]:
    """Return what was decided last about each item of a list, by its key."""
    query = (
        sa.select(*open_list_decisions.c)
        .where(_T.organization == organization, _T.year == year)
        .order_by(_T.number)
    )
    return {
        row.item: Decision(
            row.item, row.decision, row.reason, row.actor, to_instant(row.time), row.number
        )
        for row in connection.execute(query)
    }


def last_decision(connection: sa.Connection, organization: str, year: int) -> int:
    """Return the number of the last decision about a list; 0: there is none yet."""
    query = sa.select(sa.func.max(_T.number)).where(
        _T.organization == organization, _T.year == year
    )
    return int(connection.execute(query).scalar() or 0)
