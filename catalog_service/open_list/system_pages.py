"""``/workbench/open-lists/systems``: information systems, and the plans of what they open."""

from __future__ import annotations

from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, organization_named
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE
from catalog_service.open_list.errors import SYSTEM_INCOMPLETE
from catalog_service.open_list.naming import WORK
from catalog_service.open_list.systems import (
    LONGEST_NAME,
    LONGEST_PLAN,
    RULE,
    enter,
    systems,
)
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

SYSTEMS: Final = f"{WORK}/systems"
PER_PAGE: Final = 25


@router.get(SYSTEMS)
def systems_page(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """The systems of one's organizations, those without a plan first."""
    return _page(View(request), atlas, worker)


@router.post(SYSTEMS)
async def change_systems(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Enter a system, give it a plan, or withdraw it."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        organization = organization_named(atlas.vocabulary, form.get("organization", ""))
        view = View(request)
        try:
            enter(
                atlas,
                worker,
                organization,
                form.get("name", ""),
                _day(form.get("begun", "")),
                plan=form.get("plan", ""),
                reason=form.get("reason", "")[:MAX_REASON],
                withdraw=bool(form.get("withdraw")),
            )
        except AtlasError as error:
            if error.kind is not SYSTEM_INCOMPLETE:
                raise
            return _page(view, atlas, worker, problem=error, given=form)
        return RedirectResponse(view.link(SYSTEMS), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    *,
    problem: AtlasError | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    seen = worker.organizations(Action.DATASET_READ_HELD)
    edits = worker.organizations(Action.OPEN_LIST_EDIT)
    found = systems(atlas, seen)
    part = part_of(view, SYSTEMS, len(found), PER_PAGE, [])
    offered = [
        one for one in atlas.vocabulary.offered("organization") if edits is None or one.iri in edits
    ]
    rule = atlas.rules.get(RULE)
    return render_desk(
        view,
        worker,
        "open_list_systems.html",
        WORK,
        [
            (view.gettext("Open lists"), view.link(WORK)),
            (view.gettext("New information systems"), None),
        ],
        200 if problem is None else problem.kind.status,
        part=part,
        systems=found[part.offset : part.offset + PER_PAGE],
        lacking={(one.organization, one.name) for one in found if one.lacks_plan(rule)},
        name_of=lambda iri: view.pick(atlas.accounts.hierarchy.names(iri)),
        may_edit=lambda iri: edits is None or iri in edits,
        organizations=[(one.iri, view.name(one)) for one in offered],
        problem=problem,
        given={**dict.fromkeys(("organization", "name", "begun", "plan"), ""), **(given or {})},
        longest_name=LONGEST_NAME,
        longest_plan=LONGEST_PLAN,
        most_reason=MAX_REASON,
        rule=RULE,
    )


def _day(text: str) -> date | None:
    found = read_date(text.strip()) if text.strip() else None
    return found.day if found is not None and found.precision == "day" else None
