"""Distinctions in the journal's database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.journal.codec import to_number
from catalog_service.results.award_model import AwardStep, Criteria
from catalog_service.results.tables import award_criteria, award_steps

_C: Final = award_criteria.c
_S: Final = award_steps.c


def add_criteria(
    connection: sa.Connection,
    award: str,
    in_force: date,
    zh: str,
    en: str,
    actor: str,
    time: datetime,
) -> int:
    """Keep criteria, and return their number."""
    number = _next(connection, _C.number)
    connection.execute(
        award_criteria.insert().values(
            number=number,
            award=award,
            in_force=in_force,
            zh=zh,
            en=en,
            actor=actor,
            time=to_number(time),
        )
    )
    return number


def criteria_in(connection: sa.Connection) -> list[Criteria]:
    """Return all criteria, those that count last first."""
    query = sa.select(*_C).order_by(_C.in_force.desc(), _C.number.desc())
    return [
        Criteria(row.number, row.award, row.in_force, {"zh": row.zh, "en": row.en or row.zh})
        for row in connection.execute(query)
    ]


def add_award_step(
    connection: sa.Connection, step: AwardStep, actor: str, time: datetime
) -> AwardStep:
    """Note that a distinction was given or taken away; its number is the next one."""
    number = _next(connection, _S.number)
    connection.execute(
        award_steps.insert().values(
            number=number,
            case=step.case,
            award=step.award,
            year=step.year,
            given=step.given,
            day=step.day,
            reason=step.reason,
            criteria=step.criteria,
            actor=actor,
            time=to_number(time),
        )
    )
    return AwardStep(
        number, step.case, step.award, step.year, step.given, step.day, step.reason, step.criteria
    )


def last_steps(connection: sa.Connection, cases: Sequence[int] | None = None) -> list[AwardStep]:
    """Return the last step of each distinction of some results, or of all, in their order."""
    query = sa.select(*_S).order_by(_S.number)
    if cases is not None:
        query = query.where(_S.case.in_(cases))
    return list(_last(_step(row) for row in connection.execute(query)).values())


def _last(steps: Iterable[AwardStep]) -> dict[tuple[int, str, int], AwardStep]:
    found: dict[tuple[int, str, int], AwardStep] = {}
    for one in steps:
        # The later one stands behind what came between.
        found.pop(one.key, None)
        found[one.key] = one
    return found


def _step(row: sa.Row[Any]) -> AwardStep:
    return AwardStep(
        row.number, row.case, row.award, row.year, row.given, row.day, row.reason, row.criteria
    )


def _next(connection: sa.Connection, column: sa.Column[Any]) -> int:
    return int(connection.execute(sa.select(sa.func.max(column))).scalar() or 0) + 1
