"""``/workbench/classification``: a dataset's class, its reviews and its agreement, at work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal
from catalog_service.actor_names import names_of
from catalog_service.classification import service
from catalog_service.classification.checking import check
from catalog_service.classification.model import (
    OPEN_TYPES,
    REVIEW_KINDS,
    OpenType,
    ReviewKind,
)
from catalog_service.classification.open_names import open_names
from catalog_service.classification.waiting import WORK, dataset_name
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

_SHOWN_AGAIN: Final = (403, 404, 409, 422)


@router.get(WORK)
def desk_page(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    dataset: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    """What waits for a confirmation, and with ``dataset`` all about one."""
    return _page(View(request), atlas, worker, dataset.strip())


@router.post(WORK)
async def change_class(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Classify a dataset, enter or confirm a review, note a filing."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = {name: values[0] for name, values in fields.items()}
        worker = sender(request, form, bearer)
        dataset = form.get("dataset", "").strip()[:2_000]
        try:
            _taken(atlas, worker, dataset, form, tuple(fields.get("conditions", ())))
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _page(View(request), atlas, worker, dataset, error)
        there = View(request).link(f"{WORK}?{urlencode({'dataset': dataset})}")
        return RedirectResponse(there, 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _taken(
    atlas: Service,
    worker: Principal,
    dataset: str,
    form: Mapping[str, str],
    conditions: tuple[str, ...],
) -> None:
    reason = form.get("reason", "")[:MAX_REASON]
    match form.get("step"):
        case "classify":
            service.classify(
                atlas,
                worker,
                dataset,
                form.get("level", ""),
                conditions=tuple(filter(None, conditions)),
                agreement=form.get("agreement", ""),
                reason=reason,
            )
        case "review":
            kind, outcome = _kind(form), _outcome(form)
            service.review(atlas, worker, dataset, kind, _day(form), outcome, reason)
        case "confirm":
            service.confirm(atlas, worker, _number(form))
        case "file":
            service.file_agreement(atlas, worker, dataset, _day(form), form.get("reference", ""))
        case step:
            expected = "classify, review, confirm, file"
            raise AtlasError(
                PARAMETER_INVALID, name="step", value=(step or "")[:80], expected=expected
            )


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    dataset: str,
    problem: AtlasError | None = None,
) -> Response:
    values: dict[str, Any] = {"record": None}
    if dataset:
        try:
            values = _of_dataset(view, atlas, worker, dataset)
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            problem = problem or error
    base = atlas.settings.base_iri
    return render_desk(
        view,
        worker,
        "classification_at_work.html",
        WORK,
        [(view.gettext("Classes and reviews"), None)],
        200 if problem is None else problem.kind.status,
        problem=problem,
        dataset=dataset,
        waiting=service.waiting_reviews(atlas, worker),
        name_of=lambda iri: dataset_name(base, iri),
        **values,
    )


def _of_dataset(view: View, atlas: Service, worker: Principal, dataset: str) -> dict[str, Any]:
    record = service.record_for(atlas, worker, Action.DATASET_READ_HELD, dataset)
    today = atlas.clock.today()
    reviews = service.reviews_of(atlas, record.iri)
    given = service.class_of(atlas, record.iri)
    actors = [one.actor for one in reviews] + [one.confirmed_by or one.actor for one in reviews]
    return {
        "record": record,
        "own": dataset_name(atlas.settings.base_iri, record.iri),
        "may": worker.may_over(Action.DATASET_CLASSIFY, record.source),
        "may_confirm": worker.may_over(Action.SECRECY_REVIEW, record.source),
        "me": worker.actor,
        "given": given,
        "terms": service.terms_of(atlas, record.iri),
        "guide": service.guide_in_force(atlas),
        "conditions": list(service.in_force(service.conditions_versions(atlas), today).values()),
        "agreements": list(service.in_force(service.agreement_versions(atlas), today).values()),
        "reviews": reviews,
        "filings": service.filings_of(atlas, record.iri),
        "checked": check(atlas, record),
        "rule_of": atlas.rules.get,
        "people": names_of(atlas, actors),
        "kinds": [(name, view.gettext(label)) for name, label in REVIEW_KINDS.items()],
        "outcomes": OPEN_TYPES,
        "open_name": open_names(atlas, view).get,
        "today": today.isoformat(),
        "most_reason": MAX_REASON,
    }


def _number(form: Mapping[str, str]) -> int:
    text = form.get("number", "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise _invalid("number", form, "1")
    return int(text)


def _kind(form: Mapping[str, str]) -> ReviewKind:
    for one in REVIEW_KINDS:
        if one == form.get("kind"):
            return one
    raise _invalid("kind", form, ", ".join(REVIEW_KINDS))


def _outcome(form: Mapping[str, str]) -> OpenType:
    for one in OPEN_TYPES:
        if one == form.get("outcome"):
            return one
    raise _invalid("outcome", form, ", ".join(OPEN_TYPES))


def _day(form: Mapping[str, str]) -> date:
    found = read_date(form.get("day", "").strip())
    if found is None or found.precision != "day":
        raise _invalid("day", form, "2026-05-01")
    return found.day


def _invalid(name: str, form: Mapping[str, str], expected: str) -> AtlasError:
    return AtlasError(
        PARAMETER_INVALID, name=name, value=form.get(name, "")[:80], expected=expected
    )
