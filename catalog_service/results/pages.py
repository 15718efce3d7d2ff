"""``/results``: what people made of public data; and the form that submits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.middleware import CONTENT_SECURITY_POLICY
from catalog_service.http.representations import graph_wanted, kept_graph
from catalog_service.http.sessions import cookie_secret
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.http.upload_forms import receive_upload
from catalog_service.participation.service import LABELS, RESULT_KINDS
from catalog_service.results.case_address import CaseName
from catalog_service.results.graphs import ResultGraphs
from catalog_service.results.naming import AWARDED, NEW, PATH, SECTION, UPLOADS, result_path
from catalog_service.results.pictures import MOST_BYTES, rewritten
from catalog_service.results.service import (
    AWARDS,
    Wanted,
    awards_of,
    choices,
    is_pictured,
    result_named,
    shown_results,
    submit,
)
from catalog_service.results.submitting import MOST_ADDRESS, MOST_CONTACT, MOST_NOTE, PUBLIC_TEXTS
from catalog_service.results.uploads_origin import uploads_origin
from catalog_service.results.used_datasets import used_datasets
from catalog_service.site.page_sessions import sender_of, sign_in
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from ontology.limits import MIB

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 20
_SHOWN_AGAIN: Final = frozenset({403, 404, 409, 422, 429, 503})


@router.get(PATH)
def results_page(
    request: Request,
    atlas: Atlas,
    q: Annotated[str, Query(max_length=200)] = "",
    topic: Annotated[str, Query(max_length=300)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    year: Annotated[str, Query(max_length=4)] = "",
    dataset: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    """All that is shown, by text, topic, kind and year; or the graph of it."""
    if (form := graph_wanted(request)) is not None:
        (graph,) = ResultGraphs(atlas).graphs()
        return kept_graph(request, graph.iri, graph.data, form)
    view = View(request)
    text = q.strip()
    number = int(year) if year.isascii() and year.isdecimal() else None
    wanted = Wanted(text, topic or None, kind or None, number, dataset or None)
    given = {"q": text, "topic": topic, "kind": kind, "year": year, "dataset": dataset}
    own = [(name, value) for name, value in given.items() if value]
    total = shown_results(atlas, wanted, 0)[0]
    part = part_of(view, PATH, total, PER_PAGE, own)
    found = shown_results(atlas, wanted, PER_PAGE, part.offset)[1]
    offered = choices(atlas)
    topics = [(iri, _topic(view, atlas, iri)) for iri in offered.topics]
    return view.render(
        "made_results.html",
        section=SECTION,
        trail=[(view.gettext("Results"), None)],
        rows=[(one, _topic(view, atlas, one.topic)) for one in found],
        part=part,
        given=given,
        chosen=bool(own),
        used=used_datasets(view, atlas, [dataset]) if dataset else [],
        topics=sorted(topics, key=lambda one: one[1] or ""),
        year_options=[(year, year) for year in offered.years],
        kinds=kinds(view),
        new=NEW,
        awarded=AWARDED,
        distinguished={
            one.case: view.pgettext("award", AWARDS[one.award])
            for one in awards_of(atlas, [one.case for one in found])
            if one.given
        },
        result_path=result_path,
    )


@router.get(PATH + "/{case}")
def result_page(request: Request, atlas: Atlas, name: CaseName) -> Response:
    """One of them: what it does, and with which datasets."""
    view, found = View(request), result_named(atlas, name)
    title, origin = view.pick(found.title), uploads_origin(atlas.settings)
    picture = f"{UPLOADS}/{found.name}.webp" if is_pictured(atlas, found) else ""
    return view.render(
        "made_result.html",
        # Pictures of one other host, on this page alone.
        headers={"Content-Security-Policy": _with_pictures_of(origin)} if origin else None,
        picture=picture,
        shown_picture=f"{origin}{picture}" if origin and picture else "",
        section=SECTION,
        trail=[(view.gettext("Results"), view.link(PATH)), (title, None)],
        result=found,
        title=title,
        kind=kinds(view)[found.made],
        topic=_topic(view, atlas, found.topic),
        used=used_datasets(view, atlas, found.datasets),
        awards=[
            (one, view.pgettext("award", AWARDS[one.award]))
            for one in awards_of(atlas, [found.case])
        ],
        awarded=AWARDED,
    )


@router.get(NEW)
def new_result_page(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    dataset: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    """The form: show what one made of public data."""
    return _new(View(request), atlas, bearer, {"datasets": dataset.strip()})


@router.post(NEW)
async def submit_result(request: Request, atlas: Atlas) -> Response:
    """Submit a result."""
    form, file = await _received(request)

    def work() -> Response:
        view, principal = View(request), sender_of(request, atlas, form)
        if principal is None:
            return sign_in(view)
        try:
            made = submit(atlas, principal, form, rewritten(file) if file else b"")
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _new(view, atlas, principal, form, error)
        return RedirectResponse(view.link(f"/cases/{made.name}", done="sent"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _with_pictures_of(origin: str) -> str:
    return CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")


async def _received(request: Request) -> tuple[dict[str, str], bytes]:
    """Return a form and the file that it sends, if it does; nobody's megabytes are received."""
    sent = request.headers.get("content-type", "")
    if not sent.lower().startswith("multipart/") or not cookie_secret(request):
        return await receive_form(request), b""
    upload = await receive_upload(request, MOST_BYTES + MIB)
    file = upload.files.get("picture")
    return upload.fields, b"" if file is None else file.content


def kinds(view: View) -> dict[str, str]:
    """Return what the kinds of results are called."""
    return {code: view.pgettext("result kind", label) for code, label in RESULT_KINDS.items()}


def _new(
    view: View,
    atlas: Service,
    principal: Principal | None,
    given: Mapping[str, str],
    problem: AtlasError | None = None,
) -> Response:
    title = view.gettext("Show what you made")
    return view.render(
        "made_new.html",
        200 if problem is None else problem.kind.status,
        headers=PRIVATE if view.session is not None else None,
        section=SECTION,
        trail=[(view.gettext("Results"), view.link(PATH)), (title, None)],
        title=title,
        path=NEW,
        problem=problem,
        given=given,
        labels={name: view.gettext(label) for name, label in LABELS.items()},
        longest={name: most for name, (most, _) in PUBLIC_TEXTS.items()},
        most_address=MOST_ADDRESS,
        most_contact=MOST_CONTACT,
        most_note=MOST_NOTE,
        most_picture=MOST_BYTES // MIB,
        kinds=kinds(view),
        topics=[(one.iri, view.name(one)) for one in atlas.vocabulary.offered("domain")],
        signed_in=principal is not None,
    )


def _topic(view: View, atlas: Service, iri: str | None) -> str | None:
    if iri is None:
        return None
    found = atlas.vocabulary.concept(iri)
    return iri if found is None else view.name(found)
