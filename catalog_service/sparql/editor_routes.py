"""``GET /sparql/terms.json``: what the editor completes."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.representations import content_tag
from catalog_service.output_formats import JSON
from catalog_service.sparql.editor_terms import editor_terms

router = APIRouter(tags=["linked data"])


@router.get("/sparql/terms.json", summary="Terms that the SPARQL editor completes")
def get_terms(request: Request, atlas: Atlas) -> Response:
    """Prefixes, and properties, classes and concepts with their names in both languages."""
    body = orjson.dumps(editor_terms(atlas.vocabulary))
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(body, headers=headers, media_type=JSON.media_type)
