"""``/api/v1/sources/{source}/records``: records pushed into the catalogue."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import Final

import anyio.from_thread
import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response, StreamingResponse

from catalog_service.api.access import Bearer, WriterRoute, require_write
from catalog_service.api.addresses import decode_segment
from catalog_service.api.bodies import read_record, stream_reader
from catalog_service.api.context import Atlas, Service
from catalog_service.api.errors import MEDIA_TYPE_UNSUPPORTED, SOURCE_PAUSED
from catalog_service.api.forms import demanded_hash
from catalog_service.api.language import Lang, choose_language
from catalog_service.api.negotiation import JSON, Form, choose
from catalog_service.api.outcomes import (
    BatchAnswer,
    OutcomeAnswer,
    Tally,
    Wait,
    respond,
    wait_visible,
)
from catalog_service.api.refs import Ref
from harvesters.contracts import Item, Submission
from ontology.errors import AtlasError

router = APIRouter(prefix="/api/v1/sources", tags=["records"], route_class=WriterRoute)

NDJSON: Final = Form("ndjson", "application/x-ndjson")


@router.put(
    "/{source}/records/{remote_id}",
    summary="Put one record",
    response_model=OutcomeAnswer,
    responses={
        201: {"model": OutcomeAnswer, "description": "Created"},
        202: {"model": OutcomeAnswer, "description": "Safe in the journal, not visible yet"},
        412: {"description": "If-Match or If-None-Match does not hold"},
    },
)
async def put_record(
    request: Request, atlas: Atlas, bearer: Bearer, ref: Ref, wait: Wait = False
) -> Response:
    """Take in one record, as RDF or JSON. ``If-Match`` and ``If-None-Match: *`` are honoured.

    A record that fails an enforcing gate is answered 202 with its findings: it waits, and the
    last good version stays public.
    """
    principal = require_write(bearer, ref.source)
    demanded, hash_ = demanded_hash(request)
    content = await request.body()
    submission = Submission(
        source=ref.source,
        actor=f"token:{principal.name}",
        reason="PUT",
        expected={ref.remote_id: hash_} if demanded else {},
    )

    def work() -> Response:
        _refuse_paused(atlas, ref.source)
        item = read_record(atlas, content, request, ref.source, ref.remote_id)
        (outcome,) = atlas.catalog.submit([item], submission)
        return respond(request, atlas, ref, outcome, wait=wait)

    return await run_in_threadpool(work)


@router.delete(
    "/{source}/records/{remote_id}", summary="Withdraw one record", response_model=OutcomeAnswer
)
def delete_record(
    request: Request, atlas: Atlas, bearer: Bearer, ref: Ref, wait: Wait = False
) -> Response:
    """End a record: a tombstone with its history stays. ``If-Match`` is honoured."""
    principal = require_write(bearer, ref.source)
    _refuse_paused(atlas, ref.source)
    demanded, hash_ = demanded_hash(request)
    submission = Submission(
        source=ref.source,
        actor=f"token:{principal.name}",
        reason="DELETE",
        expected={ref.remote_id: hash_} if demanded else {},
    )
    outcome = atlas.catalog.delete(ref.remote_id, submission)
    return respond(request, atlas, ref, outcome, wait=wait)


@router.post(
    "/{source}/records",
    summary="Push many records",
    response_model=BatchAnswer,
    openapi_extra={
        "requestBody": {"required": True, "content": {NDJSON.media_type: {}}},
    },
)
async def post_records(
    *,
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    source: str,
    wait: Wait = False,
    dry_run: bool = False,
) -> Response:
    """Take in JSON lines as they arrive; what was read before a failure is in the catalogue.

    Answers a summary, or with ``Accept: application/x-ndjson`` one outcome a line, in order.
    """
    name = decode_segment(source)
    principal = require_write(bearer, name)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in (NDJSON.media_type, "application/jsonl"):
        raise AtlasError(MEDIA_TYPE_UNSUPPORTED, given=given[:100], known=NDJSON.media_type)
    form = choose(request.headers.get("accept"), (JSON, NDJSON))
    submission = Submission(
        source=name, actor=f"token:{principal.name}", reason="POST", dry_run=dry_run
    )
    lang = choose_language(request.query_params, request.headers)
    chunks = request.stream().__aiter__()

    async def next_chunk() -> bytes:
        async for chunk in chunks:
            if chunk:
                return chunk
        return b""

    def pull() -> bytes:
        # Runs in a worker thread: the line reader asks, the event loop fetches. What is not
        # asked for stays with the client, so memory stays bounded.
        return anyio.from_thread.run(next_chunk)

    await run_in_threadpool(_refuse_paused, atlas, name)
    batch = _Batch(atlas, submission, lang, listing=form is NDJSON)
    try:
        return await run_in_threadpool(batch.run, pull, wait)
    except ClientDisconnect:
        return Response(status_code=400)


class _Batch:
    """Submits a stream and keeps the outcomes: counted, and in a file where each is asked for.

    The answer starts after the last line was read. Outcomes sent meanwhile could block: most
    clients read nothing before they have written everything.
    """

    def __init__(
        self, atlas: Service, submission: Submission, lang: Lang, *, listing: bool
    ) -> None:
        self._atlas = atlas
        self._submission = submission
        self._tally = Tally(atlas, lang)
        self._listing = listing

    def run(self, pull: Callable[[], bytes], wait: bool) -> Response:
        reader: Iterator[Item] = iter(stream_reader(self._atlas, pull, self._submission.source))
        lines = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 — sent, then closed
        try:
            for outcome in self._atlas.catalog.submit(reader, self._submission):
                answered = self._tally.add(outcome)
                if self._listing:
                    lines.write(orjson.dumps(answered.model_dump()) + b"\n")
        except BaseException:
            lines.close()
            raise
        visible = wait_visible(self._atlas, self._tally.seq) if wait else None
        status = 202 if visible is False else 200
        if not self._listing:
            lines.close()
            return JSONResponse(self._tally.summary(visible).model_dump(mode="json"), status)
        lines.seek(0)

        def sent() -> Iterator[bytes]:
            with lines:
                yield from iter(lambda: lines.read(1 << 16), b"")

        return StreamingResponse(sent(), status, media_type=NDJSON.media_type)


def _refuse_paused(atlas: Service, source: str) -> None:
    """Raise ``source-paused`` for a source that takes nothing now."""
    found = atlas.journal.source(source)
    if found is not None and found.paused:
        raise AtlasError(SOURCE_PAUSED, source=source)
