"""``/api/v1/sources/{source}/records``: records pushed into the catalogue."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import aclosing
from functools import partial
from typing import IO, Self

import orjson
from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response, StreamingResponse

from catalog_service.accounts.service import Action, require_over
from catalog_service.catalog.errors import CONCEPT_ENDED
from catalog_service.catalog.reading import SourceReader, body_format
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import MEDIA_TYPE_UNSUPPORTED
from catalog_service.http.access import Bearer, guarded
from catalog_service.http.conditional_requests import demanded
from catalog_service.http.identifiers import Ref, decode_segment
from catalog_service.http.language import choose_language
from catalog_service.http.negotiation import choose
from catalog_service.http.request_bodies import receive_whole, rounds
from catalog_service.http.thread_pools import run, thread_pools
from catalog_service.output_formats import JSON, NDJSON
from catalog_service.sources.held_decisions import still_may
from catalog_service.sources.outcomes import (
    BatchAnswer,
    BatchTally,
    OutcomeAnswer,
    Wait,
    respond,
    wait_visible,
)
from harvesters.protocols import Item, Outcome, Submission
from ontology.errors import AtlasError
from translations import Lang

router = APIRouter(
    prefix="/api/v1/sources", tags=["records"], route_class=guarded(Action.RECORD_PUSH)
)


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
    principal = require_over(bearer, Action.RECORD_PUSH, ref.source)
    submission = Submission(
        source=ref.source,
        actor=principal.actor,
        reason="PUT",
        expected=demanded(request, ref.remote_id),
        demand=still_may(principal, ref.source, (Action.RECORD_PUSH,)),
    )
    with await receive_whole(request) as body:

        def work() -> Outcome:
            content = body.read()

            def taken() -> Outcome:
                intake = atlas.catalog.intake(submission)
                format_ = body_format(request.headers.get("content-type"), single=True)
                vocabulary = atlas.vocabulary_for(ref.source)
                reader = SourceReader(ref.source, atlas.settings.base_iri, vocabulary)
                (outcome,) = intake.take([reader.record(content, format_, ref.remote_id)])
                return outcome

            outcome = taken()
            if outcome.error is not None and outcome.error.kind is CONCEPT_ENDED:
                # Another process took a concept away since this one looked: it is read once more.
                atlas.released_vocabulary.look_again()
                outcome = taken()
            return outcome

        outcome = await run(thread_pools(request).writes, work)
    return await respond(request, atlas, ref, outcome, wait=wait)


@router.delete(
    "/{source}/records/{remote_id}", summary="Withdraw one record", response_model=OutcomeAnswer
)
async def delete_record(
    request: Request, atlas: Atlas, bearer: Bearer, ref: Ref, wait: Wait = False
) -> Response:
    """End a record: a tombstone with its history stays. ``If-Match`` is honoured."""
    principal = require_over(bearer, Action.RECORD_PUSH, ref.source)
    submission = Submission(
        source=ref.source,
        actor=principal.actor,
        reason="DELETE",
        expected=demanded(request, ref.remote_id),
        demand=still_may(principal, ref.source, (Action.RECORD_PUSH,)),
    )

    outcome = await run(
        thread_pools(request).writes, partial(atlas.catalog.delete, ref.remote_id, submission)
    )
    return await respond(request, atlas, ref, outcome, wait=wait)


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
    principal = require_over(bearer, Action.RECORD_PUSH, name)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in (NDJSON.media_type, "application/jsonl"):
        raise AtlasError(MEDIA_TYPE_UNSUPPORTED, given=given[:100], known=NDJSON.media_type)
    form = choose(request.headers.get("accept"), (JSON, NDJSON))
    submission = Submission(
        source=name,
        actor=principal.actor,
        reason="POST",
        dry_run=dry_run,
        # A stream may last for hours: each batch asks whether the right is there still.
        demand=still_may(principal, name, (Action.RECORD_PUSH,)),
    )
    lang = choose_language(request.query_params, request.headers)
    writes = thread_pools(request).writes
    with await run(
        writes, partial(_Batch, atlas, submission, lang, listing=form is NDJSON)
    ) as batch:
        async with aclosing(rounds(request)) as pieces:
            try:
                async for piece in pieces:
                    await run(writes, partial(batch.feed, piece))
            except ClientDisconnect:
                return Response(status_code=400)
        await run(writes, batch.end)
        visible = await wait_visible(atlas, batch.seq) if wait else None
        return batch.answer(visible)


class _Batch:
    """Submits what arrives and counts the outcomes; writes them to a file where each is wanted.

    The answer starts after the last line was read. Sending outcomes earlier could block: most
    clients read nothing before they have written everything.
    """

    def __init__(
        self, atlas: Service, submission: Submission, lang: Lang, *, listing: bool
    ) -> None:
        self._lines = SourceReader(
            submission.source,
            atlas.settings.base_iri,
            atlas.vocabulary_for(submission.source),
        ).lines()
        self._intake = atlas.catalog.intake(submission)
        self._tally = BatchTally(atlas, lang)
        self._listed: IO[bytes] | None = None
        if listing:
            self._listed = tempfile.SpooledTemporaryFile(max_size=1 << 18)  # noqa: SIM115 — sent

    @property
    def seq(self) -> int | None:
        """The highest journal number so far."""
        return self._tally.seq

    def feed(self, data: bytes) -> None:
        """Take in the lines that end in ``data``."""
        self._submit(self._lines.feed(data))

    def end(self) -> None:
        """Take in the last line; raises `AtlasError` where there was none."""
        self._submit(self._lines.end())

    def _submit(self, items: Iterator[Item]) -> None:
        for outcome in self._intake.take(items):
            answered = self._tally.add(outcome)
            if self._listed is not None:
                self._listed.write(orjson.dumps(answered.model_dump()) + b"\n")

    def answer(self, visible: bool | None) -> Response:
        """Answer with the counts or with the list."""
        status = 202 if visible is False else 200
        listed, self._listed = self._listed, None
        if listed is None:
            return JSONResponse(self._tally.summary(visible).model_dump(mode="json"), status)
        listed.seek(0)

        def sent() -> Iterator[bytes]:
            with listed:
                yield from iter(lambda: listed.read(1 << 16), b"")

        return StreamingResponse(sent(), status, media_type=NDJSON.media_type)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._listed is not None:
            self._listed.close()
