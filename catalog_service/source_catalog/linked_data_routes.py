"""Linked data of the source catalogue: ``/id/source-item/…``, and the whole in fixed forms."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import graph_response, see_other
from catalog_service.output_formats import BY_SUFFIX, GRAPH_FORMATS, HTML
from catalog_service.source_catalog import service
from catalog_service.source_catalog.linked_data import PATH, entries_page, item_triples
from ontology.errors import AtlasError

router = APIRouter(tags=["linked data"])

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {form.media_type: {} for form in GRAPH_FORMATS}}
}
_OFFERS: Final = (HTML, *GRAPH_FORMATS)


@router.get("/id/source-item/{item}", summary="A source-catalogue entry's IRI", status_code=303)
def identify_item(request: Request, atlas: Atlas, item: str) -> Response:
    """See other: the page, or the RDF form that Accept likes best. What was removed has a page."""
    item_id = decode_segment(item)
    removed = service.history(atlas, item_id)[-1].action == "removed"
    form = choose(request.headers.get("accept"), _OFFERS, strict=False)
    return see_other(f"{PATH}/{item_id}" + ("" if removed or form is HTML else f".{form.suffix}"))


@router.get(PATH + ".{suffix}", summary="The source catalogue in a fixed form", responses=_FORMS)
def catalog_form(
    request: Request,
    atlas: Atlas,
    suffix: str,
    after: Annotated[str, Query(max_length=1_000, description="As the page before links.")] = "",
) -> Response:
    """All data items, some 200 a page: .ttl, .nt, .jsonld, .rdf. ``Link`` leads to the next."""
    form = BY_SUFFIX.get(suffix)
    if form is None:
        raise AtlasError(PAGE_NOT_FOUND)
    page = entries_page(atlas, suffix, after)
    answer = graph_response(request, page.triples, form, has_fixed_forms=False)
    if page.following is not None:
        answer.headers["Link"] = f'<{page.following}>; rel="next"'
    return answer


@router.get(
    PATH + "/{item}.{suffix}",
    summary="One data item of the source catalogue in a fixed form",
    responses=_FORMS,
)
def item_form(request: Request, atlas: Atlas, item: str, suffix: str) -> Response:
    """``.ttl``, ``.nt``, ``.jsonld`` or ``.rdf``; 410 where it was removed."""
    form = BY_SUFFIX.get(suffix)
    if form is None:
        raise AtlasError(PAGE_NOT_FOUND)
    found = service.item(atlas, decode_segment(item))
    return graph_response(request, item_triples(atlas, found), form)
