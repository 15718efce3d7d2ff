"""What the room of the thesaurus at work offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.room import Task
    from catalog_service.waiting import WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.thesaurus_work import pages

    return (pages.router,)


def _tasks() -> tuple[Task, ...]:
    from catalog_service.thesaurus_work import upkeep

    return (upkeep.run,)


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.thesaurus_work.waiting import WAITING

    return WAITING


ROOM = Room("thesaurus_work", routers=_routers, tasks=_tasks, waiting=_waiting)
