"""Public lists as linked data: ``/id/open-list/{year}/{organization}`` and its RDF forms."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import graph_response, see_other
from catalog_service.open_list.linked_data import PATH, list_rdf
from catalog_service.open_list.naming import public_path, segment
from catalog_service.open_list.published import public_list
from catalog_service.output_formats import BY_SUFFIX, GRAPH_FORMATS, HTML
from ontology.errors import AtlasError

router = APIRouter(tags=["linked data"])

Year = Annotated[int, Path(ge=2000, le=2999)]

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {form.media_type: {} for form in GRAPH_FORMATS}}
}
_OFFERS: Final = (HTML, *GRAPH_FORMATS)


@router.get(PATH + "/{year}/{organization}", summary="The IRI of an open list", status_code=303)
def identify_list(request: Request, atlas: Atlas, year: Year, organization: str) -> Response:
    """See other: the page, or the RDF form that Accept likes best."""
    found = public_list(atlas, year, decode_segment(organization)).version
    form = choose(request.headers.get("accept"), _OFFERS, strict=False)
    if form is HTML:
        return see_other(public_path(atlas.vocabulary, found.organization, year))
    name = segment(atlas.vocabulary, found.organization)
    return see_other(f"/api/v1/open-list/{year}/{name}/list.{form.suffix}")


@router.get(
    "/api/v1/open-list/{year}/{organization}/list.{suffix}",
    summary="A public open list as linked data",
    responses=_FORMS,
)
def list_form(
    request: Request, atlas: Atlas, year: Year, organization: str, suffix: str
) -> Response:
    """A ``dcat:Catalog`` with a ``dcat:CatalogRecord`` for each item: .ttl, .nt, .jsonld, .rdf."""
    form = BY_SUFFIX.get(suffix)
    if form is None:
        raise AtlasError(PAGE_NOT_FOUND)
    found = public_list(atlas, year, decode_segment(organization))
    triples = list(list_rdf(atlas, found.version, found.content))
    return graph_response(request, triples, form, has_fixed_forms=False)
