"""What the room of accounts offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.room import Room

if TYPE_CHECKING:
    import typer
    from fastapi import APIRouter

    from catalog_service.room import ConceptUses, Task


def _routers() -> tuple[APIRouter, ...]:
    from catalog_service.accounts import (
        account_page,
        organization_pages,
        people_pages,
        routes,
        sign_in_pages,
        token_pages,
        token_routes,
    )
    from catalog_service.accounts.oidc import account_pages, group_pages, pages

    return (
        routes.router,
        token_routes.router,
        sign_in_pages.router,
        pages.router,
        account_page.router,
        account_pages.router,
        # Before the pages of people, one of whom could otherwise be called "groups" or "tokens".
        group_pages.router,
        token_pages.router,
        people_pages.router,
        organization_pages.router,
    )


def _commands(app: typer.Typer) -> None:
    from catalog_service.accounts import (
        commands,
        organization_commands,
        role_commands,
        user_commands,
    )
    from catalog_service.accounts.oidc import commands as oidc_commands

    app.add_typer(commands.app, name="token")
    app.add_typer(user_commands.app, name="user")
    oidc_commands.register(role_commands.app)
    app.add_typer(role_commands.app, name="role")
    app.add_typer(organization_commands.app, name="organization")


def _tasks() -> tuple[Task, ...]:
    from catalog_service.accounts import upkeep

    return (upkeep.run,)


def _concept_uses() -> tuple[ConceptUses, ...]:
    from catalog_service.accounts.owners import uses_of

    return (uses_of,)


ROOM = Room(
    "accounts",
    routers=_routers,
    register_commands=_commands,
    tasks=_tasks,
    concept_uses=_concept_uses,
)
"""Its pages are led to from the foot of each page, alike for everybody: so pages stay cacheable.
The head of a page changes only for whoever works here, whose pages nobody keeps."""
