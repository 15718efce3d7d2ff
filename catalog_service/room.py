"""What a room offers to the whole: its routes, its commands, its places in the navigation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from threading import Event

    import sqlalchemy as sa
    import typer
    from fastapi import APIRouter

    from catalog_service.atlas import Atlas
    from catalog_service.console.output import Output
    from catalog_service.dataset_notes import NotesOf
    from catalog_service.waiting import DeadlineKind, WaitingKind

    Demonstration = Callable[[Atlas, Output], AbstractContextManager[None]]
    Task = Callable[[Atlas, Event], None]
    """Runs until the event is set; must not raise for what passes by itself."""
    ConceptUses = Callable[[sa.Connection, str], int]
    """Counts how many things of a room's use a concept, by IRI; within the write transaction of
    the journal, so that it must be quick."""


@dataclass(frozen=True)
class NavigationLink:
    """One place in the head of every page."""

    path: str
    label: str
    """Its English text, marked for translation."""
    minor: bool = False
    """Whether a narrow page keeps it in the menu."""


def _no_routers() -> tuple[APIRouter, ...]:
    return ()


def _no_commands(_: typer.Typer) -> None:
    return


def _no_tasks() -> tuple[Task, ...]:
    return ()


def _no_demonstrations() -> tuple[Demonstration, ...]:
    return ()


def _nothing_waits() -> tuple[WaitingKind, ...]:
    return ()


def _no_deadlines() -> tuple[DeadlineKind, ...]:
    return ()


def _uses_no_concept() -> tuple[ConceptUses, ...]:
    return ()


def _notes_nothing() -> tuple[NotesOf, ...]:
    return ()


@dataclass(frozen=True)
class Room:
    """One capability, as `catalog_service.rooms` puts it beside the others.

    ``routers`` and ``register_commands`` import what they give only when they are called: a
    command need not load the web server, and the server need not load the commands.
    """

    name: str
    routers: Callable[[], tuple[APIRouter, ...]] = _no_routers
    """In the order of the documentation; the first route that fits a path answers."""
    register_commands: Callable[[typer.Typer], None] = _no_commands
    navigation: tuple[NavigationLink, ...] = ()
    tasks: Callable[[], tuple[Task, ...]] = _no_tasks
    """What the worker runs beside the projections, each in a thread of its own."""
    demonstrations: Callable[[], tuple[Demonstration, ...]] = _no_demonstrations
    """What the room adds to the demo, for as long as that runs."""
    waiting: Callable[[], tuple[WaitingKind, ...]] = _nothing_waits
    """What of the room's waits for people, for the workbench."""
    deadlines: Callable[[], tuple[DeadlineKind, ...]] = _no_deadlines
    """Days on which something of the room's falls due, for the workbench's calendar."""
    concept_uses: Callable[[], tuple[ConceptUses, ...]] = _uses_no_concept
    """What of the room's names concepts, other than records: none of these is taken away."""
    dataset_notes: Callable[[], tuple[NotesOf, ...]] = _notes_nothing
    """What the room has to say on the page of any dataset, and in its machine forms."""
