"""What the room of following offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.dataset_notes import NotesOf


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.following import feed_routes, pages, routes

    return (routes.router, routes.writing, pages.router, feed_routes.router)


def _dataset_notes() -> tuple[NotesOf, ...]:
    from catalog_service.following.dataset_notes import notes

    return (notes,)


ROOM = Room("following", routers=_routers, dataset_notes=_dataset_notes)
"""No place in the navigation: pages of what can be followed lead here. Its task, which reads the
notes of all rooms, is started with the worker's others."""
