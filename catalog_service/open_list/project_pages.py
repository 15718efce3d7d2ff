"""``/workbench/open-lists/projects``: pilot projects, as the operator enters them."""

from __future__ import annotations

from datetime import date
from typing import Final, cast

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
from catalog_service.open_list.errors import PROJECT_INCOMPLETE
from catalog_service.open_list.naming import WORK
from catalog_service.open_list.projects import (
    LONGEST_ARTICLE,
    LONGEST_NAME,
    STATES,
    Project,
    State,
    enter,
    projects,
)
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PROJECTS: Final = f"{WORK}/projects"
PER_PAGE: Final = 25
_FIELDS: Final = ("organization", "name", "begins", "ends", "state", "article", "datasets")


@router.get(PROJECTS)
def projects_page(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """The pilot projects of one's organizations, the newest first."""
    return _page(View(request), atlas, worker)


@router.post(PROJECTS)
async def change_projects(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Enter a pilot project, or how it stands now, or take it off."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        organization = organization_named(atlas.vocabulary, form.get("organization", ""))
        view = View(request)
        begins, ends = _day(form.get("begins", "")), form.get("ends", "").strip()
        project = Project(
            organization,
            # Without a day on which it begins it is incomplete, and named so.
            form.get("name", "") if begins and (not ends or _day(ends)) else "",
            begins or date.min,
            _day(ends),
            cast("State", form.get("state", "")),
            form.get("article", ""),
            tuple(form.get("datasets", "").split()),
        )
        try:
            enter(
                atlas,
                worker,
                project,
                reason=form.get("reason", "")[:MAX_REASON],
                withdraw=bool(form.get("withdraw")),
            )
        except AtlasError as error:
            if error.kind is not PROJECT_INCOMPLETE:
                raise
            return _page(view, atlas, worker, problem=error, given=form)
        return RedirectResponse(view.link(PROJECTS), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    *,
    problem: AtlasError | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    edits = worker.organizations(Action.OPEN_LIST_EDIT)
    found = projects(atlas, worker.organizations(Action.DATASET_READ_HELD))
    part = part_of(view, PROJECTS, len(found), PER_PAGE)
    offered = [
        one for one in atlas.vocabulary.offered("organization") if edits is None or one.iri in edits
    ]
    return render_desk(
        view,
        worker,
        "pilot_projects.html",
        WORK,
        [
            (view.gettext("Open lists"), view.link(WORK)),
            (view.gettext("Pilot projects"), None),
        ],
        200 if problem is None else problem.kind.status,
        part=part,
        projects=found[part.offset : part.offset + PER_PAGE],
        states={key: view.gettext(text) for key, text in STATES.items()},
        name_of=lambda iri: view.pick(atlas.accounts.hierarchy.names(iri)),
        may_edit=lambda iri: edits is None or iri in edits,
        organizations=[(one.iri, view.name(one)) for one in offered],
        problem=problem,
        given={**dict.fromkeys(_FIELDS, ""), **(given or {})},
        longest_name=LONGEST_NAME,
        longest_article=LONGEST_ARTICLE,
        most_reason=MAX_REASON,
        year=atlas.clock.today().year,
    )


def _day(text: str) -> date | None:
    found = read_date(text.strip()) if text.strip() else None
    return found.day if found is not None and found.precision == "day" else None
