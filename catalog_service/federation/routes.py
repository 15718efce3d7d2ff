"""``/ldes``: the public records' versions as an event stream (LDES, TREE)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.charged_work import respond_charged
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.federation import service
from catalog_service.federation.event_stream import STREAM_PREFIXES
from catalog_service.federation.service import Fragment
from catalog_service.federation.stream_page import explained
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import digest
from catalog_service.output_formats import HTML, N_QUADS, STREAM_FORMATS, TURTLE, OutputFormat
from ontology.serialization import write_quads

_OFFERS: Final = (*STREAM_FORMATS, HTML)

_SHOWN_BYTES: Final = 256 * 1024
"""Of a fragment as text for a browser, which an eye looks at; programs get all of it."""

router = APIRouter(prefix=service.PATH, tags=["federation"])

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {form.media_type: {} for form in STREAM_FORMATS}}
}


@router.get("", summary="The event stream of public records", responses=_FORMS)
async def event_stream(request: Request, atlas: Atlas) -> Response:
    """Its first fragment, which leads to ranges of changes; a browser gets a page about it."""

    def work() -> Response:
        form = choose(request.headers.get("accept"), _OFFERS)
        if form is HTML:
            return explained(request, atlas, service.entry(atlas))
        return _answer(request, service.entry(atlas), form)

    return await respond_charged(request, atlas, work)


@router.get("/ranges/{first}", summary="A range of the event stream", responses=_FORMS)
async def stream_range(request: Request, atlas: Atlas, first: int) -> Response:
    """The pages of the changes from number ``first`` on."""
    return await _charged(request, atlas, partial(service.range_of, atlas, first))


@router.get("/changes/{first}", summary="A page of the event stream", responses=_FORMS)
async def stream_page(request: Request, atlas: Atlas, first: int) -> Response:
    """Versions and ends of public records, of changes from number ``first`` on."""
    return await _charged(request, atlas, partial(service.page, atlas, first))


async def _charged(request: Request, atlas: Service, made: Callable[[], Fragment]) -> Response:
    """Answer with a fragment, within the client's share of work."""

    def work() -> Response:
        return _answer(request, made(), choose(request.headers.get("accept"), _OFFERS))

    return await respond_charged(request, atlas, work)


def _answer(request: Request, fragment: Fragment, form: OutputFormat) -> Response:
    """Answer in a form; in place of a page with Turtle as text, which a browser shows."""
    shown = TURTLE if form is HTML else form
    lines = write_quads(fragment.quads, N_QUADS.rdf)
    # Weak: prefixes come in another order from another process. The statements decide.
    tag = f'W/"{digest(lines)}-{form.suffix}"'
    # Caches ask before each use, for what is closed must not stay in them. Clients of the stream
    # learn from the second word that a full fragment gets nothing new.
    cache = "no-cache, immutable" if fragment.is_full else "no-cache"
    headers = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept"}
    unchanged = not_modified(request, tag, headers)
    if unchanged is not None:
        return unchanged
    if shown is not N_QUADS:
        prefixes = {n: ns for n, ns in STREAM_PREFIXES.items() if ns.encode() in lines}
        lines = write_quads(fragment.quads, shown.rdf, prefixes)
    if form is HTML:
        lines = _shown(lines)
    media_type = "text/plain; charset=utf-8" if form is HTML else form.content_type
    return Response(lines, headers=headers, media_type=media_type)


def _shown(lines: bytes) -> bytes:
    """Cut a text for a browser at the end of a line, and say so."""
    if len(lines) <= _SHOWN_BYTES:
        return lines
    whole = lines[: lines.rindex(b"\n", 0, _SHOWN_BYTES) + 1]
    return whole + f"# … {len(lines):,} B; Accept: {TURTLE.media_type}\n".encode()
