"""What the room of sources offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.sources import push_routes, routes, steward_routes

    return (routes.router, push_routes.router, steward_routes.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.sources import commands, held_commands, import_command, simulate_command

    import_command.register(app)
    simulate_command.register(app)
    app.add_typer(commands.app, name="source")
    app.add_typer(held_commands.app, name="held")


ROOM = Room(
    "sources",
    routers=_routers,
    register_commands=_commands,
)
