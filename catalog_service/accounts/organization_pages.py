"""``/workbench/organizations``: what an organization demands, and where it wants its notices.

Inner addresses that a webhook may reach (``--allow``) stay with the command line: what they open is
the operator's to decide.
"""

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
from catalog_service.notices.errors import WEBHOOK_ADDRESS_INVALID
from catalog_service.notices.service import OrganizationWebhooks
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

HERE: Final = "/workbench/organizations"
_RIGHTS: Final[Mapping[str, Action]] = {
    "demand": Action.FOUR_EYES_SET,
    "release-alone": Action.FOUR_EYES_SET,
    # As the address that a source is visited at: this server sends to it.
    "webhook": Action.SOURCE_MANAGE,
    "webhook-end": Action.SOURCE_MANAGE,
}
"""What the forms do, and the right that each needs."""


@router.get(HERE)
def organizations_page(
    request: Request, atlas: Atlas, worker: Worker, done: bool = False
) -> Response:
    """What the organizations have set that one sees; forms for those whose it is to say."""
    return _page(View(request), atlas, worker, done=done)


@router.post(HERE)
async def change_organization(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Demand four eyes, or set where notices go; or no longer."""
    form = await receive_form(request)

    def work() -> Response:
        worker, view = sender(request, form, bearer), View(request)
        given, action = form.get("organization", "").strip(), form.get("action", "")
        organization = organization_named(atlas.vocabulary, given) if given else None
        worker.require(_RIGHTS.get(action, Action.FOUR_EYES_SET), organization)
        if organization is None:
            raise AtlasError(PARAMETER_INVALID, name="organization", value="", expected="IRI")
        if action not in _RIGHTS:
            expected = ", ".join(_RIGHTS)
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
        try:
            key = _change(atlas, organization, action, form)
        except AtlasError as error:
            if error.kind is not WEBHOOK_ADDRESS_INVALID:
                raise
            return _page(view, atlas, worker, error=error)
        if key is not None:
            # Shown this once: whoever sets the receiver up needs it.
            return _page(view, atlas, worker, key=key)
        return RedirectResponse(view.link(HERE, done="true"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _change(atlas: Service, organization: str, action: str, form: Mapping[str, str]) -> str | None:
    """Do what a form says; return the key of a new webhook."""
    reason = reason_of(form)
    webhooks = OrganizationWebhooks(atlas.journal, atlas.settings)
    if action == "webhook":
        return webhooks.set(organization, form.get("address", "").strip(), reason=reason)
    if action == "webhook-end":
        webhooks.remove(organization, reason=reason)
    else:
        FourEyes(atlas.journal).demand(organization, action == "demand", reason=reason)
    return None


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    *,
    done: bool = False,
    key: str | None = None,
    error: AtlasError | None = None,
) -> Response:
    seen = worker.organizations(Action.DATASET_READ_HELD)
    sets = worker.organizations(Action.FOUR_EYES_SET)
    manages = worker.organizations(Action.SOURCE_MANAGE)
    demanding = [one for one in FourEyes(atlas.journal).demanding() if seen is None or one in seen]
    webhooks = {
        one: shown
        for one, shown in OrganizationWebhooks(atlas.journal, atlas.settings).shown().items()
        if seen is None or one in seen
    }
    known = [(one.iri, view.name(one)) for one in atlas.vocabulary.offered("organization")]
    name = {one: organization_name(view, atlas.vocabulary, one) for one in (*demanding, *webhooks)}
    return render_desk(
        view,
        worker,
        "organization_settings.html",
        HERE,
        [(view.gettext("Settings of organizations"), None)],
        200 if error is None else error.kind.status,
        demanding=[(one, name[one]) for one in demanding],
        webhooks=[(one, name[one], shown) for one, shown in webhooks.items()],
        may_set=lambda one: sets is None or one in sets,
        may_send=lambda one: manages is None or one in manages,
        undemanding=[
            (iri, label)
            for iri, label in known
            if (sets is None or iri in sets) and iri not in demanding
        ],
        managed=[(iri, label) for iri, label in known if manages is None or iri in manages],
        encrypts=atlas.settings.secret_file is not None,
        done=done,
        key=key,
        error=error,
        most_reason=MAX_REASON,
    )
