"""``/workbench/organizations``: what an organization demands of those who work for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.actions import Action
from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.organizations import organization_named
from catalog_service.accounts.principal import Principal
from catalog_service.accounts.shown_roles import organization_name
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE, reason_of, receive_form
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

HERE: Final = "/workbench/organizations"


@router.get(HERE)
def organizations_page(
    request: Request, atlas: Atlas, worker: Worker, done: bool = False
) -> Response:
    """Which organizations demand that another releases; a form for those whose it is to say."""
    view = View(request)
    seen = worker.organizations(Action.DATASET_READ_HELD)
    mine = worker.organizations(Action.FOUR_EYES_SET)
    demanding = [one for one in FourEyes(atlas.journal).demanding() if seen is None or one in seen]
    return render_desk(
        view,
        worker,
        "organization_settings.html",
        HERE,
        [(view.gettext("Settings of organizations"), None)],
        demanding=[(one, organization_name(view, atlas.vocabulary, one)) for one in demanding],
        may_set=lambda one: mine is None or one in mine,
        organizations=[
            (one.iri, view.name(one))
            for one in atlas.vocabulary.concepts("organization")
            if (mine is None or one.iri in mine) and one.iri not in demanding
        ],
        done=done,
        most_reason=MAX_REASON,
    )


@router.post(HERE)
async def change_organization(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Demand four eyes for an organization, or no longer."""
    form = await receive_form(request)

    def work() -> Response:
        _change(atlas, sender(request, form, bearer), form)
        return RedirectResponse(View(request).link(HERE, done="true"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _change(atlas: Service, worker: Principal, form: Mapping[str, str]) -> None:
    given, action = form.get("organization", "").strip(), form.get("action", "")
    organization = organization_named(atlas.vocabulary, given) if given else None
    worker.require(Action.FOUR_EYES_SET, organization)
    if organization is None:
        raise AtlasError(PARAMETER_INVALID, name="organization", value="", expected="IRI")
    if action not in ("demand", "release-alone"):
        expected = "demand, release-alone"
        raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
    FourEyes(atlas.journal).demand(organization, action == "demand", reason=reason_of(form))
