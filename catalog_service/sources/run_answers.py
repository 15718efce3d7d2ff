"""What is told of runs: to the public that and when there was one, to stewards what happened in it.

Counters, messages and problems could tell of records that are not public, and errors of inner
addresses: they are for stewards of the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from catalog_service.accounts.service import Principal, may_read
from catalog_service.answers import Message, Shown
from catalog_service.context import Service
from catalog_service.journal.model import Run
from catalog_service.sources.harvests.model import REMOVED, SUPERSEDED
from catalog_service.sources.harvests.queries import HarvestState, harvest_state, problems_after
from catalog_service.sources.remarks import remarks_of
from ontology.errors import FilePosition


class RunAnswer(Shown):
    """One import or harvest; counters and message are told to stewards only."""

    id: str
    source: str
    started: datetime
    finished: datetime | None
    status: str
    counters: dict[str, int] | None = None
    message: str | None = None


class RunError(Shown):
    """Why a run failed, stopped or waits; the message is told to stewards only."""

    code: str
    message: Message | None = None


class RunDecision(Shown):
    """What a run waits for, and what was decided; the verdict is null while it waits."""

    gone: int
    """Records that are no longer listed."""
    live: int
    verdict: str | None = None
    reason: str | None = None
    actor: str | None = None
    time: datetime | None = None
    earlier: str | None = None
    """The run with which the removal was refused, where that still holds for this one."""


class ProblemAnswer(Shown):
    """What went wrong with one dataset; the message begins with the place, where one is known.

    What the platform answered for it is kept for a week: `…/problems/{number}/raw`.
    """

    number: int
    remote_id: str | None
    code: str
    message: Message
    place: str | None = None
    """``file:line:column``, as far as known."""


class RunProgress(Shown):
    """How far a run is; ``counters`` are told to stewards only."""

    id: str
    status: str
    pages: int = 0
    read: int | None = None
    """Entries of the list that were walked; where credentials open it, null but for stewards."""
    total: int | None = None
    """Entries that the list declares, where it does."""
    counters: dict[str, int] | None = None


class RunDetail(RunAnswer):
    """One run. ``problems``, ``decision`` and ``remarks`` are told to stewards only."""

    full: bool | None = None
    """Whether the whole list was walked; null for an import."""
    pages: int = 0
    read: int | None = None
    total: int | None = None
    error: RunError | None = None
    verdict: str | None = None
    """What became of the removals that it waited with: `approve`, `refuse`, `superseded` by a
    later walk, or `removed` with its source; null while it waits, and for a run that had none."""
    decision: RunDecision | None = None
    remarks: list[Message] | None = None
    """What the counters do not say: that a list passes over datasets, that a refusal holds."""
    problems: list[ProblemAnswer] | None = None
    next: int | None = Field(default=None)
    """``after`` of the next page of problems; null on the last."""


def run_answer(run: Run, principal: Principal | None) -> RunAnswer:
    """Return a run as a line of a list."""
    answer = RunAnswer.model_validate(run, from_attributes=True)
    if may_read(principal, run.source):
        return answer
    return answer.model_copy(update={"counters": None, "message": None})


def run_detail(
    atlas: Service, run_id: str, principal: Principal | None, *, after: int = -1, limit: int = 100
) -> RunDetail:
    """Return one run, with the problems numbered above ``after``; raises ``unknown-run``."""
    run = atlas.journal.run(run_id)
    state = harvest_state(atlas.journal, run_id)
    steward = may_read(principal, run.source)
    progress = _progress(run, state, steward=steward)
    listed = dict(run_answer(run, principal)) | {"counters": progress.counters}
    detail = RunDetail(
        **listed,
        full=None if state is None else state.full,
        pages=progress.pages,
        read=progress.read,
        total=progress.total,
        error=_error(state, steward=steward),
        verdict=_verdict(run, state),
    )
    if not steward:
        return detail
    found = problems_after(atlas.journal, run_id, after, limit)
    problems = [
        ProblemAnswer(
            number=number,
            remote_id=problem.remote_id,
            code=problem.error["code"],
            message=Message(**problem.error["message"]),
            place=_place(problem.error.get("place")),
        )
        for number, problem in found
    ]
    return detail.model_copy(
        update={
            "decision": None if state is None else decision_of(state.decision),
            "remarks": remarks_of(
                progress.counters or {}, None if state is None else state.decision, run.source
            ),
            "problems": problems,
            "next": problems[-1].number if len(problems) == limit else None,
        }
    )


def run_progress(atlas: Service, run_id: str, principal: Principal | None) -> RunProgress:
    """Return how far a run is; raises ``unknown-run``."""
    run = atlas.journal.run(run_id)
    state = harvest_state(atlas.journal, run_id)
    return _progress(run, state, steward=may_read(principal, run.source))


def decision_of(stored: Mapping[str, Any] | None) -> RunDecision | None:
    """Return a stored decision as an answer."""
    if stored is None:
        return None
    return RunDecision.model_validate({n: stored.get(n) for n in RunDecision.model_fields})


def _progress(run: Run, state: HarvestState | None, *, steward: bool) -> RunProgress:
    # Of a run under way the counters are stored with each page, of one that ended with the run.
    live = state is not None and run.status == "running"
    counters = dict(state.counters if state is not None and live else run.counters)
    # A list that only credentials open has more than is public; how much is for stewards.
    is_told = steward or state is None or not state.has_credentials
    return RunProgress(
        id=run.id,
        status=run.status,
        pages=0 if state is None else state.pages,
        read=counters.get("read", 0) if is_told else None,
        total=state.total if state is not None and is_told else None,
        counters=counters if steward else None,
    )


def _verdict(run: Run, state: HarvestState | None) -> str | None:
    if state is None or state.decision is None or run.status in ("waiting", "running"):
        return None
    settled = REMOVED if run.message == REMOVED else SUPERSEDED
    return str(state.decision.get("verdict") or settled)


def _place(stored: Mapping[str, Any] | None) -> str | None:
    return None if stored is None else str(FilePosition(**stored))


def _error(state: HarvestState | None, *, steward: bool) -> RunError | None:
    if state is None or state.error is None:
        return None
    code, message = state.error["code"], state.error["message"]
    return RunError(code=code, message=Message(**message) if steward else None)
