"""Open lists that wait for somebody's step, for the workbench."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.open_list.lifecycle import BY_NAME
from catalog_service.open_list.naming import list_path
from catalog_service.open_list.service import get, listed, possible_steps
from catalog_service.waiting import WaitingItem, WaitingKind
from translations import N_

MOST: Final = 100
"""Lists of a kind on one page."""


def _after(
    step: str, states: tuple[str, ...]
) -> Callable[[Service, Principal], Iterator[WaitingItem]]:
    """Return what finds lists in a state in which somebody may take a step."""

    def find(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
        found = [one for one in listed(atlas, principal) if one.state in states]
        for one in found[:MOST]:
            # Violations keep a list from its review.
            if step == "review" and one.details.get("violations"):
                continue
            there = get(atlas, one.organization, one.year)
            if step in {kind.name for kind in possible_steps(atlas, principal, there)}:
                name = atlas.accounts.hierarchy.names(one.organization)["zh"]
                path = list_path(atlas.vocabulary, one.organization, one.year)
                yield WaitingItem(f"{name} {one.year}", path, since=one.time)

    return find


WAITING: Final = (
    WaitingKind(
        "open-list-returned",
        N_("Open lists that were returned"),
        N_("Read why, mend the list, and check it again."),
        _after("check", ("returned",)),
    ),
    WaitingKind(
        "open-list-review",
        N_("Open lists to review"),
        N_("Look at the items, and review the list."),
        _after("review", ("checked",)),
    ),
    WaitingKind(
        "open-list-accept",
        N_("Open lists that were filed"),
        N_("Accept the list, or return it with a reason."),
        _after("accept", ("filed",)),
    ),
    WaitingKind(
        "open-list-publish",
        N_("Open lists that were accepted"),
        N_("Publish the list."),
        _after("publish", ("accepted",)),
    ),
    WaitingKind(
        "open-list-amend",
        N_("Amendments of open lists"),
        N_("Look at what changes, and release it."),
        _after("amend", BY_NAME["amend"].come_from),
    ),
)
"""What of open lists waits for people."""
