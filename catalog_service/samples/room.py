"""What the room of samples offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.samples import pages, routes

    return (routes.router, pages.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.samples import commands

    app.add_typer(commands.app, name="sample")


ROOM = Room("samples", routers=_routers, register_commands=_commands)
