"""``/catalog``: the whole catalogue in DCAT, page by page."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.charged_work import respond_charged
from catalog_service.dependencies import Atlas
from catalog_service.federation.paged_catalog import CATALOG_PREFIXES, CatalogPage, catalog_page
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import digest, rdf_response, see_other
from catalog_service.http.times import parse_start
from catalog_service.links import VOID_LINK
from catalog_service.output_formats import BY_SUFFIX, GRAPH_FORMATS, HTML, N_TRIPLES, OutputFormat
from ontology.errors import AtlasError
from ontology.record import CATALOG_PATH
from ontology.serialization import write

router = APIRouter(tags=["federation"])

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {form.media_type: {} for form in GRAPH_FORMATS}}
}
_OFFERS: Final = (HTML, *GRAPH_FORMATS)


@router.get(CATALOG_PATH, summary="The catalogue's IRI", status_code=303)
def identify_catalog(request: Request) -> Response:
    """See other: the page of all datasets, or the RDF form that Accept likes best."""
    form = choose(request.headers.get("accept"), _OFFERS, strict=False)
    return see_other("/datasets" if form is HTML else f"{CATALOG_PATH}.{form.suffix}")


@router.get(CATALOG_PATH + ".{suffix}", summary="The catalogue in DCAT", responses=_FORMS)
async def catalog_form(
    request: Request,
    atlas: Atlas,
    suffix: str,
    page: Annotated[int | None, Query(ge=1, description="As the page before links to.")] = None,
    modified_since: Annotated[
        str | None,
        Query(description="Only datasets taken in then or later: a time, or the start of a day."),
    ] = None,
) -> Response:
    """All public datasets, 100 a page: .ttl, .nt, .jsonld, .rdf."""
    form = BY_SUFFIX.get(suffix)
    if form is None:
        raise AtlasError(PAGE_NOT_FOUND)

    def work() -> Response:
        since = None if modified_since is None else parse_start(modified_since)
        return _answer(request, catalog_page(atlas, suffix, page, since), form)

    return await respond_charged(request, atlas, work)


def _answer(request: Request, page: CatalogPage, form: OutputFormat) -> Response:
    lines = write(page.triples, N_TRIPLES.rdf).body
    # Weak: prefixes come in another order from another process. The statements decide.
    tag = f'W/"{digest(lines)}-{form.suffix}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Link": VOID_LINK}
    if page.following is not None:
        headers["Link"] += f', <{page.following}>; rel="next"'
    unchanged = not_modified(request, tag, headers)
    if unchanged is not None:
        return unchanged
    prefixes = {n: ns for n, ns in CATALOG_PREFIXES.items() if ns.encode() in lines}
    return rdf_response(write(page.triples, form.rdf, prefixes), form, headers)
