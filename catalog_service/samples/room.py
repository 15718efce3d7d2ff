"""What the room of samples offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.room import Task
    from catalog_service.waiting import WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.samples import desk_pages, pages, routes

    return (routes.router, pages.router, desk_pages.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.samples import commands

    app.add_typer(commands.app, name="sample")


def _tasks() -> tuple[Task, ...]:
    from catalog_service.samples import tidying

    return (tidying.run,)


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.samples.waiting import WAITING

    return WAITING


ROOM = Room(
    "samples",
    routers=_routers,
    register_commands=_commands,
    tasks=_tasks,
    waiting=_waiting,
)
