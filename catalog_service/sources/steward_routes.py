"""What stewards see and decide: what waits, letting it through, asking the rules again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from catalog_service.accounts.service import Action, Principal, require_over
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import UNKNOWN_RECORD
from catalog_service.http.access import Bearer, guarded
from catalog_service.http.conditional_requests import demanded
from catalog_service.http.identifiers import Ref, decode_segment
from catalog_service.http.language import choose_language
from catalog_service.http.paging import pack, unpack
from catalog_service.http.thread_pools import run, thread_pools
from catalog_service.http.token_forms import Reason
from catalog_service.journal.model import State
from catalog_service.links import api_path
from catalog_service.sources.held_decisions import require_release, still_may
from catalog_service.sources.outcomes import (
    BatchAnswer,
    BatchTally,
    OutcomeAnswer,
    RemovedAnswer,
    Wait,
    respond,
    wait_visible,
)
from catalog_service.sources.registry import known_source
from harvesters.protocols import Outcome, Precondition, Submission
from ontology.errors import AtlasError

router = APIRouter(
    prefix="/api/v1/sources", tags=["stewards"], route_class=guarded(Action.DATASET_READ_HELD)
)


After = Annotated[str | None, Query(max_length=3_000)]
Limit = Annotated[int, Query(ge=1, le=1_000)]


class RecordItem(BaseModel):
    """Where a record stands; ``held_hash`` is of the version that waits, where one does."""

    remote_id: str
    iri: str
    state: State
    public: bool
    hash: str | None
    held_hash: str | None
    seq: int
    url: str


class RecordPage(BaseModel):
    """One page, ordered by identifier; ``next`` is absent on the last."""

    items: list[RecordItem]
    next: str | None


class RemovedPage(BaseModel):
    """One page, ordered by identifier; ``next`` is absent on the last."""

    items: list[RemovedAnswer]
    next: str | None


class ReleaseBody(BaseModel):
    """Reason for the release, kept in the record's history."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


@router.get("/{source}/records", summary="The records of a source, for its stewards")
def list_records(
    *,
    atlas: Atlas,
    bearer: Bearer,
    source: str,
    state: Annotated[State | None, Query()] = None,
    waiting: Annotated[
        bool | None, Query(description="Only those with a waiting version, or without one.")
    ] = None,
    rule: Annotated[
        str | None, Query(max_length=100, description="Only those in which it finds something.")
    ] = None,
    after: After = None,
    limit: Limit = 100,
) -> RecordPage:
    """Page through what a source has, hidden records included; ``after`` is a page's ``next``."""
    name = _stewarded(atlas, bearer, source)
    found = atlas.journal.list_records(
        source=name,
        state=state,
        waiting=waiting,
        rule=rule,
        after=unpack(after) if after else None,
        limit=limit,
    )
    items = [
        RecordItem(
            remote_id=one.remote_id,
            iri=one.iri,
            state=one.state,
            public=one.public,
            hash=one.hash,
            held_hash=one.held_hash,
            seq=one.seq,
            url=atlas.settings.public_url + api_path(name, one.remote_id),
        )
        for one in found
    ]
    more = len(found) == limit
    return RecordPage(items=items, next=pack((name, found[-1].remote_id)) if more else None)


@router.get("/{source}/removed", summary="What the privacy rule took out, for stewards")
def list_removed(
    *,
    atlas: Atlas,
    bearer: Bearer,
    source: str,
    after: After = None,
    limit: Limit = 100,
) -> RemovedPage:
    """Page through the records of which something was taken out: kinds and places, no values."""
    name = _stewarded(atlas, bearer, source)
    start = unpack(after)[1] if after else None
    found = atlas.journal.list_removed(name, after=start, limit=limit)
    items = [
        RemovedAnswer(remote_id=one.remote_id, iri=one.iri, removed=list(one.removed))
        for one in found
    ]
    more = len(found) == limit
    return RemovedPage(items=items, next=pack((name, found[-1].remote_id)) if more else None)


@router.get(
    "/{source}/records/{remote_id}/removed",
    summary="What the privacy rule took out of one record, for stewards",
)
def get_removed(atlas: Atlas, bearer: Bearer, ref: Ref) -> RemovedAnswer:
    """Kinds and places in the latest version, waiting or not; never what was there."""
    require_over(bearer, Action.DATASET_READ_HELD, ref.source)
    state = atlas.journal.states(ref.source, [ref.remote_id]).get(ref.remote_id)
    if state is None:
        raise AtlasError(UNKNOWN_RECORD, source=ref.source, remote_id=ref.remote_id)
    removed = list(atlas.journal.removed(state.iri))
    return RemovedAnswer(remote_id=ref.remote_id, iri=state.iri, removed=removed)


@router.post(
    "/{source}/records/{remote_id}/release",
    summary="Let a waiting version through",
    response_model=OutcomeAnswer,
    responses={
        409: {"description": "No version waits"},
        412: {"description": "If-Match does not hold"},
    },
)
async def release_record(
    *,
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    ref: Ref,
    body: ReleaseBody,
    wait: Wait = False,
) -> Response:
    """Make the waiting version the good one, whatever the gate found. ``If-Match`` is honoured.

    Where its open type may mean 非开放 this is a review of secrecy, which needs that right, too.
    """
    principal = require_over(bearer, Action.HELD_DECIDE, ref.source)
    given = demanded(request, ref.remote_id)

    def work() -> Outcome:
        looked_at = require_release(atlas, principal, ref.source, ref.remote_id)
        # Not one that came after the look, whatever it means.
        expected = given
        if looked_at.hash is not None and not given:
            expected = {ref.remote_id: Precondition.current(looked_at.hash)}
        submission = Submission(
            source=ref.source,
            actor=principal.actor,
            reason=body.reason,
            expected=expected,
            demand=still_may(principal, ref.source, looked_at.rights),
        )
        (outcome,) = atlas.catalog.release([ref.remote_id], submission)
        return outcome

    outcome = await run(thread_pools(request).writes, work)
    return await respond(request, atlas, ref, outcome, wait=wait)


@router.post(
    "/{source}/recheck",
    summary="Hold a source's records against the rules in force",
    response_model=BatchAnswer,
)
async def recheck_source(
    *,
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    source: str,
    wait: Wait = False,
    dry_run: bool = False,
) -> Response:
    """Bring findings up to date after the rules changed.

    A waiting version that conforms now is let through (``updated``); what is public stays public.
    """
    tally = BatchTally(atlas, choose_language(request.query_params, request.headers))

    def work() -> None:
        name = decode_segment(source)
        principal = require_over(bearer, Action.HELD_DECIDE, name)
        submission = Submission(
            source=name,
            actor=principal.actor,
            reason="recheck",
            dry_run=dry_run,
            demand=still_may(principal, name, (Action.HELD_DECIDE,)),
        )
        for outcome in atlas.catalog.recheck(submission):
            tally.add(outcome)

    await run(thread_pools(request).writes, work)
    visible = await wait_visible(atlas, tally.seq) if wait else None
    answer = tally.summary(visible).model_dump(mode="json")
    return JSONResponse(answer, 202 if visible is False else 200)


def _stewarded(atlas: Service, bearer: Principal | None, source: str) -> str:
    """Return the identifier of a source that the bearer is steward of; raises `AtlasError`."""
    name = decode_segment(source)
    require_over(bearer, Action.DATASET_READ_HELD, name)
    return known_source(atlas.journal, name).id
