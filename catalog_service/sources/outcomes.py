"""Outcomes of writes as answers of the API."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final, Literal

import anyio
from fastapi import Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from catalog_service.context import Service
from catalog_service.http.identifiers import DatasetRef
from catalog_service.http.language import choose_language
from catalog_service.http.problems import problem_response
from catalog_service.links import api_path
from catalog_service.projections.status import wait_for
from catalog_service.rules.model import RuleFindings
from catalog_service.rules.service import by_rule
from harvesters.protocols import Outcome
from ontology.errors import AtlasError
from translations import Lang

WAIT_SECONDS: Final = 10.0
"""How long ``?wait=true`` waits before it answers 202."""

FIRST_LOOK_SECONDS: Final = 0.01
LAST_LOOK_SECONDS: Final = 0.2

MAX_LISTED: Final = 100

Wait = Annotated[bool, Query(description="Answer when every projection shows the change.")]


class OutcomeAnswer(BaseModel):
    """What became of one record."""

    status: Literal["created", "updated", "unchanged", "held", "rejected", "withdrawn"]
    remote_id: str | None
    iri: str | None
    seq: int | None
    hash: str | None
    public: bool | None
    """Whether readers are given the record: false of what is 非开放, waits or was withdrawn."""
    visible: bool | None
    """With ``wait``: whether readers see it in every projection, or no longer see what ended;
    never true of a record that is not public. Else null."""
    rules: list[RuleFindings]
    removed: list[str]
    """What the privacy rule took out: kinds and places, never what was there."""
    warnings: list[str]
    code: str | None = None
    message: str | None = None


class RemovedAnswer(BaseModel):
    """What the privacy rule took out of one record: kinds and places, never what was there."""

    remote_id: str
    iri: str | None
    removed: list[str]


class WarnedAnswer(BaseModel):
    """What was left out of one record, or read otherwise than it was written."""

    remote_id: str | None
    warnings: list[str]


class BatchAnswer(BaseModel):
    """The outcomes of a batch, counted.

    ``failed``, ``removed`` and ``warned`` list the first records that were not taken in, of which
    the privacy rule took something out, and of which something else is to be said.
    """

    read: int
    created: int
    updated: int
    unchanged: int
    held: int
    rejected: int
    not_public: int
    """Of the created, updated and unchanged ones, those that readers are not given: 非开放, or
    waiting still."""
    seq: int | None
    visible: bool | None
    """With ``wait``: whether every projection shows those that are public. Else null."""
    removals: int
    """Things that the privacy rule took out, in all records."""
    warnings: int
    failed: list[OutcomeAnswer]
    removed: list[RemovedAnswer]
    warned: list[WarnedAnswer]


_COUNTED: Final = (
    *("read", "created", "updated", "unchanged", "held", "rejected"),
    *("not_public", "removals", "warnings"),
)


class BatchTally:
    """Counts outcomes and keeps the first that a steward should see."""

    def __init__(self, atlas: Service, lang: Lang) -> None:
        self._atlas = atlas
        self._lang = lang
        self._counts: Counter[str] = Counter()
        self._failed: list[OutcomeAnswer] = []
        self._removed: list[RemovedAnswer] = []
        self._warned: list[WarnedAnswer] = []
        self.seq: int | None = None
        """The highest journal number so far."""

    def add(self, outcome: Outcome) -> OutcomeAnswer:
        """Count an outcome and return it as an answer."""
        self._counts["read"] += 1
        self._counts[outcome.status] += 1
        self._counts["not_public"] += outcome.is_kept_back
        if outcome.seq is not None:
            self.seq = max(self.seq or 0, outcome.seq)
        told = tell(self._atlas, outcome, self._lang)
        if outcome.status in ("held", "rejected") and len(self._failed) < MAX_LISTED:
            self._failed.append(told)
        self._counts["removals"] += len(told.removed)
        if told.removed and len(self._removed) < MAX_LISTED:
            of = told.remote_id or ""
            self._removed.append(RemovedAnswer(remote_id=of, iri=told.iri, removed=told.removed))
        self._counts["warnings"] += len(told.warnings)
        if told.warnings and len(self._warned) < MAX_LISTED:
            self._warned.append(WarnedAnswer(remote_id=told.remote_id, warnings=told.warnings))
        return told

    def summary(self, visible: bool | None) -> BatchAnswer:
        """Return the counts."""
        return BatchAnswer(
            **{name: self._counts[name] for name in _COUNTED},
            seq=self.seq,
            visible=visible,
            failed=self._failed,
            removed=self._removed,
            warned=self._warned,
        )


async def respond(
    request: Request, atlas: Service, ref: DatasetRef, outcome: Outcome, *, wait: bool
) -> Response:
    """Answer with what became of one record; a rejected one is a problem, with its warnings."""
    if outcome.error is not None:
        return problem_response(
            request, outcome.error, warnings=outcome.warnings, removed=outcome.removed
        )
    visible = await wait_visible(atlas, outcome.seq) if wait else None
    lang = choose_language(request.query_params, request.headers)
    told = tell(atlas, outcome, lang)
    if outcome.status == "held" or visible is False:
        status = 202
    else:
        status = 201 if outcome.status == "created" else 200
    if visible and not outcome.public and told.status != "withdrawn":
        # Every projection has the change, but none shows a record that is not public.
        visible = False
    told = told.model_copy(update={"visible": visible})
    # What is not public has no address that answers.
    shown = status == 201 and outcome.public is not False
    headers = {"Location": api_path(ref.source, ref.remote_id)} if shown else {}
    if outcome.hash is not None and told.status != "withdrawn":
        headers["ETag"] = f'"{outcome.hash}"'
    return JSONResponse(told.model_dump(mode="json"), status, headers)


async def wait_visible(atlas: Service, seq: int | None) -> bool:
    """Wait until every projection shows ``seq``; False after `WAIT_SECONDS`.

    Polls with growing pauses, so that no thread is held meanwhile.
    """
    if seq is None:
        return True

    def visible() -> bool:
        try:
            wait_for(atlas.settings.home, seq, 0.0, mark=atlas.journal.mark)
        except AtlasError:
            return False
        return True

    pause = FIRST_LOOK_SECONDS
    with anyio.move_on_after(WAIT_SECONDS):
        while not await run_in_threadpool(visible):
            await anyio.sleep(pause)
            pause = min(2 * pause, LAST_LOOK_SECONDS)
        return True
    return False


def tell(atlas: Service, outcome: Outcome, lang: Lang) -> OutcomeAnswer:
    """Return an outcome as an answer in a language."""
    error = outcome.error
    return OutcomeAnswer(
        status="withdrawn" if outcome.kind == "withdrawn" else outcome.status,
        remote_id=outcome.remote_id,
        iri=outcome.iri,
        seq=outcome.seq,
        hash=outcome.hash,
        public=outcome.public,
        visible=None,
        rules=by_rule(outcome.report.findings, atlas.rules) if outcome.report else [],
        removed=list(outcome.removed),
        warnings=[warning.message(lang) for warning in outcome.warnings],
        code=error.code if error else None,
        message=error.message(lang) if error else None,
    )
