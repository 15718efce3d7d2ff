"""The answer to a query operation over HTTP: its format, its ETag, its place among the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from fastapi import Request
from starlette.responses import Response

from catalog_service.charged_work import client_of
from catalog_service.context import Service
from catalog_service.http.conditional_requests import not_modified, read_tags
from catalog_service.http.content_encoding import WORTHWHILE, Coding, chosen_coding, compress
from catalog_service.http.made_answers import FOUND, Found
from catalog_service.http.repeated_requests import mark_repeatable
from catalog_service.http.representations import digest, left_out_header
from catalog_service.http.thread_pools import run_soon, thread_pools
from catalog_service.output_formats import OutputFormat
from catalog_service.site.error_pages import error_response
from catalog_service.sparql.compressed_answer import CompressedAnswer
from catalog_service.sparql.errors import SPARQL_BUSY
from catalog_service.sparql.formats import choose
from catalog_service.sparql.limits import WAIT_SECONDS
from catalog_service.sparql.long_response import LongResponse
from catalog_service.sparql.model import Client, SparqlAnswer
from catalog_service.sparql.query_check import is_changing, outline
from catalog_service.sparql.query_log import Outcome, QueryLog, outcome_of
from catalog_service.sparql.service import QueryOperation
from ontology.errors import AtlasError

_BYTES: Final = re.compile(r"[0-9a-f]{32}")
"""A `digest`."""

_VARY: Final = {"Vary": "Accept, Accept-Encoding"}


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
        answer.headers.update(request.app.state.atlas.sparql.allowance(client).fields())
    return answer


def _noted_client(request: Request) -> Client:
    """Return who asks, and note it: an answer tells what the client has left."""
    client = client_of(request)
    request.state.sparql_client = client
    return client


def run_noted(
    request: Request, atlas: Service, operation: QueryOperation, accept: str = "", *, streamed: bool
) -> SparqlAnswer:
    """Run a query for whoever asks, and note for the operator what became of it."""
    client = _noted_client(request)
    note = partial(_note, request, atlas, operation)
    found = request.scope.get("state", {}).get(FOUND)
    if isinstance(found, Found) and isinstance(found.outcome, AtlasError):
        # The query was run already (`RepeatedQueries.work`).
        note(outcome_of(found.outcome))
        raise found.outcome
    return operation.run_noted(atlas.sparql, client, note, accept, streamed=streamed)


def _note(request: Request, atlas: Service, operation: QueryOperation, outcome: Outcome) -> None:
    log: QueryLog = request.app.state.query_log
    log.note(operation.text, outcome, atlas.clock.now())


def query_response(request: Request, atlas: Service, operation: QueryOperation) -> Response:
    """Run a query; its ETag names the state that answers it, the query, the form and the bytes.

    A compressed answer has a tag of its own, which ends with the coding.
    """
    _noted_client(request)  # a confirmed copy tells what the client has left, too
    note = partial(_note, request, atlas, operation)
    form = outline(operation.text).form
    target = choose(request.headers.get("accept", ""), form, operation.wanted)
    coding = chosen_coding(request.headers.get("accept-encoding", ""))
    if request.method not in ("GET", "HEAD") or is_changing(operation.text):
        found = run_noted(request, atlas, operation, target.name, streamed=True)
        return _answer(found, {**_VARY, "Cache-Control": "no-store"}, note, coding)
    # A copy must be asked about: what was closed has to go from answers too.
    headers = {**_VARY, "Cache-Control": "no-cache"}
    question = question_digest(operation, target)
    asked = read_tags(request, "if-none-match")
    if asked is not None:
        # The client has an answer to this query over this state in this form. That it is this
        # one, bytes and all, only running it would tell; a condition asks for no more (RFC 9110,
        # 13.1.2: weakly compared).
        begins = f"{atlas.sparql.state()}-{target.name}.{question}."
        held = next((tag for tag in asked.strong | asked.weak if _names(tag, begins, coding)), None)
        if held is not None:
            return Response(status_code=304, headers={**headers, "ETag": f'"{held}"'})
    found = run_noted(request, atlas, operation, target.name, streamed=True)
    if found.rest is not None:
        # Its bytes are not known before the last of them.
        return _answer(found, headers, note, coding)
    ends = f"-{coding}" if coding is not None and _is_long(found.body) else ""
    headers["ETag"] = entity_tag(found.snapshot, target, question, found.body, ends)
    mark_repeatable(request)
    return not_modified(request, headers["ETag"], headers) or _answer(found, headers, note, coding)


def _answer(
    found: SparqlAnswer,
    headers: Mapping[str, str],
    note: Callable[[Outcome], None],
    coding: Coding | None,
) -> Response:
    timing = {"X-Query-Milliseconds": f"{found.milliseconds:.1f}"}
    headers = {**headers, **timing, **left_out_header(found.left_out)}
    begun, rest = found.body, found.rest
    if coding is not None and (rest is not None or _is_long(begun)):
        headers["Content-Encoding"] = coding
        if rest is None:
            begun = compress(begun, coding)
        else:
            begun, rest = b"", CompressedAnswer(begun, rest, coding)
    if rest is not None:
        return LongResponse(begun, rest, headers, found.media_type, note)
    return Response(begun, headers=headers, media_type=found.media_type)


def _is_long(body: bytes) -> bool:
    return len(body) >= WORTHWHILE


def _names(tag: str, begins: str, coding: Coding | None) -> bool:
    """Tell whether a tag of ours begins so.

    The rest is the digest of the bytes, and the coding, which must be the one that is wanted.
    """
    known, _, ends = tag.removeprefix(begins).partition("-")
    return tag.startswith(begins) and bool(_BYTES.fullmatch(known)) and ends in ("", coding)


def entity_tag(
    snapshot: int, target: OutputFormat, question: str, body: bytes, ends: str = ""
) -> str:
    """Return the strong tag of an answer; ``ends`` names its coding."""
    return f'"{snapshot}-{target.name}.{question}.{digest(body)}{ends}"'


def question_digest(operation: QueryOperation, target: OutputFormat) -> str:
    """Return what tells the question from others: the query, its graphs, the form."""
    parts = (target.name, operation.text, *operation.default_graphs, "", *operation.named_graphs)
    return digest("\0".join(parts).encode("utf-8", "surrogatepass"))
