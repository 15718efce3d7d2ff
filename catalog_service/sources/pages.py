"""``/sources``: who supplies records and how fresh it is; a source; a run with its report.

What is for stewards is shown in answer to a form that sends a token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, require_over
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID, UNKNOWN_RUN
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import (
    MAX_REASON,
    PRIVATE,
    reason_of,
    receive_form,
    sender_of,
)
from catalog_service.site.rendering import View
from catalog_service.sources.attention import attention_order
from catalog_service.sources.errors import NOTHING_TO_STOP
from catalog_service.sources.harvests.model import COUNTERS
from catalog_service.sources.harvests.service import ask, decide, stop
from catalog_service.sources.labels import label
from catalog_service.sources.report import Report
from catalog_service.sources.report_forms import renumbered_text, time_of
from catalog_service.sources.report_model import EFFECTS
from catalog_service.sources.run_answers import run_answer
from catalog_service.sources.source_answers import SourceAnswer, source_answer, source_answers
from ontology.errors import AtlasError

router = APIRouter()

RECENT: Final = 20
"""Runs on a source's page, and further ones on each next."""

PAGE: Final = 100
"""Entries of each list on a run's page."""

After = Annotated[int, Query(ge=0, le=2**63 - 1)]


@router.get("/sources", include_in_schema=False)
def sources(request: Request, atlas: Atlas) -> Response:
    """All sources."""
    view = View(request)
    found = source_answers(atlas, None)
    found.sort(key=lambda one: attention_order(one.freshness.step, one.title, one.id))
    return view.render(
        "sources.html",
        section="/sources",
        trail=[(view.gettext("Sources"), None)],
        sources=[(one, view.source_type(one.type)) for one in found],
        time_of=time_of,
        called=_called(view),
    )


@router.get("/sources/{source}", include_in_schema=False)
def source_page(
    request: Request,
    atlas: Atlas,
    source: str,
    before: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """One source: how it is visited, and its last runs."""
    view = View(request)
    found = source_answer(atlas, decode_segment(source), None)
    runs = atlas.journal.runs(found.id, RECENT + 1, before=before)
    return view.render(
        "source.html",
        section="/sources",
        trail=[(view.gettext("Sources"), view.link("/sources")), (found.title, None)],
        source=found,
        type_name=view.source_type(found.type),
        runs=[run_answer(run, None) for run in runs[:RECENT]],
        more=runs[RECENT - 1].id if len(runs) > RECENT else None,
        later=before is not None,
        time_of=time_of,
        called=_called(view),
    )


@router.post("/sources/{source}", include_in_schema=False)
async def ask_for_visit(request: Request, atlas: Atlas, source: str) -> Response:
    """Have the source visited, for a steward whose token the form sends."""
    form = await receive_form(request)
    name = decode_segment(source)

    def work() -> None:
        require_over(sender_of(request, form), Action.SOURCE_VISIT, name)
        shorter = form.get("accept_shorter") == "true"
        ask(atlas, name, full=shorter or form.get("full") == "true", accept_shorter=shorter)

    await run_in_pool(thread_pools(request).writes, work)
    return RedirectResponse(View(request).link(f"/sources/{name}"), 303, PRIVATE)


@router.get("/sources/{source}/runs/{run}", include_in_schema=False)
def run_page(
    request: Request, atlas: Atlas, source: str, run: str, changes_after: After = 0
) -> Response:
    """One run: how far it is or how it ended, and what it changed."""
    return _run_page(request, atlas, _run_of(atlas, source, run), None, changes_after)


@router.post("/sources/{source}/runs/{run}", include_in_schema=False)
async def decide_on_run(request: Request, atlas: Atlas, source: str, run: str) -> Response:
    """Show the whole report, decide or stop, for a steward whose token the form sends."""
    form = await receive_form(request)

    def work() -> Response:
        run_id = _run_of(atlas, source, run)
        name = decode_segment(source)
        action = form.get("action", "show")
        demanded = Action.DATASET_READ_HELD if action == "show" else Action.RUN_DECIDE
        principal = require_over(sender_of(request, form), demanded, name)
        if action == "show":
            return _run_page(request, atlas, run_id, principal, 0)
        if action == "stop":
            if not stop(atlas, run_id):
                raise AtlasError(NOTHING_TO_STOP, run=run_id)
        elif action in ("approve", "refuse"):
            actor = principal.actor
            reason = reason_of(form)
            decide(atlas, run_id, approve=action == "approve", reason=reason, actor=actor)
        else:
            expected = "show, approve, refuse, stop"
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
        address = f"/sources/{name}/runs/{quote(run_id, safe='')}"
        return RedirectResponse(View(request).link(address), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _called(view: View) -> Callable[[str], str]:
    """Return what gives counters, statuses and effects their names in the page's language."""
    return lambda name: label(name, view.lang).capitalize()


def _run_page(
    request: Request,
    atlas: Service,
    run_id: str,
    principal: Principal | None,
    changes_after: int,
) -> Response:
    view = View(request)
    report = Report(atlas, run_id, principal)
    whole = report.whole(
        changes_after=changes_after, held_after=0, repeating_after=0, problems_after=-1, limit=PAGE
    )
    source: SourceAnswer = source_answer(atlas, report.run.source, principal)
    values: dict[str, Any] = {
        "source": source,
        "report": whole,
        "run": whole.run,
        "steward": report.steward,
        "repeats_rule": report.repeats_rule.id,
        "effects": [(effect, whole.effects.get(effect, 0)) for effect in EFFECTS],
        "counters": [
            (name, whole.run.counters[name])
            for name in COUNTERS
            if whole.run.counters and whole.run.counters.get(name)
        ],
    }
    return view.render(
        "run.html",
        headers=PRIVATE if report.steward else {},
        section="/sources",
        trail=[
            (view.gettext("Sources"), view.link("/sources")),
            (source.title, view.link(f"/sources/{source.id}")),
            (run_id, None),
        ],
        time_of=time_of,
        called=_called(view),
        most_reason=MAX_REASON,
        renumbered_text=renumbered_text,
        **values,
    )


def _run_of(atlas: Service, source: str, run: str) -> str:
    """Return a run's id; raises ``unknown-run`` where it is another source's."""
    run_id = decode_segment(run)
    if atlas.journal.run(run_id).source != decode_segment(source):
        raise AtlasError(UNKNOWN_RUN, run=run_id)
    return run_id
