"""Who uses which dataset by a case that runs, and which objections ended in a correction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.codec import to_instant
from catalog_service.participation.erasing import FINAL
from catalog_service.participation.model import KindName
from catalog_service.participation.stored_cases import find_case, next_step
from catalog_service.participation.tables import case_steps, cases


@dataclass(frozen=True, slots=True)
class Correction:
    """An objection that was answered as corrected."""

    step: int
    case: int
    name: str
    """The number that people quote."""
    subject: str
    """IRI of the dataset."""
    time: datetime


def people_with_cases(
    atlas: Service, kinds: Sequence[KindName]
) -> Iterator[tuple[str, str, KindName]]:
    """Yield who brought up a case of some kinds that runs, the dataset it is about, and its kind.

    Downloads are nobody's: the files of this catalogue's sources are read without signing in. Who
    is given data by an application is found by that.
    """
    query = sa.select(cases.c.asker, cases.c.subject, cases.c.kind).where(
        cases.c.kind.in_(list(kinds)),
        cases.c.state.not_in(sorted(FINAL)),
        cases.c.asker.is_not(None),
        cases.c.subject.is_not(None),
    )
    with atlas.journal.reading_tables() as connection:
        found = connection.execute(query.order_by(cases.c.number)).all()
    for row in found:
        yield row.asker, row.subject, row.kind


def last_step_of_cases(atlas: Service) -> int:
    """Return the number of the last step of any case; 0: there is none."""
    with atlas.journal.reading_tables() as connection:
        return next_step(connection) - 1


def corrections_after(atlas: Service, step: int, limit: int) -> list[Correction]:
    """Return up to ``limit`` corrections by steps with numbers above one, in order."""
    query = (
        sa.select(case_steps.c.number, case_steps.c.case, case_steps.c.time)
        .where(case_steps.c.number > step, case_steps.c.step == "corrected")
        .order_by(case_steps.c.number)
        .limit(limit)
    )
    found = []
    with atlas.journal.reading_tables() as connection:
        for row in connection.execute(query).all():
            case = find_case(connection, row.case)
            if case is not None and case.subject is not None:
                time = to_instant(row.time)
                found.append(Correction(row.number, case.number, case.name, case.subject, time))
    return found


def asker_of(atlas: Service, case: int) -> str | None:
    """Return the identifier of who brought a case up; None: nobody, or erased."""
    query = sa.select(cases.c.asker).where(cases.c.number == case)
    with atlas.journal.reading_tables() as connection:
        found: str | None = connection.execute(query).scalar()
    return found
