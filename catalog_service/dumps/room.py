"""What the room of the dumps offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.room import Demonstration, Task


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.dumps import pages, routes

    return (routes.router, pages.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.dumps import commands

    app.add_typer(commands.app, name="dump")


def _tasks() -> tuple[Task, ...]:
    from catalog_service.dumps import nightly

    return (nightly.run,)


def _demonstrations() -> tuple[Demonstration, ...]:
    from catalog_service.dumps.demonstration import demonstrate

    return (demonstrate,)


ROOM = Room(
    "dumps",
    routers=_routers,
    register_commands=_commands,
    tasks=_tasks,
    demonstrations=_demonstrations,
)
