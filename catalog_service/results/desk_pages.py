"""``/workbench/results``: distinguishing results, by criteria that the city office keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, require_somewhere
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE
from catalog_service.participation.service import field_wrong
from catalog_service.results.awards import MOST_CRITERIA, MOST_REASON
from catalog_service.results.naming import PATH, WORK, result_path
from catalog_service.results.service import (
    AWARDS,
    all_criteria,
    give_award,
    held_by_year,
    put_criteria,
    result_named,
    take_award_away,
)
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError, Phrase
from translations import N_

router = APIRouter(include_in_schema=False)

_SHOWN_AGAIN: Final = frozenset({403, 404, 409, 410, 422})


@router.get(WORK)
def desk_page(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    result: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What is distinguished, and the forms to do so; ``result`` names one in the form."""
    require_somewhere(worker, Action.CASE_SORT)
    return _page(View(request), atlas, worker, {"result": result})


@router.post(WORK)
async def distinguish(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Keep criteria, give a distinction, or take one away."""
    form = first_values(await receive_fields(request))

    def work() -> Response:
        view, worker = View(request), sender(request, form, bearer)
        try:
            _take(atlas, worker, form)
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            require_somewhere(worker, Action.CASE_SORT)
            return _page(view, atlas, worker, form, error)
        return RedirectResponse(view.link(WORK, done="yes"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _take(atlas: Service, worker: Principal, form: Mapping[str, str]) -> None:
    award, step = form.get("award", ""), form.get("step", "")
    # Nobody learns by this form which numbers there are.
    worker.require(Action.CASE_SORT, None)
    if step == "criteria":
        day = read_date(form.get("day", ""))
        if day is None:
            raise field_wrong("day", Phrase(N_("Give a day, as 2026-09-30.")))
        put_criteria(atlas, worker, award, day.day, form.get("zh", ""), form.get("en", ""))
        return
    if step not in ("give", "take"):
        raise AtlasError(
            PARAMETER_INVALID, name="step", value=step[:80], expected="criteria, give, take"
        )
    year = form.get("year", "").strip()
    number = int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else 0
    case = result_named(atlas, form.get("result", "")).case
    write = give_award if step == "give" else take_award_away
    write(atlas, worker, case, award, number, form.get("reason", ""))


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    given: Mapping[str, str],
    problem: AtlasError | None = None,
) -> Response:
    today = atlas.clock.today()
    return render_desk(
        view,
        worker,
        "made_at_work.html",
        WORK,
        [(view.gettext("Excellent results"), None)],
        200 if problem is None else problem.kind.status,
        problem=problem,
        done=problem is None and view.request.query_params.get("done") == "yes",
        given=given,
        may=worker.may(Action.CASE_SORT, None),
        work=WORK,
        gallery=PATH,
        labels={code: view.pgettext("award", label) for code, label in AWARDS.items()},
        held=[pair for found in held_by_year(atlas).values() for pair in found],
        criteria=all_criteria(atlas),
        today=today,
        most_reason=MOST_REASON,
        most_criteria=MOST_CRITERIA,
        result_path=result_path,
    )
