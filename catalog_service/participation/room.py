"""What the room of participation offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.dataset_notes import NotesOf
    from catalog_service.room import ConceptUses, Task
    from catalog_service.waiting import DeadlineKind, WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.participation import (
        application_pages,
        desk_pages,
        new_case_pages,
        own_pages,
        public_pages,
        routes,
        statistics_pages,
        writing_routes,
    )

    return (
        # Before the cases: /cases/statistics is none.
        statistics_pages.data,
        statistics_pages.router,
        routes.router,
        writing_routes.router,
        public_pages.router,
        application_pages.router,
        new_case_pages.router,
        own_pages.router,
        desk_pages.router,
    )


def _commands(app: typer.Typer) -> None:
    from catalog_service.participation import commands

    app.add_typer(commands.app, name="cases")


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.participation.waiting import WAITING

    return WAITING


def _deadlines() -> tuple[DeadlineKind, ...]:
    from catalog_service.participation.waiting import DEADLINES

    return DEADLINES


def _tasks() -> tuple[Task, ...]:
    from catalog_service.participation import upkeep

    return (upkeep.run,)


def _dataset_notes() -> tuple[NotesOf, ...]:
    from catalog_service.participation.dataset_notes import notes

    return (notes,)


def _concept_uses() -> tuple[ConceptUses, ...]:
    from catalog_service.participation.concept_uses import in_cases

    return (in_cases,)


ROOM = Room(
    "participation",
    routers=_routers,
    register_commands=_commands,
    navigation=(NavigationLink("/demands", N_("Take part"), minor=True),),
    waiting=_waiting,
    deadlines=_deadlines,
    tasks=_tasks,
    dataset_notes=_dataset_notes,
    concept_uses=_concept_uses,
)
