"""What the room of editing offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.room import ConceptUses
    from catalog_service.waiting import WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.editing import draft_pages, import_pages, pages

    # The pages with names of their own stand before those of drafts, by identifier.
    return (pages.router, import_pages.router, draft_pages.router)


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.editing.waiting import WAITING

    return WAITING


def _concept_uses() -> tuple[ConceptUses, ...]:
    from catalog_service.editing.concept_uses import uses_of

    return (uses_of,)


ROOM = Room("editing", routers=_routers, waiting=_waiting, concept_uses=_concept_uses)
