"""Conflicts of the source catalogue, for whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.source_catalog.conflicts import conflicts
from catalog_service.waiting import WaitingItem, WaitingKind
from translations import N_


def _conflicts(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    # A conflict is between departments, so that it is for who keeps the catalogue of all.
    if principal.may(Action.SOURCE_CATALOG_EDIT, None):
        found = conflicts(atlas)
        if found:
            yield WaitingItem(found[0].item, "/source-catalog/conflicts", len(found))


WAITING: Final = (
    WaitingKind(
        "source-catalog",
        N_("Data items with more than one source"),
        N_("Settle with the departments which of them answers for the item (R35)."),
        _conflicts,
    ),
)
