"""``/.well-known/void``: the dataset as a whole, for programs that come without knowing it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import content_tag
from catalog_service.http.thread_pools import run, thread_pools
from catalog_service.links import VOID_PATH
from catalog_service.output_formats import GRAPH_FORMATS, HTML, TURTLE
from catalog_service.publication.void import VOID_PREFIXES, description
from ontology.serialization import write

router = APIRouter(tags=["linked data"])

_WAIT: Final = 10.0
"""Seconds for which the first who ask wait until the graph has been counted."""

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {form.media_type: {} for form in GRAPH_FORMATS}}
}


@router.get(VOID_PATH, summary="The whole dataset in VoID", responses=_FORMS)
async def void(request: Request, atlas: Atlas) -> Response:
    """What the graph holds in figures, how to reach it, which vocabularies it uses, its links.

    Turtle, N-Triples, JSON-LD or RDF/XML by Accept; a browser is shown Turtle as text.
    """
    return await run(thread_pools(request).figures, partial(_answer, request, atlas))


def _answer(request: Request, atlas: Service) -> Response:
    form = choose(request.headers.get("accept"), (*GRAPH_FORMATS, HTML), strict=False)
    figures = atlas.figures.counted(_WAIT)
    written = write(
        description(atlas, figures), (TURTLE if form is HTML else form).rdf, VOID_PREFIXES
    )
    tag = content_tag(written.body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
    media_type = "text/plain; charset=utf-8" if form is HTML else form.content_type
    return not_modified(request, tag, headers) or Response(
        written.body, headers=headers, media_type=media_type
    )
