"""``/workbench/cases``: what people brought up, for whoever sorts and handles it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE
from catalog_service.participation import service
from catalog_service.participation.application_view import panel_of
from catalog_service.participation.case_address import CaseName
from catalog_service.participation.case_view import (
    Typed,
    forms_of,
    organization_name,
    organization_of,
    state_of,
    steps_shown,
    topic_name,
)
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.naming import WORK, public_path
from catalog_service.participation.sorting import suggested
from catalog_service.participation.subjects import subject_shown
from catalog_service.participation.waiting import due_day
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
_SHOWN_AGAIN: Final = frozenset({403, 404, 409, 422, 503})


@router.get(WORK)
def desk_page(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    kind: Annotated[str, Query(max_length=20)] = "",
    ended: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """What somebody may sort or handle, the oldest first."""
    view = View(request)
    chosen = next((one for one in MACHINES if one == kind), None)
    with_ended = ended == "yes"
    asked = request.query_params.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1
    offset = (max(page, 1) - 1) * PER_PAGE
    total, found = service.work_cases(
        atlas, worker, chosen, PER_PAGE, offset, open_only=not with_ended
    )
    own = [("kind", kind)] if chosen else []
    part = part_of(view, WORK, total, PER_PAGE, [*own, *([("ended", "yes")] if with_ended else [])])
    return render_desk(
        view,
        worker,
        "cases_at_work.html",
        WORK,
        [(view.gettext("Demands and objections"), None)],
        work=WORK,
        kind=chosen or "",
        kinds=[
            ("", view.gettext("All kinds")),
            *((name, view.gettext(one.label)) for name, one in MACHINES.items()),
        ],
        ended=with_ended,
        today=atlas.clock.today(),
        part=part,
        rows=[
            (
                one,
                view.gettext(MACHINES[one.kind].label),
                state_of(view, one),
                None
                if one.organization is None
                else organization_name(view, atlas, one.organization),
                due_day(atlas, one),
                subject_shown(view, atlas, one),
            )
            for one in found
        ],
    )


@router.get(WORK + "/{case}")
def one_page(request: Request, atlas: Atlas, worker: Worker, name: CaseName) -> Response:
    """One case: what was written, what was done, and what one may do."""
    return _one(View(request), atlas, worker, name)


@router.post(WORK + "/{case}")
async def take_step(request: Request, atlas: Atlas, bearer: Bearer, name: CaseName) -> Response:
    """Take a step with a case."""
    form = first_values(await receive_fields(request))

    def work() -> Response:
        view, worker = View(request), sender(request, form, bearer)
        case = service.case_named(atlas, worker, name)
        step = form.get("step", "")[:40]
        try:
            done = service.take_step(atlas, worker, case.number, step, form.get("text", ""), form)
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _one(view, atlas, worker, name, error, Typed(step, form))
        # Who passed it on may see it no longer.
        path = f"{WORK}/{case.name}" if service.sees(worker, done) else WORK
        return RedirectResponse(view.link(path), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _one(
    view: View,
    atlas: Service,
    worker: Principal,
    name: str,
    problem: AtlasError | None = None,
    typed: Typed = Typed(),
) -> Response:
    seen = service.read_case(atlas, worker, name)
    case = seen.case
    steps = [one for one in service.possible_steps(atlas, worker, case) if one.by != "asker"]
    sorts = any(one.name == "sort" for one in steps) and case.organization is None
    first = "\n".join(list(seen.texts.values())[:1])
    return render_desk(
        view,
        worker,
        "case_at_work.html",
        WORK,
        [(view.gettext("Demands and objections"), view.link(WORK)), (case.name, None)],
        200 if problem is None else problem.kind.status,
        problem=problem,
        case=case,
        kind=view.gettext(MACHINES[case.kind].label),
        state=state_of(view, case),
        clocks=seen.clocks,
        followers=seen.followers,
        asker=seen.asker,
        steps=steps_shown(view, atlas, case, seen.texts, public=False),
        organization=organization_of(view, atlas, case.organization),
        topic=None if case.topic is None else topic_name(view, atlas, case.topic),
        subject=subject_shown(view, atlas, case),
        panel=panel_of(view, atlas, worker, case),
        suggested=[
            (iri, organization_name(view, atlas, iri))
            for iri in (suggested(atlas, case, first) if sorts else ())
        ],
        forms=forms_of(view, atlas, steps, case, typed),
        path=f"{WORK}/{case.name}",
        public=public_path(case) if service.is_public(case) else None,
    )
