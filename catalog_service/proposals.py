"""Proposals that wait for their release: rows with a state, and append-only events about them.

Each kind of proposal has two tables of its own: what is proposed, and who did what to it, when and
why. A proposal is never changed, only taken to another state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from ontology.errors import AtlasError, ErrorKind, Named
from translations import N_

State = Literal["proposed", "released", "refused", "withdrawn", "undone"]
STATE_LABELS: Final[Mapping[State, str]] = {
    "proposed": N_("waits for release"),
    "released": N_("in force"),
    "refused": N_("refused"),
    "withdrawn": N_("taken back before its release"),
    "undone": N_("undone"),
}
STANDING: Final[tuple[State, ...]] = ("proposed", "released")
"""The states in which a proposal stands in the way of another about the same."""
_COMES_FROM: Final[Mapping[State, State]] = {
    "released": "proposed",
    "refused": "proposed",
    "withdrawn": "proposed",
    "undone": "released",
}

Within = Callable[[sa.Connection], None]
"""Called inside the write transaction, which one process at a time holds; may raise."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proposal's history."""

    proposal: int
    kind: State
    actor: str
    time: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row of what is proposed, with its steps, the first one first."""

    row: Any
    steps: tuple[Step, ...]

    def last(self, *kinds: State) -> Step | None:
        """Return the last step of some kinds, if any."""
        return next((one for one in reversed(self.steps) if one.kind in kinds), None)


@dataclass(frozen=True, slots=True)
class ProposalKind:
    """Where proposals of one kind are kept, and how errors and the audit speak of them."""

    table: sa.Table
    """With the columns ``number`` and ``state`` beside those of what is proposed."""
    events: sa.Table
    """With the columns ``number``, ``kind``, ``actor``, ``time``, ``reason`` and `refers_by`."""
    refers_by: str
    """The column of `events` that names the proposal."""
    unknown: ErrorKind
    not_in_state: ErrorKind
    audit: Callable[[Any, State, str], Entry]
    """Returns the audit's entry of a step, from the row, the step and the reason."""


class Proposals:
    """Reads and adds proposals of one kind; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock, kind: ProposalKind) -> None:
        self._journal = journal
        self._clock = clock
        self._kind = kind

    def some(
        self,
        *where: sa.ColumnElement[bool],
        offset: int = 0,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[Proposal]:
        """Return proposals that fulfil all conditions, the newest first."""
        with self._journal.reading_tables() as connection:
            return self._read(connection, where, offset, limit, oldest_first)

    def count(self, *where: sa.ColumnElement[bool]) -> int:
        """Return how many proposals fulfil all conditions."""
        counted = sa.select(sa.func.count()).select_from(self._kind.table).where(*where)
        with self._journal.reading_tables() as connection:
            return int(connection.execute(counted).scalar_one())

    def get(self, number: int) -> Proposal:
        """Return one proposal; raises the kind's error of an unknown one."""
        found = self.some(self._kind.table.c.number == number)
        if not found:
            raise AtlasError(self._kind.unknown, number=number)
        return found[0]

    def version(self) -> int:
        """Return the number of the last step of any proposal: it grows with each."""
        with self._journal.reading_tables() as connection:
            return _highest(connection, self._kind.events)

    def add(
        self,
        values: Mapping[str, Any],
        *,
        actor: str,
        reason: str,
        released: bool = False,
        check: Within | None = None,
        then: Callable[[sa.Connection, int], None] | None = None,
    ) -> Proposal:
        """Add a proposal, ``released`` at once where nobody else need do so.

        ``check`` is called before it is written, ``then`` after it, in the same transaction.
        """
        table = self._kind.table
        with self._journal.writing_tables() as connection:
            if check is not None:
                check(connection)
            number = _highest(connection, table) + 1
            state = "released" if released else "proposed"
            row = {**values, "number": number, "state": state}
            connection.execute(table.insert().values(row))
            self._note(connection, number, "proposed", actor, reason)
            if released:
                self._note(connection, number, "released", actor, reason)
            if then is not None:
                then(connection, number)
        return self.get(number)

    def move(
        self,
        number: int,
        to: State,
        *,
        actor: str,
        reason: str,
        check: Within | None = None,
        then: Within | None = None,
    ) -> Proposal:
        """Take a proposal to another state; raises the kind's errors.

        ``check`` is called before it is written, ``then`` after it, in the same transaction.
        """
        table, wanted = self._kind.table, _COMES_FROM[to]
        with self._journal.writing_tables() as connection:
            state = connection.execute(
                sa.select(table.c.state).where(table.c.number == number)
            ).scalar()
            if state is None:
                raise AtlasError(self._kind.unknown, number=number)
            if state != wanted:
                raise AtlasError(
                    self._kind.not_in_state,
                    number=number,
                    state=Named(state, STATE_LABELS[state]),
                    wanted=Named(wanted, STATE_LABELS[wanted]),
                )
            if check is not None:
                check(connection)
            connection.execute(table.update().where(table.c.number == number).values(state=to))
            self._note(connection, number, to, actor, reason)
            if then is not None:
                then(connection)
        return self.get(number)

    def _note(
        self, connection: sa.Connection, number: int, kind: State, actor: str, reason: str
    ) -> None:
        table, events = self._kind.table, self._kind.events
        connection.execute(
            events.insert().values(
                {
                    "number": _highest(connection, events) + 1,
                    self._kind.refers_by: number,
                    "kind": kind,
                    "actor": actor,
                    "time": to_number(self._clock.now()),
                    "reason": reason,
                }
            )
        )
        row = connection.execute(sa.select(*table.c).where(table.c.number == number)).one()
        Audit(self._journal).append(connection, self._kind.audit(row, kind, reason))

    def _read(
        self,
        connection: sa.Connection,
        where: Sequence[sa.ColumnElement[bool]],
        offset: int,
        limit: int | None,
        oldest_first: bool,
    ) -> list[Proposal]:
        table, events = self._kind.table, self._kind.events
        order = table.c.number if oldest_first else table.c.number.desc()
        chosen = sa.select(*table.c).where(*where).order_by(order).offset(offset).limit(limit)
        rows = connection.execute(chosen).all()
        refers = events.c[self._kind.refers_by]
        of_these = sa.select(chosen.subquery().c.number)
        steps: dict[int, list[Step]] = {}
        columns = (refers, events.c.kind, events.c.actor, events.c.time, events.c.reason)
        for number, kind, actor, time, reason in connection.execute(
            sa.select(*columns).where(refers.in_(of_these)).order_by(events.c.number)
        ):
            step = Step(number, kind, actor, to_instant(time), reason)
            steps.setdefault(number, []).append(step)
        return [Proposal(row, tuple(steps.get(row.number, ()))) for row in rows]


def _highest(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0
