"""What the room of results offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.dataset_notes import NotesOf


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.results import pages, routes

    return (routes.router, pages.router)


def _dataset_notes() -> tuple[NotesOf, ...]:
    from catalog_service.results.dataset_notes import notes

    return (notes,)


ROOM = Room(
    "results",
    routers=_routers,
    navigation=(NavigationLink("/results", N_("Results"), minor=True),),
    dataset_notes=_dataset_notes,
)
