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
    within = principal.organizations(Action.SOURCE_CATALOG_EDIT)
    if within is None or within:
        found = conflicts(atlas, within)
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
