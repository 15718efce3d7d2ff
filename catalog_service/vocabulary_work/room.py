"""What the room of the vocabularies at work offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.room import Task
    from catalog_service.waiting import WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.vocabulary_work import (
        concept_pages,
        organization_pages,
        pages,
        routes,
    )

    return (routes.router, pages.router, organization_pages.router, concept_pages.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.vocabulary_work import commands

    app.add_typer(commands.app, name="vocabulary")


def _tasks() -> tuple[Task, ...]:
    from catalog_service.vocabulary_work import work

    return (work.run,)


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.vocabulary_work.waiting import WAITING

    return WAITING


ROOM = Room(
    "vocabulary_work",
    routers=_routers,
    register_commands=_commands,
    tasks=_tasks,
    waiting=_waiting,
)
