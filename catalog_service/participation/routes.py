"""``/api/v1/cases``: what everybody reads of cases, one's own, and those at work, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from catalog_service.accounts.service import Action, require, require_somewhere
from catalog_service.dependencies import Atlas
from catalog_service.documents.pdf import MEDIA_TYPE
from catalog_service.http.access import Bearer
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.token_forms import PRIVATE
from catalog_service.participation import service
from catalog_service.participation.agreement_file import agreement_file
from catalog_service.participation.case_address import CaseName
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import KindName
from catalog_service.participation.outcomes import (
    CasesAnswer,
    OneCaseAnswer,
    case_answer,
    cases_answer,
    whole_answer,
)
from catalog_service.participation.statistics import StatisticsAnswer, statistics_answer
from ontology.errors import AtlasError

router = APIRouter(prefix="/api/v1", tags=["cases"])

Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Kind = Annotated[
    KindName | None, Query(description="demand, objection, application, result or sharing.")
]


@router.get("/cases", summary="Demands or objections that everybody may read")
def get_cases(
    atlas: Atlas,
    kind: Annotated[str, Query(pattern="^(demand|objection)$")] = "demand",
    topic: Annotated[str | None, Query(max_length=300)] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> CasesAnswer:
    """The last one touched first. Of applications and sharing requests nothing is public."""
    name = next(one for one in MACHINES if one == kind)
    total, found = service.public_cases(atlas, name, limit, offset, topic=topic)
    return CasesAnswer(total=total, cases=[case_answer(atlas, one) for one in found])


@router.get("/cases/own", summary="What one brought up oneself")
def get_own_cases(
    atlas: Atlas, bearer: Bearer, kind: Kind = None, limit: Limit = 20, offset: Offset = 0
) -> CasesAnswer:
    """Of whoever is signed in, or whose token it is; the last one touched first."""
    principal = require(bearer, Action.REQUEST_MAKE, None)
    total = service.count_own_cases(atlas, principal, kind)
    found = service.own_cases(atlas, principal, limit, offset, kind=kind)
    return cases_answer(atlas, total, found)


@router.get("/cases/work", summary="Cases that one may handle or assign")
def get_work(
    atlas: Atlas,
    bearer: Bearer,
    kind: Kind = None,
    ended: Annotated[bool, Query(description="Those that have ended, too.")] = False,
    limit: Limit = 20,
    offset: Offset = 0,
) -> CasesAnswer:
    """The oldest first; what was written is read one by one, which the audit tells."""
    principal = require_somewhere(bearer, Action.CASE_HANDLE)
    total, found = service.work_cases(atlas, principal, kind, limit, offset, open_only=not ended)
    return cases_answer(atlas, total, found)


@router.get("/cases/statistics", summary="How many cases there are, and how long they take")
def get_statistics(atlas: Atlas) -> StatisticsAnswer:
    """By kind, organization and month; without anything about who asks."""
    return statistics_answer(atlas)


@router.get("/cases/{case}", summary="A case")
def get_case(atlas: Atlas, bearer: Bearer, name: CaseName) -> OneCaseAnswer:
    """With all that was written for who may read it; for all others as everybody may read it."""
    return whole_answer(atlas, service.visible(atlas, bearer, name), bearer)


@router.get(
    "/cases/{case}/agreement",
    summary="The agreement of an application, as PDF",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
def get_agreement(atlas: Atlas, bearer: Bearer, name: CaseName) -> Response:
    """For both who sign it, before it is signed and afterwards."""
    principal = require(bearer, Action.REQUEST_MAKE, None)
    case, content = agreement_file(atlas, principal, name)
    if content is None:
        raise AtlasError(PAGE_NOT_FOUND)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{case.name}.pdf"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
