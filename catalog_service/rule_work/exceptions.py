"""Exceptions from rules in the journal's database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant
from catalog_service.rule_work.model import RuleException, State
from catalog_service.rule_work.tables import rule_exceptions

Sources = frozenset[str] | None
"""Identifiers of sources; None: all there are."""

_T: Final = rule_exceptions.c


class RunningExceptions:
    """The catalogue's `ExceptionCheck`: one look-up for each batch of an enforcing gate."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def running(self, source: str) -> Mapping[str, frozenset[str]]:
        """Return the rules from which records of a source are excepted today, by remote id."""
        query = sa.select(_T.remote_id, _T.rule).where(
            _T.source == source, *_in_state("running", self._clock.today())
        )
        found: dict[str, set[str]] = {}
        with self._journal.reading_tables() as connection:
            for remote_id, rule in connection.execute(query):
                found.setdefault(remote_id, set()).add(rule)
        return {remote_id: frozenset(rules) for remote_id, rules in found.items()}


@dataclass(frozen=True, slots=True)
class ExceptionFilter:
    """Which exceptions are wanted; what is None or empty is any."""

    states: tuple[State, ...] = ()
    rule: str | None = None
    source: str | None = None
    until: date | None = None
    """Those alone whose last day is not after it."""
    not_by: str | None = field(default=None, kw_only=True)
    """Those alone that somebody else asked for."""


def count_exceptions(
    connection: sa.Connection, sources: Sources, wanted: ExceptionFilter, today: date
) -> int:
    """Return how many are wanted of sources."""
    query = sa.select(sa.func.count()).where(*_conditions(sources, wanted, today))
    return connection.execute(query.select_from(rule_exceptions)).scalar_one()


def list_exceptions(
    connection: sa.Connection,
    sources: Sources,
    wanted: ExceptionFilter,
    today: date,
    *,
    offset: int = 0,
    limit: int | None = 50,
) -> list[RuleException]:
    """Return those wanted, the first to end first."""
    query = (
        sa.select(*rule_exceptions.c)
        .where(*_conditions(sources, wanted, today))
        .order_by(_T.until, _T.number)
        .offset(offset)
        .limit(limit)
    )
    return [_exception(row) for row in connection.execute(query)]


def count_by_rule(connection: sa.Connection, source: str, today: date) -> dict[str, int]:
    """Return how many records of a source are excepted today, by rule."""
    query = (
        sa.select(_T.rule, sa.func.count())
        .where(_T.source == source, *_in_state("running", today))
        .group_by(_T.rule)
    )
    return dict(iter(connection.execute(query)))


def find_exception(connection: sa.Connection, number: int) -> RuleException | None:
    """Return one exception."""
    row = connection.execute(sa.select(*rule_exceptions.c).where(_T.number == number)).first()
    return None if row is None else _exception(row)


def exceptions_of(
    connection: sa.Connection,
    source: str,
    remote_ids: Collection[str],
    today: date,
    states: tuple[State, ...] = ("running",),
) -> list[RuleException]:
    """Return the exceptions of records that stand in one of some states."""
    query = sa.select(*rule_exceptions.c).where(
        _T.source == source,
        _T.remote_id.in_(list(remote_ids)),
        sa.or_(*(sa.and_(*_in_state(state, today)) for state in states)),
    )
    return [_exception(row) for row in connection.execute(query.order_by(_T.number))]


def add_exception(connection: sa.Connection, **values: Any) -> int:
    """Add a row, and return its number."""
    last = connection.execute(sa.select(sa.func.max(_T.number))).scalar()
    number = int(last or 0) + 1
    connection.execute(rule_exceptions.insert().values(number=number, **values))
    return number


def change_exception(connection: sa.Connection, number: int, **values: Any) -> None:
    """Write that one was released or ended."""
    connection.execute(rule_exceptions.update().where(_T.number == number).values(**values))


def _conditions(
    sources: Sources, wanted: ExceptionFilter, today: date
) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if sources is not None:
        found.append(_T.source.in_(sorted(sources)))
    if wanted.states:
        found.append(sa.or_(*(sa.and_(*_in_state(state, today)) for state in wanted.states)))
    if wanted.rule is not None:
        found.append(_T.rule == wanted.rule)
    if wanted.source is not None:
        found.append(_T.source == wanted.source)
    if wanted.until is not None:
        found.append(_T.until <= wanted.until)
    if wanted.not_by is not None:
        found.append(_T.asked_by != wanted.not_by)
    return found


def _in_state(state: State, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what `RuleException.state` says, for the database."""
    began, ended = _T.released.is_not(None), _T.ended.is_not(None)
    if state == "refused":
        return (sa.not_(began), ended)
    if state == "revoked":
        return (began, ended)
    is_over = _T.until < today
    return (
        began if state in ("running", "over") else sa.not_(began),
        sa.not_(ended),
        is_over if state in ("over", "lapsed") else sa.not_(is_over),
    )


def _exception(row: sa.Row[Any]) -> RuleException:
    def moment(value: int | None) -> Any:
        return None if value is None else to_instant(value)

    return RuleException(
        number=row.number,
        rule=row.rule,
        source=row.source,
        remote_id=row.remote_id,
        reason=row.reason,
        until=row.until,
        asked_by=row.asked_by,
        asked=to_instant(row.asked),
        released_by=row.released_by,
        released=moment(row.released),
        ended_by=row.ended_by,
        ended=moment(row.ended),
        ended_reason=row.ended_reason,
    )
