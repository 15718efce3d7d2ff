"""``/cases/new``: the forms that bring a demand, an objection or a sharing request up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal, require_somewhere
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.participation import service
from catalog_service.participation.case_view import (
    Typed,
    forms_of,
    state_of,
)
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import KindName
from catalog_service.participation.naming import (
    NEW_DEMAND,
    NEW_OBJECTION,
    NEW_SHARING,
    PUBLIC,
    asker_path,
    public_path,
)
from catalog_service.participation.reading_forms import read_brought
from catalog_service.participation.similar import Similar, similar_to
from catalog_service.participation.subjects import public_title
from catalog_service.site.page_sessions import sender_of, sign_in
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

_NEW: Final[Mapping[str, str]] = {
    "demand": NEW_DEMAND,
    "objection": NEW_OBJECTION,
    "sharing": NEW_SHARING,
}
"""Where each kind is brought up."""
_SHOWN_AGAIN: Final = frozenset({403, 404, 409, 422, 429, 503})

Words = Annotated[str, Query(max_length=200)]
Name = Annotated[str, Query(max_length=2_000)]


@router.get(NEW_DEMAND)
def new_demand_page(
    request: Request, atlas: Atlas, bearer: Bearer, q: Words = "", dataset: Name = ""
) -> Response:
    """Ask for data: first what is like it, then the form."""
    return _new(View(request), atlas, bearer, "demand", {"q": q, "dataset": dataset})


@router.get(NEW_OBJECTION)
def new_objection_page(
    request: Request, atlas: Atlas, bearer: Bearer, dataset: Name = "", part: Words = ""
) -> Response:
    """Object to a dataset, one of its data items, or a file."""
    return _new(View(request), atlas, bearer, "objection", {"dataset": dataset, "part": part})


@router.get(NEW_SHARING)
def new_sharing_page(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Ask another department for data that nobody has catalogued; for who works in one."""
    require_somewhere(bearer, MACHINES["sharing"].brought_by)
    return _new(View(request), atlas, bearer, "sharing", {})


@router.post(NEW_SHARING)
async def bring_up_sharing(request: Request, atlas: Atlas) -> Response:
    """Bring a sharing request up."""
    return await _bring_up(request, atlas, "sharing")


@router.post(NEW_DEMAND)
async def bring_up_demand(request: Request, atlas: Atlas) -> Response:
    """Bring a demand up."""
    return await _bring_up(request, atlas, "demand")


@router.post(NEW_OBJECTION)
async def bring_up_objection(request: Request, atlas: Atlas) -> Response:
    """Bring an objection up."""
    return await _bring_up(request, atlas, "objection")


async def _bring_up(request: Request, atlas: Atlas, kind: KindName) -> Response:
    form = await receive_form(request)

    def work() -> Response:
        view = View(request)
        principal = sender_of(request, atlas, form)
        if principal is None:
            return sign_in(view)
        try:
            made = service.bring_up(atlas, principal, read_brought(atlas, kind, form))
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _new(view, atlas, principal, kind, form, error)
        return RedirectResponse(view.link(asker_path(made), done="sent"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _new(
    view: View,
    atlas: Service,
    principal: Principal | None,
    kind: KindName,
    given: Mapping[str, str],
    problem: AtlasError | None = None,
) -> Response:
    words = given.get("q", "").strip()[:200]
    dataset = given.get("dataset", "").strip()[:2_000]
    subject, problem = _subject(atlas, dataset, problem)
    alike = similar_to(atlas, words, view.lang) if kind == "demand" and words else Similar()
    kinds = MACHINES[kind].begins
    typed = Typed(kinds.name, given)
    return view.render(
        "case_new.html",
        200 if problem is None else problem.kind.status,
        headers=PRIVATE if view.session is not None else None,
        section=PUBLIC["demand"],
        trail=[(_new_title(view, kind), None)],
        kind=kind,
        title=_new_title(view, kind),
        problem=problem,
        path=_NEW[kind],
        words=words,
        dataset=dataset,
        part=given.get("part", "")[:200],
        topic=given.get("topic", ""),
        topics=[(one.iri, view.name(one)) for one in atlas.vocabulary.offered("domain")],
        subject=subject,
        alike=alike,
        states={one.case.number: state_of(view, one.case) for one in alike.demands},
        public_path=public_path,
        form=forms_of(view, atlas, [kinds], None, typed)[0],
        signed_in=principal is not None,
    )


def _subject(
    atlas: Service, dataset: str, problem: AtlasError | None
) -> tuple[str | None, AtlasError | None]:
    """Return the title of the dataset that a form names, or why it names none."""
    if not dataset:
        return None, problem
    try:
        iri, _ = service.find_subject(atlas, dataset)
    except AtlasError as error:
        return None, problem or error
    return public_title(atlas, iri), problem


def _new_title(view: View, kind: KindName) -> str:
    return view.gettext(MACHINES[kind].begins.label)
