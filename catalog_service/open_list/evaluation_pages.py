"""``…/evaluation``: the yearly evaluation of a list's items, with evidence and bulk decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, organization_named, require
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE
from catalog_service.open_list.deadlines import evaluation_due
from catalog_service.open_list.evaluation import (
    DECISIONS,
    can_be,
    decide_all,
    decisions_of,
    finish,
    next_item,
    progress,
)
from catalog_service.open_list.evidence import EvidenceReader
from catalog_service.open_list.model import ListItem, OpenList
from catalog_service.open_list.naming import WORK, list_path
from catalog_service.open_list.service import get, listed, possible_steps
from catalog_service.open_list.step_forms import seen_of
from catalog_service.open_list.stored_decisions import Decision
from catalog_service.participation.service import objections_by_dataset
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from ontology.record import mint_iri

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
MOST_AT_ONCE: Final = 1_500
"""Items of one decision: a form carries so many."""
OPEN: Final = ("published", "amended")
"""States in which items are decided on."""

Year = Annotated[int, Path(ge=2000, le=2999)]
Shown = Literal["all", "open", "decided"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision would make of an item."""

    item: ListItem
    after: ListItem | None
    before: Decision | None
    """What was decided until now."""
    fits: bool
    """Whether that can be decided about it."""


@router.get(f"{WORK}/evaluation")
def progress_page(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """How far the evaluations of one's organizations are, by year."""
    view = View(request)
    rows = []
    for step in listed(atlas, worker):
        if step.state not in (*OPEN, "evaluated", "closed"):
            continue
        there = get(atlas, step.organization, step.year)
        decided = decisions_of(atlas, step.organization, step.year)
        rows.append((there, progress(there, decided), evaluation_due(atlas, there)))
    part = part_of(view, f"{WORK}/evaluation", len(rows), PER_PAGE * 2, [])
    return render_desk(
        view,
        worker,
        "open_list_evaluations.html",
        WORK,
        [
            (view.gettext("Open lists"), view.link(WORK)),
            (view.gettext("Yearly evaluation"), None),
        ],
        part=part,
        rows=rows[part.offset : part.offset + PER_PAGE * 2],
        name_of=lambda iri: view.pick(atlas.accounts.hierarchy.names(iri)),
        path_of=lambda one: _path(atlas, one),
        today=atlas.clock.today(),
    )


@router.get(f"{WORK}/{{year}}/{{organization}}/evaluation")
def evaluation_page(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    year: Year,
    organization: str,
    show: Annotated[Shown, Query()] = "all",
) -> Response:
    """The items with what is known of each, what was decided, and the form that decides."""
    name = organization_named(atlas.vocabulary, decode_segment(organization))
    require(worker, Action.DATASET_READ_HELD, name)
    return _page(View(request), atlas, worker, get(atlas, name, year), show=show)


@router.post(f"{WORK}/{{year}}/{{organization}}/evaluation")
async def decide(
    request: Request, atlas: Atlas, bearer: Bearer, year: Year, organization: str
) -> Response:
    """Show what decisions would make of items, write them, or end the evaluation."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        name = organization_named(atlas.vocabulary, decode_segment(organization))
        action = form.get("action", "")
        ends = action == "finish"
        require(worker, Action.OPEN_LIST_REVIEW if ends else Action.OPEN_LIST_EDIT, name)
        there = get(atlas, name, year)
        view = View(request)
        asked = form.get("show", "")
        show: Shown = "open" if asked == "open" else "decided" if asked == "decided" else "all"
        try:
            if ends:
                last = _number(form.get("decided", ""))
                finish(atlas, worker, name, year, seen=seen_of(form), decided=last)
                return _see(view, list_path(atlas.vocabulary, name, year))
            items = list(dict.fromkeys(fields.get("item", [])))
            if action == "preview-all":
                items = [one.key for one in _items(atlas, there, show)][:MOST_AT_ONCE]
            if action == "decide":
                decision, reason = form.get("decision", ""), form.get("reason", "")[:MAX_REASON]
                decide_all(atlas, worker, (name, year), items, decision, reason, seen=seen_of(form))
                return _see(view, _path(atlas, there), show)
            return _page(view, atlas, worker, there, show=show, form=form, chosen=items)
        except AtlasError as error:
            if error.kind.status not in (404, 409, 422):
                raise
            return _page(view, atlas, worker, there, show=show, form=form, problem=error)

    return await run_in_pool(thread_pools(request).writes, work)


def _number(text: str) -> int | None:
    """Return the number of the last decision that a form's page showed; None: it says none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _see(view: View, path: str, show: Shown = "all") -> Response:
    address = view.link(path, [("show", show)] if show != "all" else [])
    return RedirectResponse(address, 303, PRIVATE)


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    there: OpenList,
    *,
    show: Shown,
    form: Mapping[str, str] | None = None,
    chosen: list[str] | None = None,
    problem: AtlasError | None = None,
) -> Response:
    path = _path(atlas, there)
    decided = decisions_of(atlas, there.organization, there.year)
    items = _items(atlas, there, show)
    part = part_of(view, path, len(items), PER_PAGE, [("show", show)] if show != "all" else [])
    shown = items[part.offset : part.offset + PER_PAGE]
    read = EvidenceReader(atlas, there.organization, there.year)
    given = form or {}
    names = atlas.accounts.hierarchy.names
    name = view.pick(names(there.organization))
    steps = {one.name for one in possible_steps(atlas, worker, there)}
    return render_desk(
        view,
        worker,
        "open_list_evaluation.html",
        WORK,
        [
            (view.gettext("Open lists"), view.link(WORK)),
            (
                f"{name} {there.year}",
                view.link(list_path(atlas.vocabulary, there.organization, there.year)),
            ),
            (view.gettext("Yearly evaluation"), None),
        ],
        200 if problem is None else problem.kind.status,
        there=there,
        name=name,
        path=path,
        show=show,
        problem=problem,
        progress=progress(there, decided),
        last_decision=max((one.number for one in decided.values()), default=0),
        due=evaluation_due(atlas, there),
        part=part,
        rows=[
            (one, evidence, decided.get(one.key))
            for one, evidence in zip(shown, read.of_all(shown), strict=True)
        ],
        counts_searches=read.counts_searches,
        name_of=lambda iri: view.pick(names(iri)),
        decisions={key: view.gettext(text) for key, text in DECISIONS.items()},
        decision=given.get("decision", ""),
        reason=given.get("reason", ""),
        effects=_effects(there, decided, chosen, given.get("decision", "")),
        chosen=chosen,
        may_decide=there.state in OPEN and worker.may(Action.OPEN_LIST_EDIT, there.organization),
        may_finish="evaluate" in steps,
        people=names_of(atlas, [one.actor for one in decided.values()]),
        most_reason=MAX_REASON,
    )


def _items(atlas: Service, there: OpenList, show: Shown) -> list[ListItem]:
    """Return the items that are shown: those that people object to most first, then by title."""
    objections = objections_by_dataset(atlas)
    base = atlas.settings.base_iri

    def place(item: ListItem) -> tuple[int, str, str]:
        iri = mint_iri(base, item.source, item.remote_id) if item.is_catalogued else ""
        return -objections.get(iri, 0), item.title, item.key

    items = sorted(there.content.items.values(), key=place)
    if show == "all":
        return items
    decided = decisions_of(atlas, there.organization, there.year)
    return [one for one in items if (one.key in decided) == (show == "decided")]


def _effects(
    there: OpenList, decided: Mapping[str, Decision], chosen: list[str] | None, decision: str
) -> list[Effect]:
    """Return what a decision would make of the chosen items, those that change first."""
    if decision not in DECISIONS:
        return []
    found = [
        Effect(item, next_item(item, decision), decided.get(key), can_be(item, decision))
        for key in chosen or ()
        if (item := there.content.items.get(key)) is not None
    ]
    return sorted(found, key=lambda one: (one.after == one.item, one.item.title))


def _path(atlas: Service, there: OpenList) -> str:
    return f"{list_path(atlas.vocabulary, there.organization, there.year)}/evaluation"
