"""Organizations that are or were responsible for cases, and the topics of these."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.participation.tables import case_steps, cases


def in_cases(connection: sa.Connection, concept: str) -> int:
    """Count the cases that name a concept, now or in one of their steps: all are kept."""
    steps = sa.select(case_steps.c.case).where(case_steps.c.organization == concept)
    now = (cases.c.organization == concept) | (cases.c.topic == concept)
    named = sa.union(steps, sa.select(cases.c.number).where(now)).subquery()
    count = connection.execute(sa.select(sa.func.count()).select_from(named)).scalar_one()
    return int(count)
