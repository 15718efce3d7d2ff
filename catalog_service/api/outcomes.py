"""Outcomes of writes, told over HTTP."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final, Literal

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from catalog_service.api.addresses import api_path
from catalog_service.api.context import Service
from catalog_service.api.findings import RuleFindings, by_rule
from catalog_service.api.language import Lang, choose_language
from catalog_service.api.refs import DatasetRef
from catalog_service.projections.status import wait_for
from harvesters.contracts import Outcome
from ontology.errors import AtlasError

WAIT_SECONDS: Final = 10.0
"""How long ``?wait=true`` waits before it answers 202."""

MAX_LISTED: Final = 100

Wait = Annotated[bool, Query(description="Answer when every projection shows the change.")]


class OutcomeAnswer(BaseModel):
    """What became of one record."""

    status: Literal["created", "updated", "unchanged", "held", "rejected"]
    remote_id: str | None
    iri: str | None
    seq: int | None
    hash: str | None
    visible: bool | None
    """With ``wait``: whether every projection shows it. Else null."""
    rules: list[RuleFindings]
    removed: list[str]
    warnings: list[str]
    code: str | None = None
    message: str | None = None


class BatchAnswer(BaseModel):
    """The outcomes of a batch, counted; ``failed`` lists the first that were not taken in."""

    read: int
    created: int
    updated: int
    unchanged: int
    held: int
    rejected: int
    seq: int | None
    visible: bool | None
    failed: list[OutcomeAnswer]


class Tally:
    """Counts outcomes and keeps the first that were not taken in."""

    def __init__(self, atlas: Service, lang: Lang) -> None:
        self._atlas = atlas
        self._lang = lang
        self._counts: Counter[str] = Counter()
        self._failed: list[OutcomeAnswer] = []
        self.seq: int | None = None
        """The highest journal number so far."""

    def add(self, outcome: Outcome) -> OutcomeAnswer:
        """Count an outcome and return it as it is told."""
        self._counts[outcome.status] += 1
        if outcome.seq is not None:
            self.seq = max(self.seq or 0, outcome.seq)
        told = tell(self._atlas, outcome, self._lang)
        if outcome.status in ("held", "rejected") and len(self._failed) < MAX_LISTED:
            self._failed.append(told)
        return told

    def summary(self, visible: bool | None) -> BatchAnswer:
        """Return the counts."""
        counts = self._counts
        return BatchAnswer(
            read=counts.total(),
            created=counts["created"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            held=counts["held"],
            rejected=counts["rejected"],
            seq=self.seq,
            visible=visible,
            failed=self._failed,
        )


def respond(
    request: Request, atlas: Service, ref: DatasetRef, outcome: Outcome, *, wait: bool
) -> Response:
    """Answer with what became of one record; raises the error of a rejected one."""
    if outcome.error is not None:
        raise outcome.error
    visible = wait_visible(atlas, outcome.seq) if wait else None
    lang = choose_language(request.query_params, request.headers)
    told = tell(atlas, outcome, lang).model_copy(update={"visible": visible})
    if outcome.status == "held" or visible is False:
        status = 202
    else:
        status = 201 if outcome.status == "created" else 200
    headers = {"Location": api_path(ref.source, ref.remote_id)} if status == 201 else {}
    if outcome.hash is not None:
        headers["ETag"] = f'"{outcome.hash}"'
    return JSONResponse(told.model_dump(mode="json"), status, headers)


def wait_visible(atlas: Service, seq: int | None) -> bool:
    """Wait until every projection shows ``seq``; False when the time is up before."""
    if seq is None:
        return True
    try:
        wait_for(atlas.settings.home, seq, WAIT_SECONDS)
    except AtlasError:
        return False
    return True


def tell(atlas: Service, outcome: Outcome, lang: Lang) -> OutcomeAnswer:
    """Tell an outcome in a language."""
    error = outcome.error
    return OutcomeAnswer(
        status=outcome.status,
        remote_id=outcome.remote_id,
        iri=outcome.iri,
        seq=outcome.seq,
        hash=outcome.hash,
        visible=None,
        rules=by_rule(outcome.report.findings, atlas.rules) if outcome.report else [],
        removed=list(outcome.removed),
        warnings=[warning.message(lang) for warning in outcome.warnings],
        code=error.code if error else None,
        message=error.message(lang) if error else None,
    )
