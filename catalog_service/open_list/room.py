"""What the room of open lists offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.dataset_notes import NotesOf
    from catalog_service.room import ConceptUses
    from catalog_service.waiting import DeadlineKind, WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.open_list import (
        compared_pages,
        evaluation_pages,
        feed_routes,
        linked_data_routes,
        pages,
        project_pages,
        public_pages,
        routes,
        system_pages,
    )
    from catalog_service.open_list.coverage import adding_pages
    from catalog_service.open_list.coverage import public_pages as coverage_pages
    from catalog_service.open_list.coverage import routes as coverage_routes
    from catalog_service.open_list.coverage import work_pages as coverage_work_pages
    from catalog_service.open_list.exchange import pages as exchange_pages

    return (
        # Its addresses come before those of the lists: coverage is no organization.
        coverage_routes.router,
        coverage_pages.router,
        linked_data_routes.router,
        feed_routes.router,
        routes.router,
        public_pages.router,
        compared_pages.router,
        # Its addresses come before those of the lists: an upload is no list.
        exchange_pages.router,
        evaluation_pages.router,
        system_pages.router,
        project_pages.router,
        coverage_work_pages.router,
        adding_pages.router,
        pages.router,
    )


def _commands(app: typer.Typer) -> None:
    from catalog_service.open_list import commands, register_commands
    from catalog_service.open_list.coverage import commands as coverage_commands
    from catalog_service.open_list.exchange import commands as exchange_commands

    register_commands.register(commands.app)
    coverage_commands.register(commands.app)
    exchange_commands.register(commands.app)
    app.add_typer(commands.app, name="open-list")


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.open_list.waiting import WAITING

    return WAITING


def _deadlines() -> tuple[DeadlineKind, ...]:
    from catalog_service.open_list.deadlines import DEADLINES

    return DEADLINES


def _concept_uses() -> tuple[ConceptUses, ...]:
    from catalog_service.open_list.concept_uses import uses_of

    return (uses_of,)


def _dataset_notes() -> tuple[NotesOf, ...]:
    from catalog_service.open_list.announced_notes import announced_notes

    return (announced_notes,)


ROOM = Room(
    "open_list",
    routers=_routers,
    register_commands=_commands,
    waiting=_waiting,
    deadlines=_deadlines,
    concept_uses=_concept_uses,
    dataset_notes=_dataset_notes,
)
