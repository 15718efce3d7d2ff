"""What the room of measured quality offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.room import ConceptUses, Task


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.quality import linked_data_routes, pages, routes
    from catalog_service.quality.badges import desk_pages as badge_desk
    from catalog_service.quality.badges import pages as badge_pages
    from catalog_service.quality.badges import routes as badge_routes

    return (
        linked_data_routes.router,
        routes.router,
        badge_routes.router,
        pages.router,
        badge_pages.router,
        badge_desk.router,
    )


def _commands(app: typer.Typer) -> None:
    from catalog_service.quality import commands

    app.add_typer(commands.app, name="quality")


def _tasks() -> tuple[Task, ...]:
    from catalog_service.quality import nightly, upkeep

    return (upkeep.run, nightly.run)


def _concept_uses() -> tuple[ConceptUses, ...]:
    from catalog_service.quality.concept_uses import uses_of

    return (uses_of,)


ROOM = Room(
    "quality",
    routers=_routers,
    register_commands=_commands,
    tasks=_tasks,
    concept_uses=_concept_uses,
)
