"""What lies below what, and what followed upon what, as it was decided here.

The shipped vocabulary of organizations has successors and no hierarchy. A link is proposed by one
person and released by another, for it gives rights; it is never changed, only ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from catalog_service.accounts.errors import LINK_NOT_IN_STATE, UNKNOWN_LINK
from catalog_service.accounts.tables import organization_link_events, organization_links
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from ontology.errors import AtlasError

LinkKind = Literal["below", "followed"]
LINK_KINDS: Final[tuple[LinkKind, ...]] = ("below", "followed")
LinkState = Literal["proposed", "released", "refused", "undone"]

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
    state: LinkState
    proposed_by: str
    proposed: datetime
    settled_by: str | None
    settled: datetime | None


@dataclass(frozen=True, slots=True)
class LinksInForce:
    """The released links: from an organization to those above it, and to those after it."""

    version: int
    above: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]


NO_LINKS: Final = LinksInForce(0, {}, {})


class OrganizationLinks:
    """Reads and adds links; safe to share between threads."""

    def __init__(
        self, journal: Journal, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._monotonic = monotonic
        self._known = NO_LINKS
        self._looked: float | None = None

    def in_force(self) -> LinksInForce:
        """Return what is released now; of other processes within `LOOK_EVERY`."""
        now = self._monotonic()
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return self._known
        events = organization_link_events
        with self._journal.reading_tables() as connection:
            version = connection.execute(sa.select(sa.func.max(events.c.number))).scalar() or 0
        if version != self._known.version:
            self._known = _in_force(version, self.all("released"))
        self._looked = now
        return self._known

    def all(self, *states: LinkState) -> list[Link]:
        """Return the links in some states, or all, the newest first."""
        table, events = organization_links, organization_link_events
        which = table.c.state.in_(states) if states else sa.true()
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*table.c).where(which).order_by(table.c.number.desc())
            ).all()
            told: dict[int, list[Any]] = {}
            for event in connection.execute(sa.select(*events.c).order_by(events.c.number)):
                told.setdefault(event.link, []).append(event)
        return [_link(row, told[row.number]) for row in rows]

    def get(self, number: int) -> Link:
        """Return one link; raises ``unknown-organization-link``."""
        found = [one for one in self.all() if one.number == number]
        if not found:
            raise AtlasError(UNKNOWN_LINK, number=number)
        return found[0]

    def propose(
        self,
        kind: LinkKind,
        organization: str,
        other: str,
        day: date | None,
        *,
        reason: str,
        actor: str,
    ) -> Link:
        """Add a link that waits for its release."""
        table = organization_links
        with self._journal.writing_tables() as connection:
            number = (connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0) + 1
            connection.execute(
                table.insert().values(
                    number=number,
                    kind=kind,
                    organization=organization,
                    other=other,
                    day=day,
                    reason=reason,
                    state="proposed",
                )
            )
            self._note(connection, number, "proposed", actor, reason)
        return self.get(number)

    def move(self, number: int, to: LinkState, *, actor: str, reason: str) -> Link:
        """Take a link to another state; raises ``organization-link-not-in-state``."""
        table = organization_links
        before = self.get(number)
        wanted = "released" if to == "undone" else "proposed"
        with self._journal.writing_tables() as connection:
            done = connection.execute(
                table.update()
                .where(table.c.number == number, table.c.state == wanted)
                .values(state=to)
            )
            if not done.rowcount:
                raise AtlasError(
                    LINK_NOT_IN_STATE, number=number, state=before.state, wanted=wanted
                )
            self._note(connection, number, to, actor, reason)
        # Whoever asks this process next is told of it.
        self._looked = None
        return self.get(number)

    def _note(
        self, connection: sa.Connection, number: int, kind: LinkState, actor: str, reason: str
    ) -> None:
        table = organization_link_events
        last = connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0
        connection.execute(
            table.insert().values(
                number=last + 1,
                link=number,
                kind=kind,
                actor=actor,
                time=to_number(self._clock.now()),
                reason=reason,
            )
        )
        row = connection.execute(
            sa.select(*organization_links.c).where(organization_links.c.number == number)
        ).one()
        action = "vocabulary.propose" if kind == "proposed" else "vocabulary.release"
        details = {"step": kind, "kind": row.kind, "other": row.other}
        entry = Entry(
            action,
            row.organization,
            organization=row.organization,
            reason=reason,
            details=details,
        )
        Audit(self._journal).append(connection, entry)


def _in_force(version: int, links: list[Link]) -> LinksInForce:
    above: dict[str, tuple[str, ...]] = {}
    after: dict[str, tuple[str, ...]] = {}
    for one in links:
        found = above if one.kind == "below" else after
        found[one.organization] = (*found.get(one.organization, ()), one.other)
    return LinksInForce(version, above, after)


def _link(row: Any, events: list[Any]) -> Link:
    first, last = events[0], events[-1]
    settled = last if len(events) > 1 else None
    return Link(
        row.number,
        row.kind,
        row.organization,
        row.other,
        row.day,
        row.reason,
        row.state,
        first.actor,
        to_instant(first.time),
        None if settled is None else settled.actor,
        None if settled is None else to_instant(settled.time),
    )
