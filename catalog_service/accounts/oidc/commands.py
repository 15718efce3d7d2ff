"""``atlas role map``: which groups of the OpenID provider are which roles here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from catalog_service.accounts.oidc.model import GroupRole
    from catalog_service.accounts.oidc.service import OidcSignIn
    from catalog_service.atlas import Atlas

CITY: Final = "city"
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Group = Annotated[str, typer.Argument(help="Name of the group, as the provider sends it.")]
RoleName = Annotated[str, typer.Argument(metavar="ROLE", help="steward, reviewer, auditor …")]
Over = Annotated[
    str,
    typer.Argument(
        metavar="ORGANIZATION",
        help="Over which organization, by IRI, code or name; `city`: the whole city.",
    ),
]


def map_group(group: Group, role: RoleName, organization: Over, json: Json = False) -> None:
    """Give whoever is in a group of the OpenID provider a role over an organization."""
    out = Output(as_json=json)
    with existing() as atlas:
        mapped = _read(atlas, group, role, organization)
        is_new = _provider(atlas).group_roles.add(mapped)
    out.result({**_shown(mapped), "new": is_new})
    out.text(
        gettext("mapped {group}: {role}", group=group, role=mapped.role.value)
        if is_new
        else gettext("{group} had this role already", group=group)
    )


def unmap_group(group: Group, role: RoleName, organization: Over, json: Json = False) -> None:
    """Take a role from a group; whoever had it by the group loses it within a minute."""
    out = Output(as_json=json)
    with existing() as atlas:
        mapped = _read(atlas, group, role, organization)
        _provider(atlas).group_roles.remove(mapped)
    out.result(_shown(mapped))
    out.text(gettext("{group} no longer gives {role}", group=group, role=mapped.role.value))


def list_mapped(json: Json = False) -> None:
    """List which groups of the OpenID provider give which roles."""
    out = Output(as_json=json)
    with existing() as atlas:
        found = _provider(atlas).group_roles.all()
    out.result({"groups": [_shown(mapped) for mapped in found]})
    out.table(
        gettext("group role organization").split(),
        [(g.group, g.role.value, g.organization or CITY) for g in found],
    )


def register(app: typer.Typer) -> None:
    """Add these commands to ``atlas role``."""
    app.command("map")(map_group)
    app.command("unmap")(unmap_group)
    app.command("mapped")(list_mapped)


def _provider(atlas: Atlas) -> OidcSignIn:
    from catalog_service.accounts.oidc.errors import OIDC_OFF
    from ontology.errors import AtlasError

    if atlas.oidc is None:
        raise AtlasError(OIDC_OFF)
    return atlas.oidc


def _read(atlas: Atlas, group: str, role: str, organization: str) -> GroupRole:
    from catalog_service.accounts.oidc.model import group_role

    over = None if organization == CITY else organization
    return group_role(atlas.vocabulary, group, role, over)


def _shown(mapped: GroupRole) -> dict[str, str | None]:
    return {
        "group": mapped.group,
        "role": mapped.role.value,
        "organization": mapped.organization,
    }
