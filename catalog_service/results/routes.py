"""``/api/v1/results``: what people made of public data, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from catalog_service.dependencies import Atlas
from catalog_service.results.case_address import CaseName
from catalog_service.results.outcomes import ResultAnswer, ResultsAnswer, result_answers
from catalog_service.results.service import Wanted, result_named, shown_results

router = APIRouter(prefix="/api/v1", tags=["results"])


@router.get("/results", summary="What people made of public data")
def get_results(
    atlas: Atlas,
    q: Annotated[str, Query(max_length=200)] = "",
    topic: Annotated[str | None, Query(max_length=300, description="IRI of a domain.")] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    year: Annotated[int | None, Query(ge=2000, le=2999)] = None,
    dataset: Annotated[str | None, Query(max_length=2_000, description="Its IRI.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ResultsAnswer:
    """The newest first."""
    wanted = Wanted(q, topic, kind, year, dataset)
    total, found = shown_results(atlas, wanted, limit, offset)
    return ResultsAnswer(total=total, results=result_answers(atlas, found))


@router.get("/results/{case}", summary="A result")
def get_result(atlas: Atlas, name: CaseName) -> ResultAnswer:
    """410 once it is shown no longer."""
    return result_answers(atlas, [result_named(atlas, name)])[0]
