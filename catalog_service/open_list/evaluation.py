"""The yearly evaluation of every item (R23): decisions, from which next year's draft begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.service import OPERATOR, Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.journal.codec import to_number
from catalog_service.open_list.errors import (
    LIST_ITEM,
    LIST_NEEDS_ANOTHER,
    LIST_REASON,
    LIST_SEEN,
    NOT_EVALUATED,
    OPEN_ALREADY,
    UNKNOWN_LIST,
)
from catalog_service.open_list.lifecycle import named_step, not_possible
from catalog_service.open_list.model import (
    CLOSED,
    CONDITIONAL,
    UNCONDITIONAL,
    Content,
    ListItem,
    OpenList,
    StoredStep,
)
from catalog_service.open_list.seen import Seen, demand_seen
from catalog_service.open_list.stored_decisions import Decision, decisions_in
from catalog_service.open_list.stored_lists import find_list, read_content
from catalog_service.open_list.tables import open_list_decisions
from catalog_service.open_list.taking import LONGEST_REASON, Taking, take_step
from ontology.errors import AtlasError
from translations import N_

_T = open_list_decisions.c

DECISIONS: Final[Mapping[str, str]] = {
    "keep": N_("keep as it is"),
    "open-further": N_("open further"),
    "restrict": N_("restrict"),
    "sample": N_("make a sample set"),
    "improve": N_("improve its quality"),
    "withdraw": N_("withdraw"),
}
"""What may be decided about an item."""
_NARROWING: Final = frozenset({"restrict", "withdraw"})
_OF_THE_TYPE: Final = frozenset({"restrict", "open-further"})
"""Decisions that are about how far an item opens when it is decided on."""
_TOLD: Final = 200
"""Items that one audit entry names."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the evaluation of a list is."""

    items: int
    decided: int


def decide(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    item: str,
    decision: str,
    reason: str,
) -> None:
    """Decide about an item of a published list; raises as `decide_all`."""
    decide_all(atlas, principal, name, [item], decision, reason)


def decide_all(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    items: Collection[str],
    decision: str,
    reason: str,
    *,
    seen: Seen = Seen(),
) -> None:
    """Decide alike about items of a published list, all or none; later decisions take their place.

    Raises ``unknown-open-list``, ``right-missing``, ``open-list-step`` where the list is not
    published, ``open-list-seen``, ``unknown-open-list-item``, ``open-list-open-already``,
    ``open-list-reason`` and ``parameter-invalid``.
    """
    organization, year = name
    principal.require(Action.OPEN_LIST_EDIT, organization)
    if decision not in DECISIONS:
        expected = ", ".join(DECISIONS)
        raise AtlasError(PARAMETER_INVALID, name="decision", value=decision[:80], expected=expected)
    text = reason.strip()[:LONGEST_REASON]
    if not text:
        raise AtlasError(LIST_REASON, step=named_step("decide"))
    called = atlas.accounts.hierarchy.named(organization)
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.OPEN_LIST_EDIT, organization)
        # As it stands while it is decided on: it may be amended or ended meanwhile.
        there = find_list(connection, organization, year)
        if there is None:
            raise AtlasError(UNKNOWN_LIST, organization=called, year=year)
        if there.state not in ("published", "amended"):
            raise not_possible("decide", there.state)
        demand_seen(there, seen)
        for item in items:
            found = there.content.items.get(item)
            if found is None:
                raise AtlasError(LIST_ITEM, key=item[:200])
            if not can_be(found, decision):
                raise AtlasError(OPEN_ALREADY, title=found.title[:200])
        last = int(connection.execute(sa.select(sa.func.max(_T.number))).scalar() or 0)
        rows = [
            {
                "number": number,
                "organization": organization,
                "year": year,
                "item": item,
                "decision": decision,
                "reason": text,
                "actor": principal.actor,
                "time": to_number(atlas.clock.now()),
            }
            for number, item in enumerate(items, start=last + 1)
        ]
        if not rows:
            return
        connection.execute(open_list_decisions.insert(), rows)
        told = Entry(
            "open_list.decide",
            f"{organization} {year}",
            organization=organization,
            reason=text,
            details={"year": year, "items": list(items)[:_TOLD], "decision": decision}
            | ({"more": len(rows) - _TOLD} if len(rows) > _TOLD else {}),
        )
        atlas.audit.append(connection, told)


def decisions_of(atlas: Service, organization: str, year: int) -> dict[str, Decision]:
    """Return what was decided last about each item, by its key."""
    with atlas.journal.reading_tables() as connection:
        return decisions_in(connection, organization, year)


def decided_on(
    atlas: Service, there: OpenList, decided: Mapping[str, Decision]
) -> dict[str, ListItem]:
    """Return what each item said when it was decided about."""
    released = [one for one in there.steps if one.step in ("publish", "amend")]
    contents: dict[str, Content] = {}
    found: dict[str, ListItem] = {}
    with atlas.journal.reading_tables() as connection:
        for key, decision in decided.items():
            before = (one for one in reversed(released) if _is_before(one, decision))
            step = next(before, None)
            if step is None:
                continue
            if step.content not in contents:
                contents[step.content] = read_content(connection, step.content)
            item = contents[step.content].items.get(key)
            if item is not None:
                found[key] = item
    return found


def _is_before(step: StoredStep, decision: Decision) -> bool:
    # Amendments tell the last decision before them; those of before they did, and the first
    # publication, only when they were.
    last = step.details.get("decided")
    return step.time <= decision.time if last is None else last < decision.number


def finish(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    *,
    seen: Seen = Seen(),
    decided: int | None = None,
) -> OpenList:
    """End the evaluation of a list.

    Whoever decided to restrict or to withdraw an item leaves that to another. ``decided``: the
    number of the last decision that was seen; None: what is decided is meant. Raises
    ``open-list-seen``, ``open-list-not-evaluated``, ``open-list-needs-another``,
    ``open-list-amendment-waits``, and as a step does.
    """

    def write(taking: Taking) -> None:
        # As they are while the evaluation ends: nothing is decided between this and its end.
        there, found = taking.before, decisions_in(taking.connection, organization, year)
        last = max((one.number for one in found.values()), default=0)
        if decided not in (None, last):
            raise AtlasError(LIST_SEEN)
        counted = progress(there, found)
        if counted.decided < counted.items:
            raise AtlasError(NOT_EVALUATED, number=counted.items - counted.decided)
        narrowed = {
            one.actor
            for key, one in found.items()
            if key in there.content.items and one.decision in _NARROWING
        }
        if principal is not OPERATOR and principal.actor in narrowed:
            raise AtlasError(LIST_NEEDS_ANOTHER, step=named_step("evaluate"))
        taking.details["items"] = counted.items

    return take_step(atlas, principal, (organization, year), "evaluate", seen=seen, write=write)


def progress(there: OpenList, decided: Mapping[str, Decision]) -> Progress:
    """Return how many items of a list are decided."""
    return Progress(len(there.content.items), len(there.content.items.keys() & decided.keys()))


def can_be(item: ListItem, decision: str) -> bool:
    """Tell whether a decision can be made about an item: what is open is not opened further."""
    return decision != "open-further" or item.open_type != UNCONDITIONAL


def next_content(
    there: Content,
    decided: Mapping[str, Decision],
    said: Mapping[str, ListItem] | None = None,
) -> Content:
    """Return what the decisions make of a list: next year's draft (`next_item`).

    ``said``: what items said when they were decided about (`decided_on`). Where one has another
    open type by now, a decision to restrict it or to open it further was carried out already.
    """
    found = []
    for item in there.items.values():
        decision = "keep" if item.key not in decided else decided[item.key].decision
        then = (said or {}).get(item.key, item)
        if decision in _OF_THE_TYPE and then.open_type != item.open_type:
            decision = "keep"
        found.append(next_item(item, decision))
    return Content.of(one for one in found if one is not None)


def next_item(item: ListItem, decision: str) -> ListItem | None:
    """Return what a decision makes of an item; None: next year's draft has it no more.

    Withdrawn and closed items are left out; one step further opened, one step restricted. What an
    item whose data are to be sampled or improved opens stays as it is.
    """
    if decision == "withdraw" or item.open_type == CLOSED:
        return None
    if decision == "open-further":
        return replace(item, open_type=UNCONDITIONAL, conditions="")
    if decision == "restrict":
        narrower = item.open_type == UNCONDITIONAL
        return replace(item, open_type=CONDITIONAL) if narrower else None
    return item
