"""What the room of results offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.dataset_notes import NotesOf


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.results import award_pages, desk_pages, pages, picture_pages, routes

    # Before the results: /results/awards is none.
    return (
        routes.router,
        routes.writing,
        award_pages.router,
        pages.router,
        picture_pages.router,
        desk_pages.router,
    )


def _dataset_notes() -> tuple[NotesOf, ...]:
    from catalog_service.results.dataset_notes import notes

    return (notes,)


ROOM = Room(
    "results",
    routers=_routers,
    dataset_notes=_dataset_notes,
)
