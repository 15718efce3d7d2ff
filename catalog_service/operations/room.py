"""What the room of operation offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.operations import pages, routes

    return (routes.router, pages.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.operations import doctor_command, index_commands

    doctor_command.register(app)
    app.add_typer(index_commands.app, name="index")


ROOM = Room(
    "operations",
    routers=_routers,
    register_commands=_commands,
)
