"""What the room of the source catalogue offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.room import Demonstration
    from catalog_service.waiting import WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.source_catalog import (
        conflicts_page,
        edit_routes,
        import_page,
        linked_data_routes,
        pages,
        routes,
    )

    # The pages with names of their own stand before those of items, by identifier.
    return (
        routes.router,
        edit_routes.router,
        linked_data_routes.router,
        import_page.router,
        conflicts_page.router,
        pages.router,
    )


def _commands(app: typer.Typer) -> None:
    from catalog_service.source_catalog import commands, edit_commands

    edit_commands.register(commands.app)
    app.add_typer(commands.app, name="source-catalog")


def _demonstrations() -> tuple[Demonstration, ...]:
    from catalog_service.source_catalog.demonstration import demonstrate

    return (demonstrate,)


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.source_catalog.waiting import WAITING

    return WAITING


ROOM = Room(
    "source_catalog",
    routers=_routers,
    register_commands=_commands,
    demonstrations=_demonstrations,
    waiting=_waiting,
)
