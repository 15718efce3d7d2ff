"""What the room of reports offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.room import ConceptUses, Task


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.reports import feed_routes, pages, routes

    return (routes.router, feed_routes.router, pages.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.reports import commands

    app.add_typer(commands.app, name="report")


def _tasks() -> tuple[Task, ...]:
    from catalog_service.reports import upkeep

    return (upkeep.run,)


def _concept_uses() -> tuple[ConceptUses, ...]:
    from catalog_service.reports.concept_uses import uses_of

    return (uses_of,)


ROOM = Room(
    "reports",
    routers=_routers,
    register_commands=_commands,
    tasks=_tasks,
    concept_uses=_concept_uses,
)
