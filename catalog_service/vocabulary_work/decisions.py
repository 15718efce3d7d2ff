"""Decisions about values, in the journal's database: each step with who, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.audit.service import Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.proposals import (
    STANDING,
    STATE_LABELS,
    Proposal,
    ProposalKind,
    Proposals,
    State,
    Within,
)
from catalog_service.vocabulary_work.errors import (
    DECISION_NOT_IN_STATE,
    UNKNOWN_DECISION,
    VALUE_DECIDED,
)
from catalog_service.vocabulary_work.model import (
    Decision,
    Direction,
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
from catalog_service.vocabulary_work.tally import Sources
from ontology.errors import AtlasError, Named

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
        self._proposals = Proposals(journal, clock, _KIND)

    def some(
        self, *states: State, sources: Sources = None, offset: int = 0, limit: int
    ) -> list[Decision]:
        """Return decisions in some states, or in any, the newest first.

        ``sources``: those for these sources and for all; None: those for any.
        """
        where = _about(states, sources)
        found = self._proposals.some(*where, offset=offset, limit=limit)
        return [_decision(one) for one in found]

    def count(self, *states: State, sources: Sources = None) -> int:
        """Return how many decisions `some` has."""
        return self._proposals.count(*_about(states, sources))

    def made_by(self, proposal: int) -> list[Decision]:
        """Return the decisions in force that the release of a concept's proposal made."""
        table = value_decisions
        found = self._proposals.some(table.c.proposal == proposal, table.c.state == "released")
        return [_decision(one) for one in found]

    def about(self, field: str, key: str) -> list[Decision]:
        """Return all decisions about a value, the newest first."""
        table = value_decisions
        found = self._proposals.some(table.c.field == field, table.c.key == key)
        return [_decision(one) for one in found]

    def get(self, number: int) -> Decision:
        """Return one decision; raises ``unknown-decision``."""
        return _decision(self._proposals.get(number))

    def standing(self, values: Iterable[UnmappedValue]) -> dict[tuple[str, str], Decision]:
        """Return the last decision that waits or is in force about each of some values."""
        keys = [one.key for one in values]
        table = value_decisions
        found: dict[tuple[str, str], Decision] = {}
        for one in self._proposals.some(table.c.key.in_(keys), table.c.state.in_(STANDING)):
            found.setdefault((one.row.field, one.row.key), _decision(one))
        return found

    def propose(
        self,
        decision: Decision,
        *,
        released: bool,
        work: Sequence[str],
        check: Within | None = None,
    ) -> Decision:
        """Add a decision, ``released`` at once where nobody else need; raises ``value-decided``.

        ``work``: the sources whose records are then mapped anew; ``check`` is called before, in the
        same transaction.
        """
        table = value_decisions

        def checked(connection: sa.Connection) -> None:
            if check is not None:
                check(connection)
            same = sa.and_(
                table.c.field == decision.field,
                table.c.key == decision.key,
                table.c.state.in_(STANDING),
                table.c.source.is_(None)
                if decision.source is None
                else table.c.source == decision.source,
            )
            before = connection.execute(sa.select(table.c.number, table.c.state).where(same))
            if (row := before.first()) is not None:
                raise AtlasError(
                    VALUE_DECIDED,
                    text=decision.text,
                    number=row.number,
                    state=Named(row.state, STATE_LABELS[row.state]),
                )

        values = {
            "field": decision.field,
            "key": decision.key,
            "text": decision.text,
            "source": decision.source,
            "concept": decision.concept,
            "reason": decision.reason,
            "waits_for": decision.waits_for,
            "proposal": decision.proposal,
        }
        made = self._proposals.add(
            values,
            actor=decision.proposed_by,
            reason=decision.reason,
            released=released,
            check=checked,
            then=lambda connection, number: _add_work(
                connection, number, "apply", work if released else ()
            ),
        )
        return _decision(made)

    def move(
        self,
        number: int,
        to: State,
        *,
        actor: str,
        reason: str,
        work: ToDo = None,
        check: Within | None = None,
        then: Within | None = None,
    ) -> Decision:
        """Take a decision to another state; raises ``decision-not-in-state``.

        ``work``: what is to be done with the records of which sources; ``check`` is called before
        and ``then`` after, in the same transaction.
        """

        def after(connection: sa.Connection) -> None:
            if work is not None:
                _add_work(connection, number, *work)
            if then is not None:
                then(connection)

        moved = self._proposals.move(
            number, to, actor=actor, reason=reason, check=check, then=after
        )
        return _decision(moved)

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


def _audited(row: Any, step: State, reason: str) -> Entry:
    details = {"field": row.field, "text": row.text, "concept": row.concept}
    subject = f"value:{row.number}"
    return Entry(_AUDITED[step], subject, source=row.source, reason=reason, details=details)


_KIND: Final = ProposalKind(
    value_decisions,
    value_decision_events,
    "decision",
    UNKNOWN_DECISION,
    DECISION_NOT_IN_STATE,
    _audited,
)


def _about(states: Sequence[State], sources: Sources) -> list[sa.ColumnElement[bool]]:
    table = value_decisions
    where: list[sa.ColumnElement[bool]] = [table.c.state.in_(states)] if states else []
    if sources is not None:
        where.append(sa.or_(table.c.source.is_(None), table.c.source.in_(sources)))
    return where


def _decision(one: Proposal) -> Decision:
    row, proposed = one.row, one.steps[0]
    settled = one.last("released", "refused", "withdrawn")
    undone = one.last("undone")
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
        one.steps,
        row.proposal,
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
