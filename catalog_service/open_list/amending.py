"""Amendments of published lists (动态调整): proposed, and released by another after notice.

Proposals add up: each joins what waits, and items can be taken out of it again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.open_list.checking import check, check_items, refuse_violations
from catalog_service.open_list.differences import Difference, ItemChange, apply, diff, ordered, told
from catalog_service.open_list.errors import LIST_ITEM
from catalog_service.open_list.lifecycle import not_possible, step_from
from catalog_service.open_list.model import PROPOSING, TAKING_OUT, Content, OpenList, StoredStep
from catalog_service.open_list.reasons import OTHER, demand_fitting
from catalog_service.open_list.schedule import release
from catalog_service.open_list.seen import NOTHING, Seen, demand_seen, working
from catalog_service.open_list.stored_decisions import last_decision
from catalog_service.open_list.stored_findings import keeping
from catalog_service.open_list.stored_lists import add_version, keep_content, read_content
from catalog_service.open_list.taking import Taking, get, take_step
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """What an amendment that waits does with an item, and who proposed it, and why."""

    change: ItemChange
    steps: tuple[StoredStep, ...]


def propose(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    difference: Difference,
    reason: str,
    code: str = OTHER,
) -> OpenList:
    """Propose to amend a published list (动态调整): it joins what waits for another's review.

    The difference is of what waits already, where something does. Raises ``open-list-violations``
    where the check finds one in an item that is added or changed, ``open-list-reason-code`` and
    ``open-list-changed``, and as `take`.
    """
    principal.require(Action.OPEN_LIST_EDIT, name[0])
    demand_fitting(code, difference)
    touched = [one.after for one in difference if one.after is not None]
    refuse_violations(check_items(atlas, Content.of(touched)))

    def write(taking: Taking) -> None:
        wanted = apply(difference, working(taking.connection, taking.before))
        taking.details["proposed"] = keep_content(taking.connection, wanted)

    return take_step(
        atlas,
        principal,
        name,
        "propose",
        reason=reason,
        details={"code": code, **told(difference)},
        write=write,
    )


def retract(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    items: Collection[str],
    reason: str = "",
    *,
    seen: Seen = Seen(),
) -> OpenList:
    """Take items out of the amendment that waits: by it, they stay as they are.

    Raises ``unknown-open-list-item`` where the amendment does nothing with one, ``open-list-seen``,
    and as `take`.
    """

    def write(taking: Taking) -> None:
        taking.details["titles"] = _take_out(taking, items)["titles"]

    return take_step(atlas, principal, name, "retract", reason=reason, seen=seen, write=write)


def refuse(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    reason: str,
    items: Collection[str] = (),
    *,
    seen: Seen = Seen(),
) -> OpenList:
    """Refuse the amendment that waits, or some of its items; who proposed them is told why.

    ``items``: none of them are all. By somebody else than who proposed: they take it back with
    `retract`. Raises ``open-list-step`` where none waits, ``unknown-open-list-item``,
    ``open-list-seen``, ``open-list-reason``, ``open-list-needs-another``, and as `take`.
    """

    def write(taking: Taking) -> None:
        if taking.before.waiting is None:
            raise not_possible("refuse", taking.before.state, ["propose"])
        taking.details.update(_take_out(taking, items or None))

    return take_step(atlas, principal, name, "refuse", reason=reason, seen=seen, write=write)


def _take_out(taking: Taking, items: Collection[str] | None) -> dict[str, Any]:
    """Leave items of a list as they are, whatever waits; None: all. Return what was to change."""
    there = taking.before
    waiting = working(taking.connection, there)
    changes = {one.key: one for one in diff(there.content, waiting)}
    chosen = changes.keys() if items is None else items
    for key in chosen:
        if key not in changes:
            raise AtlasError(LIST_ITEM, key=key[:200])
    back = frozenset(ItemChange(changes[key].after, changes[key].before) for key in chosen)
    taking.details["proposed"] = keep_content(taking.connection, apply(back, waiting))
    return told(frozenset(changes[key] for key in chosen))


def proposed(atlas: Service, there: OpenList) -> Content | None:
    """Return what a list is to say by the amendment that waits; None: none waits."""
    if there.waiting is None:
        return None
    with atlas.journal.reading_tables() as connection:
        return working(connection, there)


def waiting_changes(atlas: Service, there: OpenList) -> list[WaitingChange]:
    """Return what the amendment that waits does, item by item, with its reasons."""
    wanted = proposed(atlas, there)
    if wanted is None:
        return []
    steps: list[StoredStep] = []
    for one in reversed(there.steps):
        if one.step not in PROPOSING:
            break
        steps.insert(0, one)
    of_item: dict[str, list[StoredStep]] = {}
    before = there.content
    with atlas.journal.reading_tables() as connection:
        for step in steps:
            after = read_content(connection, step.details["proposed"])
            for change in diff(before, after):
                if step.step in TAKING_OUT:
                    of_item.pop(change.key, None)
                else:
                    of_item.setdefault(change.key, []).append(step)
            before = after
    return [
        WaitingChange(one, tuple(of_item.get(one.key, ())))
        for one in ordered(diff(there.content, wanted))
    ]


def amend(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    in_force: date | None = None,
    *,
    seen: Seen = Seen(),
) -> OpenList:
    """Release the amendment that waits; what restricts or withdraws is announced before it counts.

    ``in_force``: the day from which on it counts; None: today, or the earliest day there is. What
    is announced for a later day stays so (`open_list.schedule`). The check must find no violation
    in what is added or changed; what else it finds is kept with the version. Raises
    ``open-list-step`` where none waits, ``open-list-seen`` where another waits than was seen,
    ``open-list-not-announced``, ``open-list-violations``, and as `take`.
    """
    principal.require(Action.OPEN_LIST_REVIEW, organization)
    there = get(atlas, organization, year)
    demand_seen(there, seen)
    wanted = proposed(atlas, there)
    if wanted is None:
        step_from(there.state, "amend")
        raise not_possible("amend", there.state, ["propose"])
    # Codes are public with the version; the sentences are not.
    codes = {
        one.change.key: sorted({step.details["code"] for step in one.steps})
        for one in waiting_changes(atlas, there)
    }
    difference = diff(there.content, wanted)
    found = check(atlas, organization, wanted)
    touched = {one.key for one in difference if one.after is not None}
    refuse_violations(one for one in found if one.key in touched)

    def write(taking: Taking) -> None:
        release(taking, there.content, difference, in_force, atlas.clock.today())
        # What is decided from here on is about what the list says now.
        taking.details["decided"] = last_decision(taking.connection, organization, year)

    return take_step(
        atlas,
        principal,
        (organization, year),
        "amend",
        change=lambda _: wanted,
        seen=Seen(there.content.hash, there.waiting or NOTHING),
        details={"codes": codes, **told(difference)},
        write=keeping(found, write),
    )


def publishing(atlas: Service) -> Callable[[Taking], None]:
    """Return what publishes what a list says after a step, as its next version."""

    def write(taking: Taking) -> None:
        taking.details["version"] = add_version(
            taking.connection,
            *taking.name,
            content=taking.content.hash,
            in_force=atlas.clock.today(),
            published=taking.now,
        )

    return write
