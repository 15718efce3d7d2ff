"""What the room of single datasets offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.datasets import linked_data_routes, memento_routes, pages, routes

    return (routes.router, pages.router, linked_data_routes.router, memento_routes.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.datasets import commands

    commands.register(app)


ROOM = Room(
    "datasets",
    routers=_routers,
    register_commands=_commands,
)
