"""``/sparql``: the SPARQL 1.1 Protocol (query operation) over the pool of workers.

The GET route is in `catalog_service.sparql.pages`, because browsers without a query get a form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Atlas, Service
from catalog_service.http.access import client_address
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.errors import (
    BODY_TOO_LARGE,
    MEDIA_TYPE_UNSUPPORTED,
    PARAMETER_INVALID,
    SPARQL_QUERY_MISSING,
)
from catalog_service.http.representations import told_left_out
from catalog_service.http.request_bodies import receive_whole
from catalog_service.http.thread_pools import run_soon, thread_pools
from catalog_service.sparql.errors import SPARQL_BUSY, SPARQL_UPDATE_REFUSED
from catalog_service.sparql.formats import PARAMETERS, Format, applicable, choose
from catalog_service.sparql.query_check import check
from harvesters.limits import MIB
from ontology.errors import AtlasError

router = APIRouter(tags=["linked data"])

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_CHANGING: Final = re.compile(r"\b(?:now|rand|uuid|struuid)\s*\(", re.IGNORECASE)
"""Functions whose value is another each time: what they answer has no tag."""

MAX_BODY: Final = 2 * MIB
"""The longest query in a form, where most characters take three bytes or more."""

PLACE_SECONDS: Final = 5
"""How long a query waits for a place."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query operation (SPARQL 1.1 Protocol, 2.1)."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    """Names of forms (``json``, ``csv`` …): the first that applies wins over Accept."""

    def chosen(self) -> Format | None:
        """Return the form that a parameter names, where it applies to this query."""
        return applicable(self.wanted, check(self.text).form) if self.wanted else None


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
    too_long = AtlasError(BODY_TOO_LARGE, limit=MAX_BODY // MIB)
    try:
        with await receive_whole(request, MAX_BODY, too_long) as body:
            text = body.read().decode()
    except UnicodeDecodeError as error:
        raise AtlasError(PARAMETER_INVALID, name="query", value="…", expected="UTF-8") from error
    items = list(request.query_params.multi_items())
    if given == FORM:
        items += parse_qsl(text, keep_blank_values=True)
    else:
        items = [(name, value) for name, value in items if name != "query"]
        items.append(("query", text))
    asked = read_operation(items)
    return await answer_soon(request, partial(answer, request, atlas, asked))


async def answer_soon(request: Request, work: Callable[[], Response]) -> Response:
    """Answer in the queries' own threads; raises ``sparql-busy`` where they have no place."""
    busy = AtlasError(SPARQL_BUSY, retry_after=PLACE_SECONDS)
    return await run_soon(thread_pools(request).queries, work, PLACE_SECONDS, busy)


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
        tuple(value for name in PARAMETERS for key, value in items if key == name and value),
    )


def answer(request: Request, atlas: Service, asked: Asked) -> Response:
    """Run a query; its ETag names the state that answers it, the query and the form."""
    form = choose(request.headers.get("accept", ""), check(asked.text).form, asked.wanted)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    tagged = request.method in ("GET", "HEAD") and _CHANGING.search(asked.text) is None
    if tagged and "if-none-match" in request.headers:
        tag = _tag(atlas.sparql.state(), asked, form)
        unchanged = not_modified(request, tag, {**headers, "ETag": tag})
        if unchanged is not None:
            return unchanged
    found = atlas.sparql.query(
        asked.text,
        accept=form.name,
        client=client_address(request),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
    if tagged:
        headers["ETag"] = _tag(found.snapshot, asked, form)
    headers["X-Query-Milliseconds"] = f"{found.milliseconds:.1f}"
    headers |= told_left_out(found.left_out)
    return Response(found.body, headers=headers, media_type=found.media_type)


def _tag(state: int, asked: Asked, form: Format) -> str:
    """Return a weak tag: solutions without an order may come in another one."""
    parts = (form.name, asked.text, *asked.default_graphs, "", *asked.named_graphs)
    digest = sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f'W/"{state}-{form.name}.{digest[:32]}"'
