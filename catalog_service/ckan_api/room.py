"""What the room of CKAN's read API offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.ckan_api import routes

    return (routes.router,)


ROOM = Room("ckan_api", routers=_routers)
