"""Amendments of published lists (动态调整): proposed, and released by another after notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.open_list.checking import check, check_items, refuse_violations
from catalog_service.open_list.differences import Difference, apply, counts, diff
from catalog_service.open_list.errors import LIST_STEP
from catalog_service.open_list.evaluation import last_decision
from catalog_service.open_list.model import Content, OpenList
from catalog_service.open_list.reasons import OTHER, demand_fitting
from catalog_service.open_list.schedule import release
from catalog_service.open_list.stored_findings import keeping
from catalog_service.open_list.stored_lists import add_version, keep_content, read_content
from catalog_service.open_list.taking import Taking, get, take_step
from ontology.errors import AtlasError


def propose(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    difference: Difference,
    reason: str,
    code: str = OTHER,
) -> OpenList:
    """Propose an amendment of a published list (动态调整): it waits for another's review.

    Raises ``open-list-violations`` where the check finds one in an item that is added or changed,
    ``open-list-reason-code`` and ``open-list-changed``, and as `take`.
    """
    principal.require(Action.OPEN_LIST_EDIT, name[0])
    there = get(atlas, *name)
    demand_fitting(code, difference)
    wanted = apply(difference, there.content)
    touched = [one.after for one in difference if one.after is not None]
    refuse_violations(check_items(atlas, Content.of(touched)))

    def write(taking: Taking) -> None:
        taking.details["proposed"] = keep_content(taking.connection, wanted)

    return take_step(
        atlas,
        principal,
        name,
        "propose",
        reason=reason,
        details={"code": code, **counts(difference)},
        expected=there.content.hash,
        write=write,
    )


def proposed(atlas: Service, there: OpenList) -> Content | None:
    """Return what a list is to say by the amendment that waits; None: none waits."""
    last = there.steps[-1]
    if last.step != "propose":
        return None
    with atlas.journal.reading_tables() as connection:
        return read_content(connection, last.details["proposed"])


def amend(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    in_force: date | None = None,
) -> OpenList:
    """Release the amendment that waits; what restricts or withdraws is announced before it counts.

    ``in_force``: the day from which on it counts; None: today, or the earliest day there is. What
    is announced for a later day stays so (`open_list.schedule`). The check must find no violation
    in what is added or changed; what else it finds is kept with the version. Raises
    ``open-list-step`` where none waits, ``open-list-not-announced``, ``open-list-violations``, and
    as `take`.
    """
    principal.require(Action.OPEN_LIST_REVIEW, organization)
    there = get(atlas, organization, year)
    wanted = proposed(atlas, there)
    if wanted is None:
        raise AtlasError(LIST_STEP, step="amend", state=there.state, possible="propose")
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
        expected=there.content.hash,
        details=counts(difference),
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
