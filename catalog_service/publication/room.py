"""What the room of what is published for other programs offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.publication import data_json_routes, routes, void_routes

    return (routes.router, data_json_routes.router, void_routes.router)


ROOM = Room("publication", routers=_routers)
