"""Cases in the journal's database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.journal.codec import to_instant, to_number
from catalog_service.participation.model import Case, CaseStep, KindName
from catalog_service.participation.tables import case_followers, case_steps, cases

_C: Final = cases.c
_S: Final = case_steps.c
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are wanted; what is None does not matter."""

    kind: KindName | None = None
    states: frozenset[str] | None = None
    not_in: frozenset[str] | None = None
    organizations: frozenset[str] | None = None
    """Who is responsible, one of these."""
    unassigned: bool = False
    """Those for whom nobody is responsible yet, too, beside `organizations`."""
    subject: str | None = None
    topic: str | None = None
    asker: str | None = None
    named: bool = False
    """Only those of which it is known who brought them up."""
    titled: bool = False
    """Only those that the public may read of."""
    since: int | None = None
    """Only those of which a step after that number was taken."""


def new_numbers(connection: sa.Connection) -> tuple[int, int]:
    """Return the next number of a case, and of a step; writers follow upon each other."""
    case = connection.execute(sa.select(sa.func.max(_C.number))).scalar()
    return int(case or 0) + 1, next_step(connection)


def next_step(connection: sa.Connection) -> int:
    """Return the next number of a step."""
    return last_step(connection) + 1


def last_step(connection: sa.Connection) -> int:
    """Return the number of the last step of any case; 0: there is none."""
    return int(connection.execute(sa.select(sa.func.max(_S.number))).scalar() or 0)


def add_case(connection: sa.Connection, first: CaseStep, **values: Any) -> None:
    """Add a case with its first step."""
    connection.execute(
        cases.insert().values(
            number=first.case,
            state=first.state,
            organization=first.organization,
            last_step=first.number,
            **values,
        )
    )
    _insert(connection, first)


def add_step(connection: sa.Connection, step: CaseStep, **changed: str | None) -> None:
    """Add a step, and note where the case stands; ``changed``: of its title, topic, subject."""
    _insert(connection, step)
    connection.execute(
        cases.update()
        .where(_C.number == step.case)
        .values(
            state=step.state,
            organization=step.organization,
            last_step=step.number,
            **changed,
        )
    )


def find_case(connection: sa.Connection, number: int) -> Case | None:
    """Return a case; None where there is none."""
    return next(iter(_cases(connection, sa.select(*_C).where(_C.number == number))), None)


def cases_in(
    connection: sa.Connection,
    wanted: Wanted = Wanted(),
    limit: int | None = None,
    offset: int = 0,
    *,
    oldest_first: bool = False,
) -> list[Case]:
    """Return cases, the one that was last touched first."""
    order = _C.last_step.asc() if oldest_first else _C.last_step.desc()
    query = _where(sa.select(*_C), wanted).order_by(order).limit(limit).offset(offset)
    return _cases(connection, query)


def titles_in(connection: sa.Connection, wanted: Wanted, limit: int) -> dict[int, str]:
    """Return titles by number, of the case that was last touched first; those without are none."""
    query = _where(sa.select(_C.number, _C.title), wanted).order_by(_C.last_step.desc())
    return {number: title for number, title in connection.execute(query.limit(limit)) if title}


def count_cases(connection: sa.Connection, wanted: Wanted) -> int:
    """Return how many cases are wanted."""
    query = _where(sa.select(sa.func.count()).select_from(cases), wanted)
    return int(connection.execute(query).scalar_one())


def count_by(connection: sa.Connection, wanted: Wanted, column: str) -> dict[str | None, int]:
    """Return how many are wanted by ``kind``, ``state``, ``topic``, ``organization``."""
    by = _C[column]
    query = _where(sa.select(by, sa.func.count()), wanted).group_by(by)
    return {value: int(count) for value, count in connection.execute(query)}


def every_case(
    connection: sa.Connection, last: date | None = None, *, since: int = 0
) -> Iterator[Case]:
    """Yield all cases that came up to a day, by number, some hundred at a time.

    ``since``: only those of which a step after that number was taken.
    """
    after = 0
    while True:
        query = sa.select(*_C).where(_C.number > after, _C.last_step > since)
        query = query.order_by(_C.number).limit(_AT_ONCE)
        found = _cases(connection, query)
        if not found:
            return
        after = found[-1].number
        yield from (one for one in found if last is None or one.opened <= last)


def followers_of(connection: sa.Connection, number: int) -> list[str]:
    """Return who follows a case, the first one first."""
    table = case_followers.c
    query = sa.select(table.person).where(table.case == number).order_by(table.time, table.person)
    return list(connection.execute(query).scalars())


def counts_of_followers(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many follow each of some cases; those that nobody follows are left out."""
    table = case_followers.c
    query = (
        sa.select(table.case, sa.func.count()).where(table.case.in_(numbers)).group_by(table.case)
    )
    return {case: int(count) for case, count in connection.execute(query)}


def follow_case(connection: sa.Connection, number: int, person: str, time: int) -> bool:
    """Note that a person follows a case; false where it was noted."""
    own = (case_followers.c.case == number, case_followers.c.person == person)
    if connection.execute(sa.select(case_followers.c.case).where(*own)).first() is not None:
        return False
    connection.execute(case_followers.insert().values(case=number, person=person, time=time))
    return True


def leave_case(connection: sa.Connection, number: int, person: str) -> bool:
    """Note that a person follows a case no longer; false where nobody did."""
    own = (case_followers.c.case == number, case_followers.c.person == person)
    return bool(connection.execute(case_followers.delete().where(*own)).rowcount)


def followed_by(connection: sa.Connection, person: str) -> list[str]:
    """Return the quoted numbers of the cases that somebody follows."""
    own = sa.select(case_followers.c.case).where(case_followers.c.person == person)
    query = sa.select(*_C).where(_C.number.in_(own)).order_by(_C.number)
    return [one.name for one in _cases(connection, query)]


def leave_all(connection: sa.Connection, number: int) -> None:
    """Forget who follows a case."""
    connection.execute(case_followers.delete().where(case_followers.c.case == number))


def _where(query: sa.Select[Any], wanted: Wanted) -> sa.Select[Any]:
    for column, value in (
        (_C.kind, wanted.kind),
        (_C.subject, wanted.subject),
        (_C.topic, wanted.topic),
        (_C.asker, wanted.asker),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.states is not None:
        query = query.where(_C.state.in_(sorted(wanted.states)))
    if wanted.not_in is not None:
        query = query.where(_C.state.not_in(sorted(wanted.not_in)))
    if wanted.organizations is not None:
        own = _C.organization.in_(sorted(wanted.organizations))
        query = query.where(own | _C.organization.is_(None) if wanted.unassigned else own)
    if wanted.named:
        query = query.where(_C.asker.is_not(None))
    if wanted.since is not None:
        query = query.where(_C.last_step > wanted.since)
    if wanted.titled:
        query = query.where(_C.title.is_not(None))
    return query


def _cases(connection: sa.Connection, query: sa.Select[Any]) -> list[Case]:
    rows = list(connection.execute(query))
    steps = _steps(connection, [row.number for row in rows])
    return [
        Case(
            row.number,
            row.kind,
            row.subject,
            row.part,
            row.topic,
            row.title,
            tuple(steps[row.number]),
            row.asker,
        )
        for row in rows
    ]


def _steps(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, list[CaseStep]]:
    found: dict[int, list[CaseStep]] = {number: [] for number in numbers}
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        query = sa.select(*_S).where(_S.case.in_(part)).order_by(_S.number)
        for row in connection.execute(query):
            found[row.case].append(_step(row))
    return found


def _step(row: sa.Row[Any]) -> CaseStep:
    return CaseStep(
        row.number,
        row.case,
        row.step,
        row.state,
        row.actor,
        to_instant(row.time),
        row.day,
        row.organization,
        orjson.loads(row.details),
    )


def _insert(connection: sa.Connection, step: CaseStep) -> None:
    connection.execute(
        case_steps.insert().values(
            number=step.number,
            case=step.case,
            step=step.step,
            state=step.state,
            actor=step.actor,
            time=to_number(step.time),
            day=step.day,
            organization=step.organization,
            details=orjson.dumps(dict(step.details), option=orjson.OPT_SORT_KEYS).decode(),
        )
    )
