"""``/sparql``: the SPARQL 1.1 Protocol (query operation) over the pool of workers.

The GET route is in `catalog_service.pages.sparql`, because browsers without a query get a form.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from catalog_service.api.clients import client_of
from catalog_service.api.context import Atlas, Service
from catalog_service.api.errors import (
    MEDIA_TYPE_UNSUPPORTED,
    PARAMETER_INVALID,
    SPARQL_QUERY_MISSING,
)
from catalog_service.api.forms import not_modified
from catalog_service.sparql.errors import SPARQL_UPDATE_REFUSED
from ontology.errors import AtlasError

router = APIRouter(tags=["linked data"])

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query operation (SPARQL 1.1 Protocol, 2.1)."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str = ""
    """A short name (``json``, ``csv`` …) that wins over Accept, for links and forms."""


@router.post(
    "/sparql",
    summary="SPARQL query",
    openapi_extra={
        "requestBody": {"required": True, "content": {QUERY: {}, FORM: {}}},
    },
)
async def post_query(request: Request, atlas: Atlas) -> Response:
    """Answer a query sent as a form or as a body of its own; updates are refused."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given == UPDATE:
        raise AtlasError(SPARQL_UPDATE_REFUSED, word=UPDATE)
    if given not in (FORM, QUERY):
        known = f"{QUERY}, {FORM}"
        raise AtlasError(MEDIA_TYPE_UNSUPPORTED, given=given[:100], known=known)
    try:
        text = (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise AtlasError(PARAMETER_INVALID, name="query", value="…", expected="UTF-8") from error
    items = list(request.query_params.multi_items())
    if given == FORM:
        items += parse_qsl(text, keep_blank_values=True)
    else:
        items = [(name, value) for name, value in items if name != "query"]
        items.append(("query", text))
    asked = read_operation(items)
    return await run_in_threadpool(answer, request, atlas, asked)


def read_operation(items: list[tuple[str, str]]) -> Asked:
    """Read the parameters; exactly one query is asked for, and no update."""
    if any(name == "update" for name, _ in items):
        raise AtlasError(SPARQL_UPDATE_REFUSED, word="update")
    queries = [value for name, value in items if name == "query" and value.strip()]
    if not queries:
        raise AtlasError(SPARQL_QUERY_MISSING)
    if len(queries) > 1:
        raise AtlasError(PARAMETER_INVALID, name="query", value="…", expected="1")
    return Asked(
        queries[0],
        tuple(value for name, value in items if name == "default-graph-uri"),
        tuple(value for name, value in items if name == "named-graph-uri"),
        next((value for name, value in items if name == "format"), ""),
    )


def answer(request: Request, atlas: Service, asked: Asked) -> Response:
    """Run a query; the ETag is the number of the state that answers it."""
    accept = asked.format or request.headers.get("accept", "")
    reading = request.method in ("GET", "HEAD")
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if reading and "if-none-match" in request.headers:
        # What is asked stands in the address, so the number of the state decides.
        tag = f'W/"{atlas.sparql.state()}"'
        unchanged = not_modified(request, tag.removeprefix("W/"), {**headers, "ETag": tag})
        if unchanged is not None:
            return unchanged
    found = atlas.sparql.query(
        asked.text,
        accept=accept,
        client=client_of(request),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
    headers["ETag"] = f'W/"{found.snapshot}"'
    headers["X-Query-Milliseconds"] = f"{found.milliseconds:.1f}"
    return Response(found.body, headers=headers, media_type=found.media_type)
