"""What the room of the log of searches offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer

    from catalog_service.room import Task


def _commands(app: typer.Typer) -> None:
    from catalog_service.search_log import commands

    app.add_typer(commands.app, name="search-log")


def _tasks() -> tuple[Task, ...]:
    from catalog_service.search_log import upkeep

    return (upkeep.run,)


ROOM = Room("search_log", register_commands=_commands, tasks=_tasks)
