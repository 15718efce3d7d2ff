"""``/api/v1/cases``: bringing cases up, taking their steps, and asking for codes to sign with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.answers import Shown
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer, guarded
from catalog_service.participation import service
from catalog_service.participation.application_steps import ask_code
from catalog_service.participation.case_address import CaseName
from catalog_service.participation.case_bodies import BroughtBody, StepBody
from catalog_service.participation.model import Case
from catalog_service.participation.outcomes import OneCaseAnswer, whole_answer
from catalog_service.participation.reading_forms import read_brought
from catalog_service.participation.repeated_posts import Repeatable, bring_up_once

router = APIRouter(prefix="/api/v1", tags=["cases"], route_class=guarded(Action.REQUEST_MAKE))

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r'^("[\x20\x21\x23-\x5b\x5d-\x7e]{1,255}"|[\x21\x23-\x5b\x5d-\x7e]{1,255})$',
        description="One's own name of this request, under which it can be sent again for a day.",
    ),
]


class CodeAnswer(Shown):
    """A code that was mailed."""

    expires: datetime
    """Until when it counts."""


@router.post("/cases", status_code=201, summary="Bring a case up")
def post_case(atlas: Atlas, bearer: Bearer, body: BroughtBody, key: Key = None) -> OneCaseAnswer:
    """By a person who is signed in, or a token of theirs; an objection names a public dataset.

    A sharing request comes from who works in a department; results go to ``/api/v1/results``.
    """
    principal = require_somewhere(bearer, Action.REQUEST_MAKE)

    def answer(made: Case) -> Any:
        seen = service.read_case(atlas, principal, made.name)
        return whole_answer(atlas, seen, principal).model_dump(mode="json")

    if key is None:
        brought = read_brought(atlas, body.kind, body.given())
        told = answer(service.bring_up(atlas, principal, brought))
    else:
        request = Repeatable(key.strip('"'), body.model_dump_json().encode())
        told = bring_up_once(
            atlas,
            principal,
            lambda: read_brought(atlas, body.kind, body.given()),
            request,
            answer,
        )
    return OneCaseAnswer.model_validate(told)


@router.post("/cases/{case}/steps", summary="Take a step with a case")
def post_step(atlas: Atlas, bearer: Bearer, name: CaseName, body: StepBody) -> OneCaseAnswer:
    """By whoever brought it up, or handles or sorts it; see docs/participation.md."""
    principal = require_somewhere(bearer, Action.REQUEST_MAKE)
    case = service.case_named(atlas, principal, name)
    done = service.take_step(atlas, principal, case.number, body.step, body.text, body.fields)
    if not service.sees(principal, done):
        return whole_answer(atlas, service.bare(atlas, done))
    return whole_answer(atlas, service.read_case(atlas, principal, done.name), principal)


@router.post("/cases/{case}/code", status_code=202, summary="Have a code mailed to sign with")
def post_code(atlas: Atlas, bearer: Bearer, name: CaseName) -> CodeAnswer:
    """To whoever may sign the agreement now, at their own address; ``sign`` takes it."""
    principal = require_somewhere(bearer, Action.REQUEST_MAKE)
    case = service.case_named(atlas, principal, name)
    return CodeAnswer(expires=ask_code(atlas, principal, case))
