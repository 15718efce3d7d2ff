"""Proposals of new concepts, other names and codes to be used no more; versions of schemes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from catalog_service.accounts.service import Link
from catalog_service.audit.service import Entry
from catalog_service.clock import SHANGHAI, Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant
from catalog_service.proposals import (
    STANDING,
    Proposal,
    ProposalKind,
    Proposals,
    State,
    Step,
    Within,
)
from catalog_service.vocabulary_work.errors import (
    CONCEPT_PROPOSAL_NOT_IN_STATE,
    UNKNOWN_CONCEPT_PROPOSAL,
)
from catalog_service.vocabulary_work.tables import concept_proposal_events, concept_proposals
from ontology.released_concepts import ConceptChange

_JSON: Final = TypeAdapter(ConceptChange)


@dataclass(frozen=True, slots=True)
class ConceptProposal:
    """A change of a scheme with what became of it; never changed, only ended."""

    number: int
    change: ConceptChange
    reason: str
    state: State
    history: tuple[Step, ...]
    """Who did what to it, the first step first."""

    @property
    def proposed(self) -> Step:
        """Who proposed it, and when."""
        return self.history[0]


class ConceptProposals:
    """Reads and adds proposals about concepts; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._proposals = Proposals(journal, clock, _KIND)

    def some(
        self, *states: State, offset: int = 0, limit: int | None = None
    ) -> list[ConceptProposal]:
        """Return the proposals in some states, or in any, the newest first."""
        found = self._proposals.some(*_in(states), offset=offset, limit=limit)
        return [_proposal(one) for one in found]

    def count(self, *states: State) -> int:
        """Return how many proposals are in some states, or in any."""
        return self._proposals.count(*_in(states))

    def get(self, number: int) -> ConceptProposal:
        """Return one proposal; raises ``unknown-concept-proposal``."""
        return _proposal(self._proposals.get(number))

    def propose(
        self, change: ConceptChange, *, actor: str, reason: str, check: Check
    ) -> ConceptProposal:
        """Add a proposal where ``check`` lets it be, given all others about its concept."""
        values = {
            "kind": change.kind,
            "scheme": change.scheme,
            "concept": change.concept,
            "details": _JSON.dump_json(change).decode(),
            "reason": reason,
        }
        made = self._proposals.add(
            values,
            actor=actor,
            reason=reason,
            check=lambda c: check(c, _others(c, change.concept, 0)),
        )
        return _proposal(made)

    def move(
        self,
        number: int,
        to: State,
        *,
        actor: str,
        reason: str,
        check: Check | None = None,
        then: Within | None = None,
    ) -> ConceptProposal:
        """Take a proposal to another state; raises ``concept-proposal-not-in-state``.

        Where ``check`` lets it, within the same transaction; ``then`` comes after it.
        """
        concept = self.get(number).change.concept

        def within(connection: sa.Connection) -> None:
            if check is not None:
                check(connection, _others(connection, concept, number))

        moved = self._proposals.move(
            number, to, actor=actor, reason=reason, check=within, then=then
        )
        return _proposal(moved)


Check = Callable[[sa.Connection, Sequence[tuple[str, State, bool]]], None]
"""Raises where a change cannot be, given the transaction, and the others about the same concept:
kind, state, and whether it ever was released."""


def _others(
    connection: sa.Connection, concept: str, number: int
) -> Sequence[tuple[str, State, bool]]:
    table, events = concept_proposals, concept_proposal_events
    ever = sa.select(events.c.proposal).where(events.c.kind == "released")
    rows = connection.execute(
        sa.select(table.c.kind, table.c.state, table.c.number.in_(ever)).where(
            table.c.concept == concept, table.c.number != number
        )
    )
    return [(kind, state, bool(released)) for kind, state, released in rows]


@dataclass(frozen=True, slots=True)
class SchemeVersion:
    """A release of a scheme on top of what was shipped."""

    number: int
    time: datetime
    step: State
    """``released`` or ``undone``."""
    change: ConceptChange | None
    """What was released or undone; None: a link between organizations."""
    link: tuple[str, str, str] | None = None
    """The kind of link and the IRIs of both organizations."""

    @property
    def day(self) -> date:
        """The day in Shanghai."""
        return self.time.astimezone(SHANGHAI).date()


def versions(
    connection: sa.Connection, links: Sequence[Link], link_steps: Sequence[Any]
) -> dict[str, list[SchemeVersion]]:
    """Return the versions of each scheme that was changed here, the first one first.

    ``links`` and their steps (link, kind, time) change the scheme of organizations.
    """
    table, events = concept_proposals, concept_proposal_events
    steps: list[tuple[int, State, str, ConceptChange | None, tuple[str, str, str] | None]] = []
    for kind, time, details in connection.execute(
        sa.select(events.c.kind, events.c.time, table.c.details)
        .join(table, table.c.number == events.c.proposal)
        .where(events.c.kind.in_(CHANGING))
        .order_by(events.c.number)
    ):
        change = _JSON.validate_json(details)
        steps.append((time, kind, change.scheme, change, None))
    named = {link.number: (link.kind, link.organization, link.other) for link in links}
    for number, kind, time in link_steps:
        if kind in CHANGING:
            steps.append((time, kind, "organization", None, named[number]))
    found: dict[str, list[SchemeVersion]] = {}
    for time, kind, scheme, made, link in sorted(steps, key=lambda step: step[0]):
        known = found.setdefault(scheme, [])
        known.append(SchemeVersion(len(known) + 1, to_instant(time), kind, made, link))
    return found


def released_changes(connection: sa.Connection) -> list[ConceptChange]:
    """Return the changes in force, in the order of their release."""
    table, events = concept_proposals, concept_proposal_events
    rows = connection.execute(
        sa.select(table.c.details)
        .join(events, table.c.number == events.c.proposal)
        .where(table.c.state == "released", events.c.kind == "released")
        .order_by(events.c.number)
    )
    return [_JSON.validate_json(details) for (details,) in rows]


def naming(connection: sa.Connection, concept: str) -> int:
    """Count the changes that wait or are in force and name a concept beside their own."""
    table = concept_proposals
    rows = connection.execute(sa.select(table.c.details).where(table.c.state.in_(STANDING)))
    found = (_JSON.validate_json(details) for (details,) in rows)
    return sum(concept in (one.broader, one.predecessor) for one in found)


def ended(connection: sa.Connection) -> frozenset[str]:
    """Return the IRIs of new concepts that were taken away: a code is never given twice."""
    table = concept_proposals
    gone = sa.select(table.c.concept).where(table.c.kind == "new", table.c.state == "undone")
    return frozenset(connection.execute(gone).scalars())


def newest(connection: sa.Connection) -> int:
    """Return the number of the last step that changed what is in force: it grows with each."""
    events = concept_proposal_events
    asked = sa.select(sa.func.max(events.c.number)).where(events.c.kind.in_(CHANGING))
    return connection.execute(asked).scalar() or 0


CHANGING: Final = ("released", "undone")
"""The steps that change what is in force."""


def _audited(row: Any, step: State, reason: str) -> Entry:
    action = "vocabulary.propose" if step == "proposed" else "vocabulary.release"
    details = {"step": step, "kind": row.kind, "proposal": row.number}
    return Entry(action, row.concept, reason=reason, details=details)


_KIND: Final = ProposalKind(
    concept_proposals,
    concept_proposal_events,
    "proposal",
    UNKNOWN_CONCEPT_PROPOSAL,
    CONCEPT_PROPOSAL_NOT_IN_STATE,
    _audited,
)


def _in(states: Sequence[State]) -> list[sa.ColumnElement[bool]]:
    return [concept_proposals.c.state.in_(states)] if states else []


def _proposal(one: Proposal) -> ConceptProposal:
    change = _JSON.validate_json(one.row.details)
    return ConceptProposal(one.row.number, change, one.row.reason, one.row.state, one.steps)
