"""What lies below what, and what followed upon what, as it was decided here.

The shipped vocabulary of organizations has successors and no hierarchy. A link is proposed by one
person and released by another, for it gives rights; it is never changed, only ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Literal

import sqlalchemy as sa

from catalog_service.accounts.errors import LINK_NOT_IN_STATE, UNKNOWN_LINK
from catalog_service.accounts.tables import organization_link_events, organization_links
from catalog_service.audit.service import Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.proposals import STANDING, Proposal, ProposalKind, Proposals, State, Within

LinkKind = Literal["below", "followed"]
LINK_KINDS: Final[tuple[LinkKind, ...]] = ("below", "followed")

LOOK_EVERY: Final = 0.5
"""Seconds between two looks whether another process has released or undone something."""


@dataclass(frozen=True, slots=True)
class Link:
    """``organization`` lies below ``other``, or ``other`` took its place; both are IRIs."""

    number: int
    kind: LinkKind
    organization: str
    other: str
    day: date | None
    """Since when, where it is known."""
    reason: str
    state: State
    proposed_by: str
    proposed: datetime
    settled_by: str | None
    settled: datetime | None

    @property
    def step(self) -> Step:
        """What its release says."""
        return self.kind, self.organization, self.other


@dataclass(frozen=True, slots=True)
class LinksInForce:
    """The released links: from an organization to those above it, and to those after it."""

    version: int
    above: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]


NO_LINKS: Final = LinksInForce(0, {}, {})


Step = tuple[LinkKind, str, str]
"""What a release says: one organization lies below another, or was followed by it."""


def with_steps(links: LinksInForce, steps: Iterable[Step]) -> LinksInForce:
    """Return what would be in force if more were released, too."""
    above, after = dict(links.above), dict(links.after)
    for kind, organization, other in steps:
        one = above if kind == "below" else after
        one[organization] = (*one.get(organization, ()), other)
    return LinksInForce(links.version, above, after)


Check = Callable[[LinksInForce, bool], None]
"""Raises where a link cannot be: given what is in force, and whether the same link is there."""


class OrganizationLinks:
    """Reads and adds links; safe to share between threads."""

    def __init__(
        self, journal: Journal, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._journal = journal
        self._proposals = Proposals(journal, clock, _KIND)
        self._monotonic = monotonic
        self._known = NO_LINKS
        self._looked: float | None = None

    def in_force(self) -> LinksInForce:
        """Return what is released now; of other processes within `LOOK_EVERY`."""
        now = self._monotonic()
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return self._known
        version = self._proposals.version()
        if version != self._known.version:
            with self._journal.reading_tables() as connection:
                self._known = _in_force(version, connection)
        self._looked = now
        return self._known

    def look_again(self) -> None:
        """Have whoever asks next look: another process may have moved a link just now."""
        self._looked = None

    def all(self, *states: State, offset: int = 0, limit: int | None = None) -> list[Link]:
        """Return the links in some states, or all, the newest first."""
        found = self._proposals.some(*_in(states), offset=offset, limit=limit)
        return [_link(one) for one in found]

    def count(self, *states: State) -> int:
        """Return how many links are in some states, or in any."""
        return self._proposals.count(*_in(states))

    def get(self, number: int) -> Link:
        """Return one link; raises ``unknown-organization-link``."""
        return _link(self._proposals.get(number))

    def propose(
        self,
        kind: LinkKind,
        organization: str,
        other: str,
        day: date | None,
        *,
        reason: str,
        actor: str,
        check: Check,
    ) -> Link:
        """Add a link that waits for its release, where ``check`` lets it be.

        No other link is written between the check and this one.
        """
        values = {
            "kind": kind,
            "organization": organization,
            "other": other,
            "day": day,
            "reason": reason,
        }
        within = partial(_checked, check, kind, organization, other, STANDING)
        return _link(self._proposals.add(values, actor=actor, reason=reason, check=within))

    def release(
        self,
        number: int,
        *,
        actor: str,
        reason: str,
        check: Check,
        then: Within | None = None,
    ) -> Link:
        """Release a link where ``check`` still lets it be; raises as `move` does."""
        one = self.get(number)
        within = partial(_checked, check, one.kind, one.organization, one.other, ("released",))
        found = self._proposals.move(
            number, "released", actor=actor, reason=reason, check=within, then=then
        )
        self.look_again()
        return _link(found)

    def move(
        self,
        number: int,
        to: State,
        *,
        actor: str,
        reason: str,
        check: Within | None = None,
        then: Within | None = None,
    ) -> Link:
        """Take a link to another state; raises ``organization-link-not-in-state``.

        ``check`` is called before and ``then`` after, in the same transaction.
        """
        found = self._proposals.move(number, to, actor=actor, reason=reason, check=check, then=then)
        # Whoever asks this process next is told of it.
        self.look_again()
        return _link(found)


def link_steps(connection: sa.Connection) -> list[tuple[int, State, int]]:
    """Return all steps of links: the link, the step, and when in microseconds since 1970 UTC."""
    events = organization_link_events
    rows = connection.execute(
        sa.select(events.c.link, events.c.kind, events.c.time).order_by(events.c.number)
    )
    return [(link, kind, time) for link, kind, time in rows]


def _audited(row: Any, step: State, reason: str) -> Entry:
    action = "vocabulary.propose" if step == "proposed" else "vocabulary.release"
    details = {"step": step, "kind": row.kind, "other": row.other}
    return Entry(
        action, row.organization, organization=row.organization, reason=reason, details=details
    )


_KIND: Final = ProposalKind(
    organization_links, organization_link_events, "link", UNKNOWN_LINK, LINK_NOT_IN_STATE, _audited
)


def _in(states: Sequence[State]) -> Sequence[sa.ColumnElement[bool]]:
    return [organization_links.c.state.in_(states)] if states else []


def _checked(
    check: Check,
    kind: str,
    one: str,
    other: str,
    states: Sequence[State],
    connection: sa.Connection,
) -> None:
    """Call a check with what is in force inside the transaction, and with the same links."""
    table = organization_links
    same = sa.select(sa.func.count()).where(
        table.c.kind == kind,
        table.c.organization == one,
        table.c.other == other,
        table.c.state.in_(states),
    )
    check(_in_force(-1, connection), bool(connection.execute(same).scalar()))


def _in_force(version: int, connection: sa.Connection) -> LinksInForce:
    table = organization_links
    above: dict[str, tuple[str, ...]] = {}
    after: dict[str, tuple[str, ...]] = {}
    for one in connection.execute(
        sa.select(table.c.kind, table.c.organization, table.c.other)
        .where(table.c.state == "released")
        .order_by(table.c.number.desc())
    ):
        found = above if one.kind == "below" else after
        found[one.organization] = (*found.get(one.organization, ()), one.other)
    return LinksInForce(version, above, after)


def _link(one: Proposal) -> Link:
    row, first = one.row, one.steps[0]
    settled = one.steps[-1] if len(one.steps) > 1 else None
    return Link(
        row.number,
        row.kind,
        row.organization,
        row.other,
        row.day,
        row.reason,
        row.state,
        first.actor,
        first.time,
        None if settled is None else settled.actor,
        None if settled is None else settled.time,
    )
