"""What the room of assistants offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.assistants import routes

    return (routes.router,)


def _commands(app: typer.Typer) -> None:
    from catalog_service.assistants import commands

    commands.register(app)


ROOM = Room("assistants", routers=_routers, register_commands=_commands)
