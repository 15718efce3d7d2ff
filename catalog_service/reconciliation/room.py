"""What the room of reconciliation offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.reconciliation import pages, routes

    return (routes.router, pages.router)


ROOM = Room("reconciliation", routers=_routers)
