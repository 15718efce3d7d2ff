"""Decisions about values, in the journal's database: each step with who, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.vocabulary_work.errors import (
    DECISION_NOT_IN_STATE,
    UNKNOWN_DECISION,
    VALUE_DECIDED,
)
from catalog_service.vocabulary_work.model import (
    Decision,
    DecisionEvent,
    Direction,
    State,
    ToDo,
    UnmappedValue,
    Work,
)
from catalog_service.vocabulary_work.tables import (
    value_changes,
    value_decision_events,
    value_decisions,
    value_work,
)
from ontology.errors import AtlasError

_STANDING: Final = ("proposed", "released")
_AUDITED: Final = {
    "proposed": "value.propose",
    "released": "value.release",
    "refused": "value.refuse",
    "withdrawn": "value.refuse",
    "undone": "value.undo",
}


class ValueDecisions:
    """Reads and adds decisions; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def all(self, *states: State) -> list[Decision]:
        """Return the decisions in some states, or all, the newest first."""
        table = value_decisions
        which = table.c.state.in_(states) if states else sa.true()
        return self._read(which)

    def get(self, number: int) -> Decision:
        """Return one decision; raises ``unknown-decision``."""
        found = self._read(value_decisions.c.number == number)
        if not found:
            raise AtlasError(UNKNOWN_DECISION, number=number)
        return found[0]

    def standing(self, values: Iterable[UnmappedValue]) -> dict[tuple[str, str], Decision]:
        """Return the last decision that waits or is in force about each of some values."""
        keys = [one.key for one in values]
        table = value_decisions
        found: dict[tuple[str, str], Decision] = {}
        for one in self._read(sa.and_(table.c.key.in_(keys), table.c.state.in_(_STANDING))):
            found.setdefault((one.field, one.key), one)
        return found

    def history(self, number: int) -> list[DecisionEvent]:
        """Return the steps of a decision, the first one first."""
        return self._events([number])

    def propose(self, decision: Decision, *, released: bool, work: Sequence[str]) -> Decision:
        """Add a decision, ``released`` at once where nobody else need; raises ``value-decided``.

        ``work``: the sources whose records are then mapped anew.
        """
        table = value_decisions
        with self._journal.writing_tables() as connection:
            same = sa.and_(
                table.c.field == decision.field,
                table.c.key == decision.key,
                table.c.state.in_(_STANDING),
                table.c.source.is_(None)
                if decision.source is None
                else table.c.source == decision.source,
            )
            before = connection.execute(sa.select(table.c.number, table.c.state).where(same))
            if (row := before.first()) is not None:
                raise AtlasError(
                    VALUE_DECIDED, text=decision.text, number=row.number, state=row.state
                )
            number = (connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0) + 1
            connection.execute(
                table.insert().values(
                    number=number,
                    field=decision.field,
                    key=decision.key,
                    text=decision.text,
                    source=decision.source,
                    concept=decision.concept,
                    reason=decision.reason,
                    waits_for=decision.waits_for,
                    state="released" if released else "proposed",
                )
            )
            self._note(connection, number, "proposed", decision.proposed_by, decision.reason)
            if released:
                self._note(connection, number, "released", decision.proposed_by, decision.reason)
                _add_work(connection, number, "apply", work)
        return self.get(number)

    def move(
        self,
        number: int,
        to: State,
        *,
        actor: str,
        reason: str,
        work: ToDo = None,
    ) -> Decision:
        """Take a decision to another state; raises ``decision-not-in-state``.

        ``work``: what is to be done with the records of which sources.
        """
        wanted = "released" if to == "undone" else "proposed"
        table = value_decisions
        with self._journal.writing_tables() as connection:
            done = connection.execute(
                table.update()
                .where(table.c.number == number, table.c.state == wanted)
                .values(state=to)
            )
            if not done.rowcount:
                state = connection.execute(
                    sa.select(table.c.state).where(table.c.number == number)
                ).scalar()
                if state is None:
                    raise AtlasError(UNKNOWN_DECISION, number=number)
                raise AtlasError(DECISION_NOT_IN_STATE, number=number, state=state, wanted=wanted)
            self._note(connection, number, to, actor, reason)
            if work is not None:
                _add_work(connection, number, *work)
        return self.get(number)

    # -- records mapped anew --------------------------------------------------------------------

    def work(self, number: int | None = None, *, waiting: bool = False) -> list[Work]:
        """Return what is or was to be done with records, of one decision or of all."""
        table = value_work
        conditions = [table.c.decision == number] if number is not None else []
        if waiting:
            conditions.append(table.c.state == "waiting")
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*table.c)
                .where(*conditions)
                .order_by(table.c.decision, table.c.direction, table.c.source)
            ).all()
        return [Work(*row) for row in rows]

    def update_work(self, work: Work) -> None:
        """Store how far the work on a source's records is."""
        table = value_work
        with self._journal.writing_tables() as connection:
            connection.execute(
                table.update()
                .where(
                    table.c.decision == work.decision,
                    table.c.direction == work.direction,
                    table.c.source == work.source,
                )
                .values(
                    state=work.state,
                    run=work.run,
                    changed=work.changed,
                    held=work.held,
                    left=work.left,
                )
            )

    def note_changes(self, number: int, changed: Sequence[tuple[str, str, str]]) -> None:
        """Note records (IRI, hash before, hash after) that are about to be written."""
        table = value_changes
        with self._journal.writing_tables() as connection:
            iris = [iri for iri, _, _ in changed]
            connection.execute(
                table.delete().where(table.c.decision == number, table.c.iri.in_(iris))
            )
            rows = [
                {"decision": number, "iri": iri, "before": before, "after": after}
                for iri, before, after in changed
            ]
            connection.execute(table.insert(), rows)

    def changes(self, number: int) -> dict[str, tuple[str, str]]:
        """Return the hashes before and after of each record that a decision changed."""
        table = value_changes
        with self._journal.reading_tables() as connection:
            rows = connection.execute(sa.select(*table.c).where(table.c.decision == number)).all()
        return {row.iri: (row.before, row.after) for row in rows}

    # -- reading --------------------------------------------------------------------------------

    def _note(
        self, connection: sa.Connection, number: int, kind: State, actor: str, reason: str
    ) -> None:
        table = value_decision_events
        last = connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0
        connection.execute(
            table.insert().values(
                number=last + 1,
                decision=number,
                kind=kind,
                actor=actor,
                time=to_number(self._clock.now()),
                reason=reason,
            )
        )
        row = connection.execute(
            sa.select(*value_decisions.c).where(value_decisions.c.number == number)
        ).one()
        details = {"field": row.field, "text": row.text, "concept": row.concept}
        entry = Entry(
            _AUDITED[kind],
            f"value:{number}",
            source=row.source,
            reason=reason,
            details=details,
        )
        Audit(self._journal).append(connection, entry)

    def _events(self, numbers: Sequence[int]) -> list[DecisionEvent]:
        table = value_decision_events
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*table.c).where(table.c.decision.in_(numbers)).order_by(table.c.number)
            ).all()
        return [
            DecisionEvent(r.decision, r.kind, r.actor, to_instant(r.time), r.reason) for r in rows
        ]

    def _read(self, which: sa.ColumnElement[bool]) -> list[Decision]:
        table = value_decisions
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*table.c).where(which).order_by(table.c.number.desc())
            ).all()
        events: dict[int, dict[str, DecisionEvent]] = {}
        for event in self._events([row.number for row in rows]):
            events.setdefault(event.decision, {})[event.kind] = event
        return [_decision(row, events[row.number]) for row in rows]


def _decision(row: Any, events: dict[str, DecisionEvent]) -> Decision:
    proposed = events["proposed"]
    kinds = ("released", "refused", "withdrawn")
    settled = next((events[kind] for kind in kinds if kind in events), None)
    undone = events.get("undone")
    return Decision(
        row.number,
        row.field,
        row.key,
        row.text,
        row.source,
        row.concept,
        row.reason,
        row.state,
        row.waits_for,
        proposed.actor,
        proposed.time,
        None if settled is None else settled.actor,
        None if settled is None else settled.time,
        None if undone is None else undone.actor,
        None if undone is None else undone.time,
    )


def _add_work(
    connection: sa.Connection, number: int, direction: Direction, sources: Sequence[str]
) -> None:
    rows = [
        {
            "decision": number,
            "direction": direction,
            "source": source,
            "state": "waiting",
            "run": None,
            "changed": 0,
            "held": 0,
            "left": 0,
        }
        for source in sources
    ]
    if rows:
        connection.execute(value_work.insert(), rows)
