"""What the room of organisations, districts and themes offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.entities import home_page, index_pages, pages, routes

    return (home_page.router, index_pages.router, pages.router, routes.router)


ROOM = Room(
    "entities",
    routers=_routers,
)
