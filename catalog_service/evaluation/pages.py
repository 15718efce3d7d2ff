"""``/about/search-quality`` for everybody, ``/datasets/judge`` for stewards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.evaluation.answers import evaluation_answer
from catalog_service.evaluation.model import GRADES, MAX_QUERY, Grade, Judgement
from catalog_service.evaluation.service import (
    judge,
    judged_searches,
    judgements_of,
    newest_runs,
)
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import (
    MAX_REASON,
    PRIVATE,
    reason_of,
    receive_form,
    sender_of,
)
from catalog_service.site.labels import LABELS
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from search.model import Hit, Query

router = APIRouter(include_in_schema=False)

QUALITY: Final = "/about/search-quality"
JUDGE: Final = "/datasets/judge"
SHOWN: Final = 20
"""Results that can be judged at once: those of the first page."""

EARLIER: Final = 10
"""Results of a collection that are listed."""

_MOST_FIELDS: Final = 2 * SHOWN + 10
_KINDS: Final = "kind of search"
_TAKE_BACK: Final = "none"
_OTHER: Final = "other"
_REFUSED: Final = (400, 401, 403, 404, 422)


@router.get(QUALITY)
def search_quality(request: Request, atlas: Atlas) -> Response:
    """What was measured of the search, by collection of judged searches."""
    view = View(request)
    standing = judgements_of(atlas).standing()
    answer = evaluation_answer(
        newest_runs(atlas),
        judgements=len(standing),
        judged_searches=len(judged_searches(standing)),
    )
    return view.render(
        "search_quality.html",
        section="/about",
        trail=[
            (view.gettext("About"), view.link("/about")),
            (view.gettext("How good the search is"), None),
        ],
        found=answer,
        kind_name=lambda kind: view.label(_KINDS, kind) if kind in LABELS[_KINDS] else kind or "–",
        most_earlier=EARLIER,
    )


@dataclass(frozen=True)
class _Shown:
    """What the page of a search to be judged shows beside its results."""

    typed: Mapping[str, str]
    standing: tuple[Judgement, ...] | None = None
    made: tuple[Judgement, ...] | None = None
    refused: AtlasError | None = None


@router.get(JUDGE)
def judge_form(request: Request, atlas: Atlas) -> Response:
    """The results of a search, each with the grades that a steward may give it."""
    text = request.query_params.get("q", "").strip()[:MAX_QUERY]
    return _render(View(request), atlas, text, _Shown({}))


@router.post(JUDGE)
async def judge_results(request: Request, atlas: Atlas) -> Response:
    """Record the grades that a form brings, for the steward whose token it sends."""
    form = await receive_form(request, _MOST_FIELDS)

    def work() -> Response:
        view, text = View(request), form.get("q", "").strip()[:MAX_QUERY]
        try:
            made = _judged(request, atlas, text, form)
        except AtlasError as error:
            # The page is an answer to a form: what was typed must not be lost with it.
            if error.kind.status not in _REFUSED:
                raise
            return _render(view, atlas, text, _Shown(form, refused=error))
        standing = tuple(judgements_of(atlas).of(text))
        return _render(view, atlas, text, _Shown({}, standing=standing, made=made))

    return await run_in_pool(thread_pools(request).writes, work)


def _judged(
    request: Request, atlas: Service, text: str, form: Mapping[str, str]
) -> tuple[Judgement, ...]:
    principal = sender_of(request, form)
    wanted = [
        (form.get(f"dataset-{n}", "").strip(), given)
        for n in (*range(1, SHOWN + 1), _OTHER)
        if (given := form.get(f"grade-{n}", ""))
    ]
    wanted = [(dataset, given) for dataset, given in wanted if dataset]
    if not wanted:
        return ()
    reason = reason_of(form)
    # All grades are read before one is written: a form is taken whole, or not at all.
    grades = [(dataset, _grade(given)) for dataset, given in wanted]
    return tuple(judge(atlas, principal, text, name, grade, reason) for name, grade in grades)


def _grade(given: str) -> Grade | None:
    if given == _TAKE_BACK:
        return None
    found = next((grade for grade in GRADES if str(grade) == given), None)
    if found is None:
        expected = "3, 2, 1, 0, none"
        raise AtlasError(PARAMETER_INVALID, name="grade", value=given[:80], expected=expected)
    return found


def _render(view: View, atlas: Service, text: str, shown: _Shown) -> Response:
    hits: list[Hit] = []
    if text:
        result = atlas.search.search(Query(text, limit=SHOWN, facets=False))
        hits = [hit.worded(view.lang) for hit in (*result.hits, *result.similar)][:SHOWN]
    written = shown.typed or shown.standing is not None
    return view.render(
        "judge_results.html",
        headers=PRIVATE if written else {},
        section="/datasets",
        trail=[
            (view.gettext("Datasets"), view.link("/datasets", q=text or None)),
            (view.gettext("Judge the results"), None),
        ],
        text=text,
        hits=hits,
        typed=shown.typed,
        standing=shown.standing,
        made=shown.made,
        refused=shown.refused,
        grades=GRADES,
        titles={hit.iri: hit.title for hit in hits},
        most_query=MAX_QUERY,
        most_reason=MAX_REASON,
    )
