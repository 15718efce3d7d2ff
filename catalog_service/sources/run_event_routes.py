"""``/api/v1/runs/{run}/events``: the progress of a run as server-sent events.

A stream ends with its run, or after `LONGEST`: browsers then connect again by themselves. The
number of streams is limited in each web process, for each holds a connection and asks the journal.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Final

import anyio
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer, client_address
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.protocol import ENDLESS
from catalog_service.sources.run_answers import RunProgress, run_progress
from catalog_service.sources.run_listeners import Listeners
from ontology.errors import AtlasError

router = APIRouter(prefix="/api/v1", tags=["sources"])

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the journal."""

HEARTBEAT: Final = 15.0
"""Seconds without news after which a comment is sent, so that proxies keep the connection."""

LONGEST: Final = 600.0
"""Seconds that one stream lasts."""

_MEDIA_TYPE: Final = "text/event-stream"


class _EventStream(StreamingResponse):
    """A stream that gives its place back however it ends."""

    def __init__(
        self, events: AsyncIterator[str], listeners: Listeners, client: str | None
    ) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, headers=headers, media_type=_MEDIA_TYPE)
        self._listeners, self._client = listeners, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._listeners.leave(self._client)


@router.get(
    "/runs/{run}/events",
    summary="The progress of a run, as it goes on",
    response_class=Response,
    responses={200: {"model": RunProgress, "content": {_MEDIA_TYPE: {}}}},
)
async def run_events(request: Request, atlas: Atlas, bearer: Bearer, run: str) -> Response:
    """Server-sent events: `progress` at each change, `end` with the last state of the run.

    Their data is the progress as JSON, counters for stewards only. A comment is sent every 15
    seconds; after ten minutes the stream ends, and a client connects again.
    """
    run_id = decode_segment(run)
    first = await run_in_threadpool(run_progress, atlas, run_id, bearer)
    listeners: Listeners = request.app.state.run_listeners
    # Counters are told to the run's stewards only.
    client = client_address(request) if first.counters is None else None
    listeners.enter(client)
    # A server that stops need not wait for it.
    request.scope["state"][ENDLESS] = True
    return _EventStream(_events(atlas, bearer, first), listeners, client)


async def _events(
    atlas: Service, bearer: Principal | None, progress: RunProgress
) -> AsyncIterator[str]:
    began = told = time.monotonic()
    yield f"retry: 3000\n{_event('progress', progress)}"
    last = progress
    while progress.status == "running" and time.monotonic() - began < LONGEST:
        await anyio.sleep(LOOK_EVERY)
        try:
            look = partial(run_progress, atlas, progress.id, bearer)
            progress = await run_in_threadpool(look)
        except AtlasError:
            # The journal cannot be read now: the client connects again, and is told then.
            return
        if progress != last:
            yield _event("progress", progress)
            last, told = progress, time.monotonic()
        elif time.monotonic() - told >= HEARTBEAT:
            yield ":\n\n"
            told = time.monotonic()
    if progress.status != "running":
        yield _event("end", progress)


def _event(name: str, progress: RunProgress) -> str:
    return f"event: {name}\ndata: {progress.model_dump_json()}\n\n"
