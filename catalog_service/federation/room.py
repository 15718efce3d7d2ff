"""What the room of the federation offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.federation import catalog_routes, network_page, network_routes, routes

    return (routes.router, catalog_routes.router, network_routes.router, network_page.router)


ROOM = Room("federation", routers=_routers)
