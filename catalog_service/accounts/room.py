"""What the room of accounts offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer


def _commands(app: typer.Typer) -> None:
    from catalog_service.accounts import commands

    app.add_typer(commands.app, name="token")


ROOM = Room(
    "accounts",
    register_commands=_commands,
)
