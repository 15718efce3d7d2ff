"""``/api/v1/vocabularies``: the concept schemes, as JSON and as RDF."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import content_tag, graph_response
from catalog_service.output_formats import GRAPH_FORMATS, JSON
from catalog_service.vocabularies import service
from catalog_service.vocabularies.service import SchemeAnswer, SchemeSummary

router = APIRouter(prefix="/api/v1/vocabularies", tags=["vocabularies"])


class SchemesAnswer(BaseModel):
    """All concept schemes."""

    vocabularies: list[SchemeSummary]


@router.get("", summary="All vocabularies")
def list_schemes(atlas: Atlas) -> SchemesAnswer:
    """Every concept scheme with its version and size."""
    return SchemesAnswer(vocabularies=service.list_schemes(atlas.vocabulary))


@router.get(
    "/{scheme}",
    summary="One vocabulary",
    response_model=SchemeAnswer,
    responses={200: {"content": {form.media_type: {} for form in GRAPH_FORMATS}}},
)
def get_scheme(request: Request, atlas: Atlas, scheme: str) -> Response:
    """Answer JSON, or RDF by Accept."""
    name = service.find_scheme(atlas.vocabulary, decode_segment(scheme))
    form = choose(request.headers.get("accept"), (JSON, *GRAPH_FORMATS))
    if form is not JSON:
        return graph_response(
            request, service.scheme_triples(atlas.vocabulary, name), form, has_fixed_forms=False
        )
    found = service.with_history(atlas, service.describe_scheme(atlas.vocabulary, name))
    body = found.model_dump_json().encode()
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(body, headers=headers, media_type=JSON.media_type)
