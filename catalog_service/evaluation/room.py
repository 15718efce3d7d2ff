"""What the room of evaluation offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.evaluation import pages, routes

    return (routes.router, pages.router)


def _commands(app: typer.Typer) -> None:
    from catalog_service.evaluation import commands, evaluate_command

    evaluate_command.register(app)
    app.add_typer(commands.app, name="judgements")


ROOM = Room("evaluation", routers=_routers, register_commands=_commands)
