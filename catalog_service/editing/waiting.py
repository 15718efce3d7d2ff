"""What of drafts waits for people: those to release, and one's own that were returned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.editing.model import DraftLine
from catalog_service.editing.stored_drafts import StoredDrafts
from catalog_service.waiting import WaitingItem, WaitingKind
from translations import N_

_MOST: Final = 100
"""Drafts of a kind on one page."""


def _lines(
    atlas: Service, principal: Principal, right: Action, state: str
) -> Iterator[tuple[DraftLine, frozenset[str]]]:
    """Yield the drafts in a state over which somebody has a right, with who wrote on them."""
    organizations = principal.organizations(right)
    with atlas.journal.reading_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        for line in store.lines(organizations, (state,), _MOST):  # type: ignore[arg-type]
            yield line, store.writers(line.id) | {line.changed_by}


def _item(line: DraftLine) -> WaitingItem:
    return WaitingItem(
        line.title or line.remote_id, f"/workbench/datasets/{line.id}", since=line.changed
    )


def _to_release(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    for line, writers in _lines(atlas, principal, Action.DATASET_RELEASE, "submitted"):
        if principal.actor not in writers:
            yield _item(line)


def _returned(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    for line, writers in _lines(atlas, principal, Action.DATASET_EDIT, "returned"):
        if principal.actor in writers:
            yield _item(line)


WAITING: Final = (
    WaitingKind(
        "draft",
        N_("Drafts to release"),
        N_("Look at what changes, and release it or return it with a reason."),
        _to_release,
    ),
    WaitingKind(
        "returned",
        N_("My drafts that were returned"),
        N_("Read why, mend it, and submit it again."),
        _returned,
    ),
)
