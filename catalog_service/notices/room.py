"""What the room of notices offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    from fastapi import APIRouter

    from catalog_service.room import ConceptUses, Task


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.notices import pages

    return (pages.router,)


def _tasks() -> tuple[Task, ...]:
    from catalog_service.notices import delivery

    return (delivery.run,)


def _concept_uses() -> tuple[ConceptUses, ...]:
    from catalog_service.notices.concept_uses import uses_of

    return (uses_of,)


ROOM = Room("notices", routers=_routers, tasks=_tasks, concept_uses=_concept_uses)
"""No place in the navigation: it is for whoever is signed in."""
