"""The answer to a query operation over HTTP: its format, its ETag, its place among the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from fastapi import Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.http.access import authenticate, client_network, depend_on_token
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.representations import left_out_header
from catalog_service.http.thread_pools import run_soon, thread_pools
from catalog_service.output_formats import OutputFormat
from catalog_service.site.error_pages import error_response
from catalog_service.sparql.errors import SPARQL_BUSY
from catalog_service.sparql.format_choice import choose
from catalog_service.sparql.limits import WAIT_SECONDS
from catalog_service.sparql.model import Allowance, Client
from catalog_service.sparql.query_check import names_service, outline, tokens_of
from catalog_service.sparql.service import QueryOperation
from ontology.errors import AtlasError

_CHANGING: Final = re.compile(r"\b(?:now|rand|uuid|struuid)\s*\(", re.IGNORECASE)
"""Functions whose value is another each time: what they answer has no tag."""


async def respond_soon(request: Request, work: Callable[[], Response]) -> Response:
    """Answer in the queries' own threads, and tell what the client has left.

    Raises ``sparql-busy`` where they have no place.
    """
    busy = AtlasError(SPARQL_BUSY, retry_after=WAIT_SECONDS)
    try:
        answer = await run_soon(thread_pools(request).queries, work, WAIT_SECONDS, busy)
    except AtlasError as error:
        answer = error_response(request, error)
    client: Client | None = getattr(request.state, "sparql_client", None)
    if client is not None:
        answer.headers.update(_rate_limit(request.app.state.atlas.sparql.allowance(client)))
    return answer


def client_of(request: Request) -> Client:
    """Return who asks: the bearer of a token, or a network.

    Raises `AtlasError` (``not-authenticated``) for a token that is not valid.
    """
    depend_on_token(request)
    bearer = authenticate(request)
    client = (
        Client(client_network(request))
        if bearer is None
        else Client(f"token {bearer.id}", registered=True)
    )
    request.state.sparql_client = client
    return client


def _rate_limit(allowance: Allowance) -> dict[str, str]:
    """Return the fields of draft-ietf-httpapi-ratelimit-headers-10; the unit is seconds of work."""
    return {
        "RateLimit-Policy": f'"work";q={allowance.limit};w={allowance.window};qu="seconds"',
        "RateLimit": f'"work";r={allowance.left};t={allowance.reset}',
    }


def query_response(request: Request, atlas: Service, operation: QueryOperation) -> Response:
    """Run a query; its ETag names the state that answers it, the query and the form."""
    client = client_of(request)
    form = outline(operation.text).form
    target = choose(request.headers.get("accept", ""), form, operation.wanted)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    tagged = request.method in ("GET", "HEAD") and not _is_changing(operation.text)
    if tagged and "if-none-match" in request.headers:
        tag = _tag(atlas.sparql.state(), operation, target)
        unchanged = not_modified(request, tag, {**headers, "ETag": tag})
        if unchanged is not None:
            return unchanged
    found = operation.run(atlas.sparql, client, target.name)
    if tagged:
        headers["ETag"] = _tag(found.snapshot, operation, target)
    headers["X-Query-Milliseconds"] = f"{found.milliseconds:.1f}"
    headers |= left_out_header(found.left_out)
    return Response(found.body, headers=headers, media_type=found.media_type)


def _is_changing(text: str) -> bool:
    """Tell whether the same query over the same state may be answered otherwise: peers change."""
    return _CHANGING.search(text) is not None or names_service(tokens_of(text))


def _tag(state: int, operation: QueryOperation, target: OutputFormat) -> str:
    """Return a weak tag: solutions without an order may come in another one."""
    parts = (target.name, operation.text, *operation.default_graphs, "", *operation.named_graphs)
    digest = sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f'W/"{state}-{target.name}.{digest[:32]}"'
