"""``/cases``: what one brought up oneself, with all that was written."""

from __future__ import annotations

from typing import Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.participation import service
from catalog_service.participation.application_view import panel_of
from catalog_service.participation.case_address import CaseName
from catalog_service.participation.case_view import (
    Typed,
    forms_of,
    organization_of,
    state_of,
    steps_shown,
    topic_name,
)
from catalog_service.participation.erasing import erase
from catalog_service.participation.exporting import exported
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import KindName
from catalog_service.participation.naming import (
    NEW_DEMAND,
    OWN,
    PUBLIC,
    asker_path,
    public_path,
)
from catalog_service.participation.subjects import subject_shown
from catalog_service.site.page_sessions import sender_of, sign_in
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
_SHOWN_AGAIN: Final = frozenset({403, 404, 409, 422, 429, 503})


@router.get(OWN)
def own_page(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """What one brought up oneself, the last one touched first."""
    view = View(request)
    if view.session is None or bearer is None:
        return sign_in(view)
    found = service.own_cases(atlas, bearer, 1_000)
    part = part_of(view, OWN, len(found), PER_PAGE, [])
    rows = found[part.offset : part.offset + PER_PAGE]
    return view.render(
        "cases_own.html",
        headers=PRIVATE,
        section=PUBLIC["demand"],
        trail=[(view.gettext("What I brought up"), None)],
        rows=[(one, _kind_name(view, one.kind), state_of(view, one)) for one in rows],
        part=part,
        asker_path=asker_path,
        new_demand=NEW_DEMAND,
        erased=view.request.query_params.get("done") == "erased",
    )


@router.get(OWN + "/export.json")
def export(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """All that one brought up and wrote, as a file."""
    view = View(request)
    if view.session is None or bearer is None:
        return sign_in(view)
    content = orjson.dumps(exported(atlas, bearer), option=orjson.OPT_INDENT_2)
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="cases.json"'}
    return Response(content, media_type="application/json", headers=headers)


@router.get(OWN + "/{case}")
def one_page(request: Request, atlas: Atlas, bearer: Bearer, name: CaseName) -> Response:
    """One of them with all that was written, and what one may do."""
    view = View(request)
    if view.session is None or bearer is None:
        return sign_in(view)
    return _one(view, atlas, bearer, name)


@router.post(OWN + "/{case}")
async def take_step(request: Request, atlas: Atlas, name: CaseName) -> Response:
    """Take a step with it."""
    form = await receive_form(request)

    def work() -> Response:
        view = View(request)
        principal = sender_of(request, atlas, form)
        if principal is None:
            return sign_in(view)
        case = service.case_named(atlas, principal, name)
        step = form.get("step", "")[:40]
        try:
            if step == "erase":
                erase(atlas, principal, case.number, "asked for")
                return RedirectResponse(view.link(OWN, done="erased"), 303, PRIVATE)
            service.take_step(atlas, principal, case.number, step, form.get("text", ""), form)
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _one(view, atlas, principal, name, error, Typed(step, form))
        return RedirectResponse(view.link(asker_path(case)), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _one(
    view: View,
    atlas: Service,
    principal: Principal,
    name: str,
    problem: AtlasError | None = None,
    typed: Typed = Typed(),
) -> Response:
    seen = service.read_case(atlas, principal, name)
    case = seen.case
    steps = [one for one in service.possible_steps(atlas, principal, case) if one.by == "asker"]
    return view.render(
        "case_own.html",
        200 if problem is None else problem.kind.status,
        headers=PRIVATE,
        section=PUBLIC["demand"],
        trail=[(view.gettext("What I brought up"), view.link(OWN)), (case.name, None)],
        problem=problem,
        erasable=case.state in MACHINES[case.kind].final,
        sent=view.request.query_params.get("done") == "sent",
        case=case,
        kind=_kind_name(view, case.kind),
        state=state_of(view, case),
        clocks=seen.clocks,
        followers=seen.followers,
        steps=steps_shown(view, atlas, case, seen.texts, public=False),
        organization=organization_of(view, atlas, case.organization),
        topic=None if case.topic is None else topic_name(view, atlas, case.topic),
        subject=subject_shown(view, atlas, case),
        panel=panel_of(view, atlas, principal, case),
        forms=forms_of(view, atlas, steps, case, typed),
        path=asker_path(case),
        public=public_path(case) if service.is_public(case) else None,
    )


def _kind_name(view: View, kind: KindName) -> str:
    return view.gettext(MACHINES[kind].label)
