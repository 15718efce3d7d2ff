"""What the room of SPARQL offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.sparql import (
        editor_routes,
        pages,
        query_log_page,
        query_log_routes,
        routes,
    )

    return (
        routes.router,
        pages.router,
        editor_routes.router,
        query_log_routes.router,
        query_log_page.router,
    )


def _commands(app: typer.Typer) -> None:
    from catalog_service.sparql import commands

    commands.register(app)


ROOM = Room(
    "sparql",
    routers=_routers,
    register_commands=_commands,
    navigation=(NavigationLink("/sparql", N_("SPARQL"), minor=True),),
)
