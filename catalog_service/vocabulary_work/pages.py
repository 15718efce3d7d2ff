"""``/workbench/vocabulary``: values that no vocabulary knows, and deciding what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, Principal, require_somewhere
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.datasets.service import described
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, reason_of
from catalog_service.proposals import STATE_LABELS
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.proposal_steps import moved, take_step
from catalog_service.site.rendering import View
from catalog_service.sources.service import titles
from catalog_service.vocabulary_work import service
from catalog_service.vocabulary_work.model import FIELDS, Decision
from catalog_service.vocabulary_work.service import Ask, Wanted
from ontology.errors import AtlasError
from ontology.languages import Texts
from ontology.record import Record

router = APIRouter(include_in_schema=False)

HERE: Final = "/workbench/vocabulary"
PER_PAGE: Final = 25
MOST_LISTED: Final = 200
"""Concepts up to which they stand in a list to choose from; more are typed."""

FieldName = Annotated[str | None, Query(max_length=40)]
SourceName = Annotated[str | None, Query(max_length=100)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]


@router.get("/workbench/vocabulary")
def values(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    field: FieldName = None,
    source: SourceName = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Values that no vocabulary knows, those of most records first."""
    view = View(request)
    require_somewhere(worker, Action.VALUE_MAP)
    wanted = Wanted(field or None, source or None, q.strip())
    given = (("field", field), ("source", source), ("q", q))
    own = [(name, value) for name, value in given if value]
    total = service.unmapped(atlas, worker, wanted, 0, 0).total
    part = part_of(view, HERE, total, PER_PAGE, own)
    found = service.unmapped(atlas, worker, wanted, part.offset, PER_PAGE)
    return _told(
        view,
        atlas,
        worker,
        "unmapped_values.html",
        [],
        found=found,
        part=part,
        wanted=wanted,
        waiting=[
            one
            for one in service.decisions_for(atlas, worker, waiting=True)
            if service.may_release(worker, one)
        ],
        sources=service.sources_for(atlas, worker),
    )


@router.get("/workbench/vocabulary/value")
def value(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    field: Annotated[str, Query(max_length=40)],
    text: Annotated[str, Query(max_length=300)],
) -> Response:
    """One value: its records, and what it may mean."""
    require_somewhere(worker, Action.VALUE_MAP)
    return _value(View(request), atlas, worker, {"field": field, "text": text})


@router.post("/workbench/vocabulary/value")
async def decide_value(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Show what a decision would do; make it where it has been looked at."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        require_somewhere(worker, Action.VALUE_MAP)
        view = View(request)
        ask = _ask(form)
        if ask is None:
            return _value(view, atlas, worker, form, lacks_concept=True, status=400)
        if form.get("step") == "decide" and form.get("reason", "").strip():
            made = service.decide(atlas, worker, _with_reason(ask, reason_of(form)))
            return moved(view, f"{HERE}/decisions/{made.number}")
        try:
            ahead = service.look_ahead(atlas, worker, ask)
        except AtlasError as error:
            if error.code != "concept-not-of-field":
                raise
            return _value(view, atlas, worker, form, problem=error, status=400)
        lacks = form.get("step") == "decide"
        return _told(
            view,
            atlas,
            worker,
            "value_preview.html",
            [
                (ask.text, view.link(f"{HERE}/value", field=ask.field, text=ask.text)),
                (view.gettext("What will happen"), None),
            ],
            400 if lacks else 200,
            ahead=ahead,
            ask=ask,
            concept=_concept(atlas, ahead.decision),
            rules=atlas.rules,
            lacks_reason=lacks,
            shown=[(_title(atlas, one), one, status) for one, status in ahead.shown],
        )

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/workbench/vocabulary/decisions")
def decisions(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """What was decided, the newest first."""
    require_somewhere(worker, Action.VALUE_MAP)
    view = View(request)
    total = service.count_decisions(atlas, worker)
    part = part_of(view, f"{HERE}/decisions", total, PER_PAGE)
    found = service.decisions_for(atlas, worker, offset=part.offset, limit=PER_PAGE)
    return _told(
        view,
        atlas,
        worker,
        "value_decisions.html",
        [(view.gettext("Decisions about values"), None)],
        decisions=found,
        part=part,
        concepts={one.number: _concept(atlas, one) for one in found},
        people=names_of(atlas, [one.proposed_by for one in found]),
    )


@router.get("/workbench/vocabulary/decisions/{number}")
def decision(request: Request, atlas: Atlas, worker: Worker, number: Number) -> Response:
    """One decision: its history, its records, and what may be done about it."""
    require_somewhere(worker, Action.VALUE_MAP)
    return _decision(View(request), atlas, worker, number)


@router.post("/workbench/vocabulary/decisions/{number}")
async def step_decision(request: Request, atlas: Atlas, bearer: Bearer, number: Number) -> Response:
    """Release, refuse or undo a decision."""
    return await take_step(
        request,
        atlas,
        bearer,
        number,
        action=Action.VALUE_MAP,
        steps={"release": service.release, "refuse": service.refuse, "undo": service.undo},
        page=f"{HERE}/decisions/{number}",
        lacks_reason=lambda view, worker: _decision(
            view, atlas, worker, number, lacks_reason=True, status=400
        ),
    )


def _value(
    view: View,
    atlas: Service,
    worker: Principal,
    form: Mapping[str, str],
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    field = service.field_named(form.get("field", ""))
    found = service.value_named(atlas, worker, field.name, form.get("text", ""))
    records = service.examples(atlas, worker, found)
    return _told(
        view,
        atlas,
        worker,
        "unmapped_value.html",
        [(found.text, None)],
        status,
        value=found,
        field=field,
        given=form,
        suggestions=service.suggested(atlas, field.name, found.text),
        choices=service.concepts_of(atlas, field),
        most_listed=MOST_LISTED,
        examples=[(_title(atlas, record), record) for record in records],
        may_map=[source for source in (None, *found.sources) if service.may_map(worker, source)],
        **{"lacks_concept": False, "problem": None, **values},
    )


def _decision(
    view: View,
    atlas: Service,
    worker: Principal,
    number: int,
    *,
    status: int = 200,
    lacks_reason: bool = False,
) -> Response:
    found, work = service.decision_named(atlas, worker, number)
    return _told(
        view,
        atlas,
        worker,
        "value_decision.html",
        [
            (view.gettext("Decisions about values"), view.link(f"{HERE}/decisions")),
            (found.text, None),
        ],
        status,
        decision=found,
        concept=_concept(atlas, found),
        history=found.history,
        work=work,
        people=names_of(atlas, [event.actor for event in found.history]),
        may_release=found.state == "proposed" and service.may_release(worker, found),
        may_refuse=found.state == "proposed"
        and (service.may_end(worker, found) or worker.actor == found.proposed_by),
        may_undo=found.state == "released" and service.may_end(worker, found),
        own=worker.actor == found.proposed_by,
        lacks_reason=lacks_reason,
    )


def _told(
    view: View,
    atlas: Service,
    worker: Principal,
    template: str,
    trail: list[tuple[str, str | None]],
    status: int = 200,
    **values: Any,
) -> Response:
    top = (view.gettext("Unknown values"), view.link(HERE) if trail else None)
    return render_desk(
        view,
        worker,
        template,
        HERE,
        [top, *trail],
        status,
        fields=FIELDS,
        field_label=lambda name: view.gettext(FIELDS[name].label),
        state_label=lambda state: view.gettext(STATE_LABELS[state]),
        titles=titles(atlas.journal),
        most_reason=MAX_REASON,
        **values,
    )


def _title(atlas: Service, record: Record) -> Texts:
    return described(atlas, record.nquads, record.iri, record.focus).title


def _concept(atlas: Service, decision: Decision) -> Any:
    return None if decision.concept is None else atlas.vocabulary.concept(decision.concept)


def _ask(form: Mapping[str, str]) -> Ask | None:
    """Return what a form asks; None where it neither names a concept nor says there is none."""
    chosen = form.get("concept", "")
    concept = form.get("other", "").strip() if chosen == "other" else chosen
    if not concept:
        return None
    return Ask(
        form.get("field", ""),
        form.get("text", ""),
        None if chosen == "none" else concept,
        form.get("source") or None,
    )


def _with_reason(ask: Ask, reason: str) -> Ask:
    return Ask(ask.field, ask.text, ask.concept, ask.source, reason)
