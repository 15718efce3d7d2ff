"""``/api/v1/cases``: demands and objections, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer, guarded
from catalog_service.participation import service
from catalog_service.participation.bringing_up import Brought
from catalog_service.participation.case_address import CaseName
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case
from catalog_service.participation.outcomes import (
    CasesAnswer,
    OneCaseAnswer,
    case_answer,
    whole_answer,
)
from catalog_service.participation.sealed_texts import LONGEST
from catalog_service.participation.statistics import StatisticsAnswer, statistics_answer

router = APIRouter(prefix="/api/v1", tags=["cases"])
writing = APIRouter(prefix="/api/v1", tags=["cases"], route_class=guarded(Action.REQUEST_MAKE))


class BroughtBody(BaseModel):
    """What is brought up."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(pattern="^(demand|objection|sharing)$")]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    dataset: Annotated[str, Field(max_length=2_000)] = ""
    part: Annotated[str, Field(max_length=200)] = ""
    fault: Annotated[str, Field(max_length=40)] = ""


class StepBody(BaseModel):
    """A step that is taken with a case."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[str, Field(max_length=40)]
    text: Annotated[str, Field(max_length=LONGEST)] = ""
    fields: Annotated[dict[str, str], Field(max_length=20)] = {}


@router.get("/cases", summary="Demands or objections that everybody may read")
def get_cases(
    atlas: Atlas,
    kind: Annotated[str, Query(pattern="^(demand|objection)$")] = "demand",
    topic: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> CasesAnswer:
    """The last one touched first."""
    name = next(one for one in MACHINES if one == kind)
    total, found = service.public_cases(atlas, name, limit, offset, topic=topic)
    return CasesAnswer(
        total=total, cases=[case_answer(atlas, one, ended=_ended(one.case)) for one in found]
    )


@router.get("/cases/statistics", summary="How many cases there are, and how long they take")
def get_statistics(atlas: Atlas) -> StatisticsAnswer:
    """By kind, organization and month; without anything about who asks."""
    return statistics_answer(atlas)


@router.get("/cases/{case}", summary="A demand or an objection")
def get_case(atlas: Atlas, bearer: Bearer, name: CaseName) -> OneCaseAnswer:
    """With what was written for who may read it; for all others as everybody may read it."""
    found = service.visible(atlas, bearer, name)
    return whole_answer(atlas, found, ended=_ended(found.case))


@writing.post("/cases", status_code=201, summary="Bring a demand or an objection up")
def post_case(atlas: Atlas, bearer: Bearer, body: BroughtBody) -> OneCaseAnswer:
    """By a person who is signed in; an objection names a public dataset.

    A sharing request comes from who works in a department.
    """
    principal = require_somewhere(bearer, Action.REQUEST_MAKE)
    kind = next(one for one in MACHINES if one == body.kind)
    subject = organization = None
    if body.dataset.strip() or kind == "objection":
        subject, organization = service.find_subject(atlas, body.dataset)
    part, text = None, body.text
    if kind == "objection" and subject is not None:
        part, text = service.part_of(atlas, subject, body.part, body.text)
    brought = Brought(
        kind,
        text,
        {"fault": body.fault},
        subject,
        part,
        None,
        organization if kind == "objection" else None,
    )
    made = service.bring_up(atlas, principal, brought)
    seen = service.read_case(atlas, principal, made.name)
    return whole_answer(atlas, seen, ended=False)


@writing.post("/cases/{case}/steps", summary="Take a step with a case")
def post_step(atlas: Atlas, bearer: Bearer, name: CaseName, body: StepBody) -> OneCaseAnswer:
    """By whoever brought it up, or handles or sorts it; see docs/participation.md."""
    principal = require_somewhere(bearer, Action.REQUEST_MAKE)
    case = service.case_named(atlas, principal, name)
    done = service.take_step(atlas, principal, case.number, body.step, body.text, body.fields)
    if not service.sees(principal, done):
        return whole_answer(atlas, service.bare(atlas, done), ended=_ended(done))
    return whole_answer(atlas, service.read_case(atlas, principal, done.name), ended=_ended(done))


def _ended(case: Case) -> bool:
    return case.state in MACHINES[case.kind].final
