"""What the room of rules at work offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.room import ConceptUses, Task
    from catalog_service.waiting import DeadlineKind, WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.rule_work import (
        exception_pages,
        impact_pages,
        offender_pages,
        offender_routes,
        rate_pages,
        rate_routes,
    )

    return (
        offender_routes.router,
        rate_routes.router,
        exception_pages.router,
        offender_pages.router,
        rate_pages.router,
        impact_pages.router,
    )


def _tasks() -> tuple[Task, ...]:
    from catalog_service.rule_work import upkeep

    return (upkeep.run,)


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.rule_work.waiting import WAITING

    return WAITING


def _deadlines() -> tuple[DeadlineKind, ...]:
    from catalog_service.rule_work.waiting import DEADLINES

    return DEADLINES


def _concept_uses() -> tuple[ConceptUses, ...]:
    from catalog_service.rule_work.concept_uses import uses_of

    return (uses_of,)


ROOM = Room(
    "rule_work",
    routers=_routers,
    tasks=_tasks,
    waiting=_waiting,
    deadlines=_deadlines,
    concept_uses=_concept_uses,
)
