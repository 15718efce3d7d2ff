"""``/api/v1/evaluation``: how good the search is, and what stewards say should be found."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from catalog_service.accounts.service import Action, require
from catalog_service.dependencies import Atlas
from catalog_service.evaluation.answers import (
    EvaluationAnswer,
    JudgementAnswer,
    JudgementsAnswer,
    evaluation_answer,
    judgement_answer,
)
from catalog_service.evaluation.model import MAX_QUERY, Grade
from catalog_service.evaluation.service import (
    judge,
    judged_searches,
    judgements_of,
    newest_runs,
)
from catalog_service.http.access import Bearer
from catalog_service.http.token_forms import Reason

router = APIRouter(prefix="/api/v1/evaluation")


class JudgementBody(BaseModel):
    """What a steward says; ``dataset`` is an IRI or ``source/identifier``."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUERY)
    ]
    dataset: Annotated[str, StringConstraints(min_length=1, max_length=3_000)]
    grade: Grade | None
    reason: Reason


@router.get("", summary="How good the search is: results that the operator kept", tags=["search"])
def evaluation(atlas: Atlas) -> EvaluationAnswer:
    """By collection of judged searches, the newest result first, with intervals (95 %)."""
    standing = judgements_of(atlas).standing()
    return evaluation_answer(
        newest_runs(atlas),
        judgements=len(standing),
        judged_searches=len(judged_searches(standing)),
    )


@router.post(
    "/judgements",
    summary="Say how well a dataset answers a search",
    status_code=201,
    tags=["stewards"],
)
def add_judgement(*, atlas: Atlas, bearer: Bearer, body: JudgementBody) -> JudgementAnswer:
    """For a steward of the dataset's source. Search is measured by it; no ranking changes.

    ``grade``: 3 what is wanted, 2 a good part of it, 1 related, 0 nothing of it; null takes back
    what was said before."""
    made = judge(atlas, bearer, body.query, body.dataset, body.grade, body.reason)
    return judgement_answer(made)


@router.get("/judgements", summary="What stewards say should be found", tags=["stewards"])
def list_judgements(*, atlas: Atlas, bearer: Bearer) -> JudgementsAnswer:
    """Every judgement with its reason, for the administrator."""
    require(bearer, Action.AUDIT_READ, None)
    return JudgementsAnswer(
        judgements=[judgement_answer(one) for one in judgements_of(atlas).all()]
    )
