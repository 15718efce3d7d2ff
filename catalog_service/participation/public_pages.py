"""``/demands`` and ``/objections``: what everybody may read of them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.representations import graph_wanted, kept_graph
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form, sender_of
from catalog_service.participation import service
from catalog_service.participation.case_address import CaseName
from catalog_service.participation.case_view import (
    organization_of,
    state_of,
    steps_shown,
    topic_name,
)
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import KindName
from catalog_service.participation.naming import PUBLIC, asker_path, public_path
from catalog_service.participation.subjects import subject_shown
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25

Topic = Annotated[str, Query(max_length=300)]
Dataset = Annotated[str, Query(max_length=2_000)]


@router.get(PUBLIC["demand"])
def demands_page(request: Request, atlas: Atlas, topic: Topic = "") -> Response:
    """All demands that were sorted, with how many there are by topic."""
    return _list(View(request), atlas, "demand", topic=topic)


@router.get(PUBLIC["objection"])
def objections_page(request: Request, atlas: Atlas, dataset: Dataset = "") -> Response:
    """All objections, or those to a dataset, and what became of them; or the graph of faults."""
    if (form := graph_wanted(request)) is not None:
        (graph,) = service.FeedbackGraphs(atlas).graphs()
        return kept_graph(request, graph.iri, graph.data, form)
    return _list(View(request), atlas, "objection", dataset=dataset)


@router.get(PUBLIC["demand"] + "/{case}")
def demand_page(request: Request, atlas: Atlas, bearer: Bearer, name: CaseName) -> Response:
    """One demand, as everybody may read it."""
    return _one(View(request), atlas, bearer, "demand", name)


@router.get(PUBLIC["objection"] + "/{case}")
def objection_page(request: Request, atlas: Atlas, bearer: Bearer, name: CaseName) -> Response:
    """One objection, as everybody may read it."""
    return _one(View(request), atlas, bearer, "objection", name)


@router.post(PUBLIC["demand"] + "/{case}")
async def follow_demand(request: Request, atlas: Atlas, name: CaseName) -> Response:
    """Follow a demand: want the same, and be told of its steps."""
    return await _follow(request, atlas, name)


@router.post(PUBLIC["objection"] + "/{case}")
async def follow_objection(request: Request, atlas: Atlas, name: CaseName) -> Response:
    """Follow an objection, and be told of its steps."""
    return await _follow(request, atlas, name)


async def _follow(request: Request, atlas: Atlas, name: str) -> Response:
    form = await receive_form(request)

    def work() -> Response:
        principal = sender_of(request, form)
        found = service.follow(atlas, principal, name, leave=form.get("action") == "leave")
        return RedirectResponse(View(request).link(public_path(found)), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _list(
    view: View, atlas: Atlas, kind: KindName, *, topic: str = "", dataset: str = ""
) -> Response:
    wanted, subject = topic.strip() or None, dataset.strip() or None
    path = PUBLIC[kind]
    asked = view.request.query_params.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1
    offset = (max(page, 1) - 1) * PER_PAGE

    def read(start: int) -> tuple[int, list[service.Open]]:
        return service.public_cases(atlas, kind, PER_PAGE, start, topic=wanted, subject=subject)

    total, found = read(offset)
    own = [("topic", topic)] if wanted else [("dataset", dataset)] if subject else []
    part = part_of(view, path, total, PER_PAGE, own)
    if part.offset != offset:
        total, found = read(part.offset)
    topics = [
        (iri, topic_name(view, atlas, iri), count)
        for iri, count in service.topics_of(atlas, kind).items()
        if iri is not None
    ]
    return view.render(
        "cases_public.html",
        section=PUBLIC["demand"],
        trail=[(_title(view, kind), None)],
        kind=kind,
        title=_title(view, kind),
        path=path,
        rows=[
            (
                one,
                state_of(view, one.case),
                organization_of(view, atlas, one.case.organization),
                None if one.case.topic is None else topic_name(view, atlas, one.case.topic),
                subject_shown(view, atlas, one.case),
            )
            for one in found
        ],
        part=part,
        topic=wanted,
        of_dataset=subject is not None,
        topics=sorted(topics, key=lambda one: (-one[2], one[1])),
        public_path=public_path,
    )


def _one(view: View, atlas: Atlas, bearer: Bearer, kind: KindName, name: str) -> Response:
    found = service.public_case(atlas, kind, name)
    case = found.case
    return view.render(
        "case_public.html",
        section=PUBLIC["demand"],
        trail=[(_title(view, kind), view.link(PUBLIC[kind])), (case.name, None)],
        kind=kind,
        found=found,
        case=case,
        state=state_of(view, case),
        ended=case.state in MACHINES[kind].final,
        steps=steps_shown(view, atlas, case, {}, public=True),
        organization=organization_of(view, atlas, case.organization),
        topic=None if case.topic is None else topic_name(view, atlas, case.topic),
        subject=subject_shown(view, atlas, case),
        follows=service.follows(atlas, bearer, case),
        own=bearer is not None and service.is_own(bearer, case),
        sees=bearer is not None and service.sees(bearer, case),
        own_path=asker_path(case),
    )


def _title(view: View, kind: KindName) -> str:
    return view.gettext("Demands") if kind == "demand" else view.gettext("Objections")
