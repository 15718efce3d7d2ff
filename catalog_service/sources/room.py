"""What the room of sources offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import NavigationLink, Room
from translations import N_

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.room import Demonstration, Task
    from catalog_service.waiting import DeadlineKind, WaitingKind


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.sources import (
        desk_pages,
        pages,
        push_routes,
        raw_routes,
        report_routes,
        routes,
        run_event_routes,
        run_routes,
        steward_routes,
    )

    return (
        routes.router,
        run_routes.router,
        run_event_routes.router,
        raw_routes.router,
        report_routes.router,
        push_routes.router,
        steward_routes.router,
        pages.router,
        desk_pages.router,
    )


def _commands(app: typer.Typer) -> None:
    from catalog_service.sources import (
        add_command,
        commands,
        credentials_command,
        harvest_command,
        held_commands,
        import_command,
        notices_commands,
        raw_command,
        removal_command,
        runs_commands,
        secret_commands,
        simulate_command,
    )

    import_command.register(app)
    harvest_command.register(app)
    simulate_command.register(app)
    add_command.register(commands.app)
    credentials_command.register(commands.app)
    notices_commands.register(commands.app)
    removal_command.register(commands.app)
    app.add_typer(commands.app, name="source")
    app.add_typer(secret_commands.app, name="secret")
    raw_command.register(runs_commands.app)
    app.add_typer(runs_commands.app, name="runs")
    app.add_typer(held_commands.app, name="held")


def _tasks() -> tuple[Task, ...]:
    from catalog_service.sources import telling
    from catalog_service.sources.harvests import scheduler
    from catalog_service.sources.notices import sender

    return (scheduler.run, sender.run, telling.run)


def _demonstrations() -> tuple[Demonstration, ...]:
    from catalog_service.sources import demonstration

    return (demonstration.demonstrate,)


def _waiting() -> tuple[WaitingKind, ...]:
    from catalog_service.sources.waiting import WAITING

    return WAITING


def _deadlines() -> tuple[DeadlineKind, ...]:
    from catalog_service.sources.waiting import DEADLINES

    return DEADLINES


ROOM = Room(
    "sources",
    routers=_routers,
    register_commands=_commands,
    navigation=(NavigationLink("/sources", N_("Sources"), minor=True),),
    tasks=_tasks,
    demonstrations=_demonstrations,
    waiting=_waiting,
    deadlines=_deadlines,
)
