"""``/workbench/vocabulary/organizations``: what lies below what, and what followed upon what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import (
    LINK_KINDS,
    ROLE_LABELS,
    Action,
    Principal,
    require_somewhere,
)
from catalog_service.actor_names import names_of
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, reason_of
from catalog_service.proposals import STATE_LABELS
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.proposal_steps import Steps, invalid, moved, step_of
from catalog_service.site.rendering import View
from catalog_service.vocabulary_work import hierarchy
from catalog_service.vocabulary_work.wrong_fields import A_DAY, Wrong, wrong_field
from ontology.dates import read_date
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

HERE: Final = "/workbench/vocabulary/organizations"
PER_PAGE: Final = 50
"""Links on one page."""
_MOST_NAMED: Final = 5
"""Organizations, and persons, that are named of those whom a link concerns."""
_STEPS: Final[Steps] = {
    "release": hierarchy.release,
    "refuse": hierarchy.refuse,
    "undo": hierarchy.undo,
}


@router.get("/workbench/vocabulary/organizations")
def organizations(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """The links between organizations, and a form for one."""
    require_somewhere(worker, Action.VOCABULARY_PROPOSE)
    return _page(View(request), atlas, worker, {})


@router.post("/workbench/vocabulary/organizations")
async def change_organizations(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Propose a link; release, refuse or undo one."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        require_somewhere(worker, Action.VOCABULARY_PROPOSE)
        view = View(request)
        try:
            _do(atlas, worker, form)
        except AtlasError as error:
            if error.kind.status in (401, 403):
                raise
            wrong = wrong_field(view, atlas, form, error)
            return _page(view, atlas, worker, form, wrong=_in_its_form(form, wrong), status=400)
        return moved(view, HERE)

    return await run_in_pool(thread_pools(request).writes, work)


def _do(atlas: Service, worker: Principal, form: Mapping[str, str]) -> None:
    step, reason = form.get("step", "propose"), reason_of(form)
    if step == "propose":
        kind = next((one for one in LINK_KINDS if one == form.get("kind")), None)
        if kind is None:
            raise invalid("kind", form.get("kind", ""), ", ".join(LINK_KINDS))
        one, other = form.get("organization", ""), form.get("other", "")
        hierarchy.propose(atlas, worker, kind, one, other, _day(form.get("day", "")), reason)
        return
    do = step_of(form, _STEPS)
    number = form.get("number", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 9):
        raise invalid("number", number, "1, 2, …")
    do(atlas, worker, int(number), reason)


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    form: Mapping[str, str],
    *,
    wrong: Wrong | None = None,
    status: int = 200,
) -> Response:
    links = atlas.accounts.links
    part = part_of(view, HERE, links.count(), PER_PAGE)
    found = links.all(offset=part.offset, limit=PER_PAGE)
    gains = hierarchy.gains_of(atlas, worker, found)
    if any(gains.values()):
        # Before it is shown: what cannot be told to the audit is not read.
        atlas.audit.record(Entry("personal_data.read", details={"what": "roles"}))
    return render_desk(
        view,
        worker,
        "organization_links.html",
        "/workbench/vocabulary",
        [
            (view.gettext("Unknown values"), view.link("/workbench/vocabulary")),
            (view.gettext("Links between organizations"), None),
        ],
        status,
        links=found,
        part=part,
        state_label=lambda state: view.gettext(STATE_LABELS[state]),
        named=lambda iri: view.pick(atlas.accounts.hierarchy.names(iri)),
        named_all=lambda iris: [view.pick(atlas.accounts.hierarchy.names(iri)) for iri in iris],
        people=names_of(atlas, [one.proposed_by for one in found]),
        may_release=lambda link: hierarchy.may_release(worker, link),
        is_own=lambda link: link.proposed_by == worker.actor,
        choices=atlas.vocabulary.offered("organization"),
        given=form,
        role_label=lambda role: view.gettext(ROLE_LABELS[role]),
        gains=gains,
        most_named=_MOST_NAMED,
        wrong=wrong,
        most_reason=MAX_REASON,
    )


def _in_its_form(form: Mapping[str, str], wrong: Wrong) -> Wrong:
    """Return what is wrong, at the field of the link's own form where a step was asked for."""
    if form.get("step", "propose") == "propose":
        return wrong
    field = f"reason-{form.get('number', '')}" if wrong.field == "reason" else None
    return Wrong(field, wrong.message)


def _day(text: str) -> date | None:
    """Return the day of a form's date field, as browsers send it; "" is none."""
    if not text.strip():
        return None
    found = read_date(text)
    if found is None or found.precision != "day":
        raise invalid("day", text, A_DAY)
    return found.day
