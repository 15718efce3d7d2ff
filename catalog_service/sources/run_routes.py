"""``/api/v1/runs``: imports and harvests, and what stewards decide about them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from catalog_service.accounts.service import Action, Principal, require_over
from catalog_service.catalog.admission import MAX_SOURCE_ID
from catalog_service.context import Service
from catalog_service.dependencies import Atlas, service
from catalog_service.errors import NOT_AUTHENTICATED
from catalog_service.http.access import Bearer, Guarded, authenticate
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import Reason
from catalog_service.journal.model import RunStatus
from catalog_service.sources.errors import NOTHING_TO_STOP
from catalog_service.sources.harvests.service import decide, stop
from catalog_service.sources.registry import known_source
from catalog_service.sources.run_answers import RunAnswer, RunDetail, run_answer, run_detail
from ontology.errors import AtlasError

router = APIRouter(prefix="/api/v1", tags=["sources"])

Limit = Annotated[int, Query(ge=1, le=500)]
Before = Annotated[
    str | None, Query(max_length=100, description="Only those that began before this run.")
]
Status = Annotated[RunStatus | None, Query(description="Only those with it.")]


class RunsAnswer(BaseModel):
    """The newest runs first; ``next`` is ``before`` of the following page, absent on the last."""

    runs: list[RunAnswer]
    next: str | None = None


class DecisionBody(BaseModel):
    """A steward's decision on what a run waits with; the reason stays with it."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["approve", "refuse"]
    reason: Reason


class RunRoute(Guarded):
    """For the stewards of the source that a run belongs to."""

    demanded = Action.RUN_DECIDE

    def _check(self, request: Request) -> None:
        principal = authenticate(request)
        if principal is None:
            raise AtlasError(NOT_AUTHENTICATED)
        run = service(request).journal.run(decode_segment(request.path_params["run"]))
        require_over(principal, Action.RUN_DECIDE, run.source)


@router.get("/runs", summary="Imports and harvests")
def list_runs(
    *,
    atlas: Atlas,
    bearer: Bearer,
    source: Annotated[str | None, Query(max_length=MAX_SOURCE_ID)] = None,
    status: Status = None,
    before: Before = None,
    limit: Limit = 100,
) -> RunsAnswer:
    """The newest first; counters and messages are told to stewards of the source."""
    found = atlas.journal.runs(source, limit, status=status, before=before)
    return RunsAnswer(
        runs=[run_answer(run, bearer) for run in found],
        next=found[-1].id if len(found) == limit else None,
    )


@router.get("/sources/{source}/runs", summary="The runs of a source")
def list_runs_of_source(
    *,
    atlas: Atlas,
    bearer: Bearer,
    source: str,
    status: Status = None,
    before: Before = None,
    limit: Limit = 100,
) -> RunsAnswer:
    """The newest first."""
    name = known_source(atlas.journal, decode_segment(source)).id
    return list_runs(
        atlas=atlas, bearer=bearer, source=name, status=status, before=before, limit=limit
    )


@router.get("/runs/{run}", summary="One import or harvest")
def get_run(
    *,
    atlas: Atlas,
    bearer: Bearer,
    run: str,
    after: Annotated[
        int, Query(ge=-1, le=2**31 - 1, description="`next` of a page of problems.")
    ] = -1,
    limit: Limit = 100,
) -> RunDetail:
    """How far it is or how it ended; to stewards also counters, problems and the decision."""
    return run_detail(atlas, decode_segment(run), bearer, after=after, limit=limit)


async def decide_run(
    request: Request, atlas: Atlas, bearer: Bearer, run: str, body: DecisionBody
) -> RunDetail:
    """Decide on the removals that a run waits with; 409 where it waits for nothing.

    Approved, what has not been listed since becomes missing; refused, it stays.
    """
    run_id = decode_segment(run)

    def work() -> RunDetail:
        principal = require_over(bearer, Action.RUN_DECIDE, atlas.journal.run(run_id).source)
        decide(
            atlas,
            run_id,
            approve=body.verdict == "approve",
            reason=body.reason,
            actor=principal.actor,
        )
        return run_detail(atlas, run_id, bearer)

    return await run_in_pool(thread_pools(request).writes, work)


async def stop_run(request: Request, atlas: Atlas, bearer: Bearer, run: str) -> RunDetail:
    """Ask a run under way to stop; what it took in is kept."""
    work = partial(_stop, atlas, decode_segment(run), bearer)
    return await run_in_pool(thread_pools(request).writes, work)


def _stop(atlas: Service, run_id: str, bearer: Principal | None) -> RunDetail:
    if not stop(atlas, run_id):
        raise AtlasError(NOTHING_TO_STOP, run=run_id)
    return run_detail(atlas, run_id, bearer)


router.add_api_route(
    "/runs/{run}/decision",
    decide_run,
    methods=["POST"],
    summary="Decide what a run waits for",
    route_class_override=RunRoute,
    responses={409: {"description": "It waits for no decision"}},
)
router.add_api_route(
    "/runs/{run}/stop",
    stop_run,
    methods=["POST"],
    summary="Stop a run",
    status_code=202,
    route_class_override=RunRoute,
    responses={409: {"description": "It is not under way"}},
)
