"""``/accounts/groups``: which groups of the provider are which roles here, for administrators."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.actions import ROLE_LABELS, Action, Role
from catalog_service.accounts.oidc.errors import OIDC_OFF
from catalog_service.accounts.oidc.groups import MAX_GROUP
from catalog_service.accounts.oidc.model import GroupRole, group_role
from catalog_service.accounts.oidc.service import OidcSignIn
from catalog_service.accounts.principal import Principal
from catalog_service.accounts.service import require_somewhere
from catalog_service.accounts.shown_roles import organization_name
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form, sender_of
from catalog_service.site.rendering import View
from catalog_service.site.trust import in_language
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PATH: Final = "/accounts/groups"


@router.get(PATH)
def groups_page(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """The table, as far as it is within reach, and a form for a new row."""
    view = View(request)
    if bearer is None:
        return RedirectResponse(view.link("/login", next=PATH), 303, PRIVATE)
    return _render(view, atlas, require_somewhere(bearer, Action.ROLE_GRANT))


@router.post(PATH)
async def change_groups(request: Request, atlas: Atlas) -> Response:
    """Give a group a role over an organization, or take it."""
    form = await receive_form(request)

    def work() -> Response:
        principal = require_somewhere(sender_of(request, form), Action.ROLE_GRANT)
        table = _provider(atlas).group_roles
        mapped = group_role(
            atlas.vocabulary,
            form.get("group", ""),
            form.get("role", ""),
            form.get("organization", "").strip() or None,
        )
        principal.require(Action.ROLE_GRANT, mapped.organization)
        action = form.get("action", "")
        if action == "add":
            table.add(mapped)
        elif action == "remove":
            table.remove(mapped)
        else:
            expected = "add, remove"
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
        return RedirectResponse(View(request).link(PATH), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _render(view: View, atlas: Service, principal: Principal) -> Response:
    def name(organization: str | None) -> str:
        return organization_name(view, atlas.vocabulary, organization)

    def within_reach(mapped: GroupRole) -> bool:
        return principal.may(Action.ROLE_GRANT, mapped.organization)

    own = principal.organizations(Action.ROLE_GRANT)
    known = sorted(
        concept.iri
        for concept in atlas.vocabulary.offered("organization")
        if own is None or concept.iri in own
    )
    provider = _provider(atlas)
    return view.render(
        "oidc_groups.html",
        headers=PRIVATE,
        section="",
        trail=[
            (view.gettext("Accounts"), view.link("/accounts")),
            (view.gettext("Groups"), None),
        ],
        provider=in_language(provider.name, view.lang),
        mapped=[one for one in provider.group_roles.all() if within_reach(one)],
        organization_name=name,
        role_name=lambda role: view.gettext(ROLE_LABELS[role]),
        roles=[(role.value, view.gettext(ROLE_LABELS[role])) for role in Role],
        organizations=[(iri, name(iri)) for iri in known],
        reaches_all=own is None,
        most=MAX_GROUP,
    )


def _provider(atlas: Service) -> OidcSignIn:
    if atlas.oidc is None:
        raise AtlasError(OIDC_OFF)
    return atlas.oidc
