"""What the room of what is published for other programs offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.publication import routes

    return (routes.router,)


ROOM = Room("publication", routers=_routers)
