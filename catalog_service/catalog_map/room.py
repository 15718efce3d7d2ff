"""What the room of the map offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.room import Task


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.catalog_map import pages, routes

    return (routes.router, pages.router)


def _tasks() -> tuple[Task, ...]:
    from catalog_service.catalog_map import upkeep

    return (upkeep.run,)


ROOM = Room("catalog_map", routers=_routers, tasks=_tasks)
