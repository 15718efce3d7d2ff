"""What the room of the rules offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.rules import pages, routes

    return (routes.router, pages.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.rules import commands, validate_command

    validate_command.register(app)
    app.add_typer(commands.app, name="rules")


ROOM = Room(
    "rules",
    routers=_routers,
    register_commands=_commands,
    navigation=(NavigationLink("/rules", N_("Rules")),),
)
