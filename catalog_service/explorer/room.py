"""What the room of the graph of things offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.explorer import pages, routes

    return (routes.router, pages.router)


ROOM = Room(
    "explorer",
    routers=_routers,
    navigation=(NavigationLink("/explore", N_("Explore")),),
)
