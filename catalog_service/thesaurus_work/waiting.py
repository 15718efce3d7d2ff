"""Edits of the thesaurus that wait for release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.thesaurus_work.service import edits_of, may_release
from catalog_service.waiting import WaitingItem, WaitingKind
from translations import N_


def _to_release(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    if not may_release(principal):
        return
    for edit in edits_of(atlas).all("proposed"):
        name = f"{edit.draft.word} → {edit.draft.official}"
        path = f"/workbench/thesaurus/{edit.number}"
        yield WaitingItem(name, path, since=edit.proposed.time)


WAITING: Final = (
    WaitingKind(
        "thesaurus",
        N_("Words of the thesaurus to release"),
        N_("Look at what searches then find, and release or refuse it."),
        _to_release,
    ),
)
