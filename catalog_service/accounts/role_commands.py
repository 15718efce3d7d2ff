"""``atlas role``: who may do what over which organizations."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

app = typer.Typer(no_args_is_help=True, help="Roles of people over organizations.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
ACTOR = "cli"


@app.command("grant")
def grant(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Name of the account.")],
    role: Annotated[str, typer.Argument(metavar="ROLE", help="See docs/roles.md.")],
    organization: Annotated[
        str | None,
        typer.Argument(metavar="[ORGANIZATION]", help="Its name or IRI; default: the whole city."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; default: none.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Kept with the role.")] = "",
    json: Json = False,
) -> None:
    """Give a person a role over an organization and all below it."""
    from catalog_service.accounts.errors import UNKNOWN_ROLE
    from catalog_service.accounts.service import Role, owner_named
    from catalog_service.clock import SHANGHAI
    from ontology.errors import AtlasError

    out = Output(as_json=json)
    if role not in set(Role):
        raise AtlasError(UNKNOWN_ROLE, role=role[:80], roles=", ".join(Role))
    end = None
    if until is not None:
        day = until.date() + timedelta(days=1)
        end = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    with existing() as atlas:
        made = atlas.accounts.grants.grant(
            atlas.accounts.people.by_login(login).id,
            Role(role),
            owner_named(atlas.vocabulary, organization),
            by=ACTOR,
            reason=reason.strip() or "atlas role grant",
            until=end,
        )
    out.result(asdict(made))
    out.text(f"{made.id}  {made.role}  {made.organization or '*'}")


@app.command("revoke")
def revoke(
    grant_id: Annotated[str, typer.Argument(metavar="ID", help="See `atlas user list`.")],
    json: Json = False,
) -> None:
    """End a role at once."""
    out = Output(as_json=json)
    with existing() as atlas:
        ended = atlas.accounts.grants.revoke(grant_id, by=ACTOR)
    out.result(asdict(ended))
    out.text(gettext("revoked {id} ({name})", id=ended.id, name=ended.role))
