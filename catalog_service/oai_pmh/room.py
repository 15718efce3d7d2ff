"""What the room of OAI-PMH offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.oai_pmh import routes

    return (routes.router,)


ROOM = Room("oai_pmh", routers=_routers)
