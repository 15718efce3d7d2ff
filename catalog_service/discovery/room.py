"""What the room of searching offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.discovery import (
        export_routes,
        feed_routes,
        json_feed_routes,
        pages,
        routes,
    )

    return (
        routes.router,
        export_routes.router,
        feed_routes.router,
        json_feed_routes.router,
        pages.router,
    )


def _commands(app: typer.Typer) -> None:
    from catalog_service.discovery import commands, thesaurus_commands

    commands.register(app)
    app.add_typer(thesaurus_commands.app, name="thesaurus")


ROOM = Room(
    "discovery",
    routers=_routers,
    register_commands=_commands,
    navigation=(NavigationLink("/datasets", N_("Datasets")),),
)
