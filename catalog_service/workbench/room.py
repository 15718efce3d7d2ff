"""What the workbench offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.waiting import DeadlineKind, WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.workbench import (
        calendar_pages,
        dataset_pages,
        held_pages,
        pages,
    )

    return (pages.router, held_pages.router, dataset_pages.router, calendar_pages.router)


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.workbench.service import WAITING

    return WAITING


def _deadlines() -> tuple[DeadlineKind, ...]:
    from catalog_service.workbench.service import DEADLINES

    return DEADLINES


ROOM = Room("workbench", routers=_routers, waiting=_waiting, deadlines=_deadlines)
"""No place in the navigation: it is for those who are signed in, whose menu leads there."""
