"""Taking a step with a list: in one transaction, with its audit entry, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.accounts.service import OPERATOR, Principal, four_eyes, still
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.notices.service import tell_all
from catalog_service.open_list.announcing import may_be_told, notices_of
from catalog_service.open_list.errors import (
    LIST_AMENDMENT_WAITS,
    LIST_FILED,
    LIST_NEEDS_ANOTHER,
    LIST_REASON,
    LIST_THERE,
    UNKNOWN_LIST,
)
from catalog_service.open_list.lifecycle import (
    BY_NAME,
    NO_LIST,
    STEPS,
    StepKind,
    named_step,
    step_from,
)
from catalog_service.open_list.model import GIVEN_UP, TAKING_OUT, Content, OpenList
from catalog_service.open_list.seen import Seen, demand_seen
from catalog_service.open_list.stored_lists import add_step, find_list, keep_content, next_step
from ontology.errors import AtlasError, Named

LONGEST_REASON: Final = 2_000
"""Characters of a reason that are kept."""


@dataclass(slots=True)
class Taking:
    """A step while it is taken, within its write transaction."""

    connection: sa.Connection
    name: tuple[str, int]
    """The list: organization and year."""
    number: int
    """Of the step."""
    now: int
    content: Content
    """What the list says after it."""
    before: OpenList
    """The list as it stood; an empty one where the step begins it."""
    details: dict[str, Any] = field(default_factory=dict)


def get(atlas: Service, organization: str, year: int) -> OpenList:
    """Return a list; raises ``unknown-open-list``."""
    called = atlas.accounts.hierarchy.named(organization)
    with atlas.journal.reading_tables() as connection:
        return _there(find_list(connection, organization, year), called, year)


def possible_steps(atlas: Service, principal: Principal, there: OpenList) -> list[StepKind]:
    """Return the steps that somebody may take now."""
    demanded = _four_eyes(atlas, there.organization)
    return [
        one
        for one in STEPS
        if there.state in one.come_from
        and principal.may(one.by, there.organization)
        and not (one.never_filed and there.filing_number is not None)
        and not (one.name in ("amend", *TAKING_OUT) and there.waiting is None)
        and not _is_the_same(one, principal, there, demanded)
    ]


def take_step(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    step: str,
    *,
    reason: str = "",
    change: Callable[[Content], Content] | None = None,
    seen: Seen = Seen(),
    details: Mapping[str, Any] | None = None,
    write: Callable[[Taking], None] | None = None,
) -> OpenList:
    """Take a step in one transaction: all of it, with its audit entry, or nothing.

    ``seen``: what the step was decided on; raises ``open-list-seen`` where that was changed.
    """
    organization, year = name
    # Before anything is told of the list, and once more as it is written.
    again = still(principal, lambda who: who.require(BY_NAME[step].by, organization))
    demanded = _four_eyes(atlas, organization)
    # Looked up before: a transaction that writes waits for nothing else.
    may_follow = may_be_told(atlas, organization, step)
    called = atlas.accounts.hierarchy.named(organization)
    # Read, changed and packed before: a list may be long, and whoever writes waits for no other.
    looked_at = _look(atlas, organization, year)
    prepared = _prepared(change, looked_at)
    with atlas.journal.writing_tables() as connection:
        again()
        there = find_list(connection, organization, year, looked_at)
        if there is None and step != "draft":
            raise AtlasError(UNKNOWN_LIST, organization=called, year=year)
        if there is not None and step == "draft" and there.state != GIVEN_UP:
            raise AtlasError(LIST_THERE, organization=called, year=year)
        kind = step_from(NO_LIST if there is None else there.state, step)
        if kind.never_filed and there is not None and there.filing_number is not None:
            raise AtlasError(LIST_FILED, number=there.filing_number)
        if step in ("evaluate", "close") and there is not None and there.waiting is not None:
            raise AtlasError(LIST_AMENDMENT_WAITS)
        if kind.needs_reason and not reason.strip():
            raise AtlasError(LIST_REASON, step=named_step(step))
        if there is not None and _is_the_same(kind, principal, there, demanded):
            raise AtlasError(LIST_NEEDS_ANOTHER, step=named_step(step))
        before = there or OpenList(organization, year, "draft", Content({}), ())
        content = before.content
        if there is not None:
            demand_seen(there, seen)
        if change is not None:
            as_seen = content.hash == (looked_at or Content({})).hash
            content = prepared if prepared is not None and as_seen else change(content)
        keep_content(connection, content)
        now = to_number(atlas.clock.now())
        taking = Taking(connection, name, next_step(connection), now, content, before)
        taking.details.update(details or {})
        if write is not None:
            write(taking)
        add_step(
            connection,
            number=taking.number,
            organization=organization,
            year=year,
            step=step,
            state=kind.leads_to(None if there is None else there.state),
            content=content.hash,
            actor=principal.actor,
            time=now,
            reason=reason.strip()[:LONGEST_REASON],
            details=taking.details,
        )
        atlas.audit.append(
            connection,
            Entry(
                f"open_list.{step}",
                f"{organization} {year}",
                organization=organization,
                reason=reason.strip() or None,
                details={"year": year, **taking.details},
            ),
        )
        done = _there(find_list(connection, organization, year, content), called, year)
        for one in notices_of(atlas, principal, done, step, may_follow, reason):
            tell_all(atlas, connection, one.notice, one.persons)
        return done


def _look(atlas: Service, organization: str, year: int) -> Content | None:
    with atlas.journal.reading_tables() as connection:
        found = find_list(connection, organization, year)
    return None if found is None else found.content


def _prepared(
    change: Callable[[Content], Content] | None, looked_at: Content | None
) -> Content | None:
    """Return what a change makes of a list, ready to be kept; None where it does not fit it."""
    if change is None:
        return None
    try:
        found = change(looked_at or Content({}))
    except AtlasError:
        # It is told after all that goes before it.
        return None
    # Made once, and kept with it.
    _ = found.hash, found.packed
    return found


def _is_the_same(kind: StepKind, principal: Principal, there: OpenList, demanded: bool) -> bool:
    if kind.other_than is None or principal is OPERATOR:
        return False
    if kind.other_than == "writers":
        return principal.actor in there.writers
    if kind.other_than == "accepter" and not demanded:
        return False
    before = "file" if kind.other_than == "filer" else "accept"
    return principal.actor in [one.actor for one in there.steps if one.step == before][-1:]


def _four_eyes(atlas: Service, organization: str) -> bool:
    found = four_eyes(atlas.journal, organization, opens=False, reviews_secrecy=False)
    return found is not None


def _there(found: OpenList | None, organization: Named, year: int) -> OpenList:
    if found is None:
        raise AtlasError(UNKNOWN_LIST, organization=organization, year=year)
    return found
