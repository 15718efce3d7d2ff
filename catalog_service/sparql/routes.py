"""``POST /sparql``: the SPARQL 1.1 Protocol (query operation) over the pool of workers.

The GET route is in `catalog_service.sparql.pages`, because browsers without a query get a form.
"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import MEDIA_TYPE_UNSUPPORTED, PARAMETER_INVALID
from catalog_service.http.request_bodies import MOST_FIELDS, read_form, receive_bytes
from catalog_service.sparql.errors import SPARQL_UPDATE_REFUSED
from catalog_service.sparql.http_answer import query_response, respond_soon
from catalog_service.sparql.limits import MAX_BODY
from catalog_service.sparql.service import read_operation
from ontology.errors import AtlasError

router = APIRouter(tags=["linked data"])

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_CHARSETS = ("", "utf-8", "utf8", "us-ascii", "ascii")
"""Queries are in UTF-8 (SPARQL 1.1 Protocol, 2.1.3), of which ASCII is a part."""


@router.post(
    "/sparql",
    summary="SPARQL query",
    openapi_extra={
        "requestBody": {"required": True, "content": {QUERY: {}, FORM: {}}},
    },
)
async def post_query(request: Request, atlas: Atlas) -> Response:
    """Answer a query sent as a form or as a body of its own; updates are refused."""
    kind = request.headers.get("content-type", "")
    given, charset = _kind_of(kind)
    if given == UPDATE:
        raise AtlasError(SPARQL_UPDATE_REFUSED, word=UPDATE)
    if given not in (FORM, QUERY) or charset not in _CHARSETS:
        known = f"{QUERY}, {FORM} (charset=utf-8)"
        raise AtlasError(MEDIA_TYPE_UNSUPPORTED, given=kind[:100], known=known)
    sent = await receive_bytes(request, MAX_BODY)
    return await respond_soon(request, partial(_answer, request, atlas, sent, form=given == FORM))


def _answer(request: Request, atlas: Service, sent: bytes, *, form: bool) -> Response:
    items = request.query_params.multi_items()
    try:
        if form:
            items += read_form(sent)
        else:
            items = [(name, value) for name, value in items if name != "query"]
            items.append(("query", sent.decode()))
    except ValueError as error:
        expected = f"UTF-8, ≤ {MOST_FIELDS}"
        raise AtlasError(PARAMETER_INVALID, name="query", value="…", expected=expected) from error
    return query_response(request, atlas, read_operation(items))


def _kind_of(header: str) -> tuple[str, str]:
    """Return the media type of a Content-Type header and its charset; empty where none is named."""
    kind, *parameters = (piece.strip().lower() for piece in header.split(";"))
    named = dict(piece.partition("=")[::2] for piece in parameters)
    return kind, named.get("charset", "").strip('"')
