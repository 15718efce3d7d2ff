"""What the room of vocabularies offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.vocabularies import linked_data, pages, routes

    return (routes.router, pages.router, linked_data.router)


ROOM = Room(
    "vocabularies",
    routers=_routers,
    navigation=(NavigationLink("/vocabulary", "nav.vocabularies"),),
)
