"""``/api/v1/vocabulary``: values that no vocabulary knows, and decisions about them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.responses import Response

from catalog_service.accounts.service import Action, Principal, require_over, require_somewhere
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.token_forms import Reason
from catalog_service.vocabulary_work import service
from catalog_service.vocabulary_work.link_turtle import turtle
from catalog_service.vocabulary_work.outcomes import (
    PreviewAnswer,
    ShownValueAnswer,
    UnmappedAnswer,
    ValueDecisionAnswer,
    ValueDecisionsAnswer,
    decision_answer,
    preview_answer,
    unmapped_answer,
    value_answer,
)
from catalog_service.vocabulary_work.service import Ask, Wanted

router = APIRouter(prefix="/api/v1/vocabulary", tags=["stewards"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
SourceQuery = Annotated[
    str | None, Query(max_length=100, description="Only records of this source.")
]
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]


class MappingBody(BaseModel):
    """What a text is to mean.

    ``concept``: IRI, ``SCHEME/NOTATION`` or label; null: the text means no concept. ``source``: for
    its records alone; null: for those of all sources.
    """

    model_config = ConfigDict(extra="forbid")

    field: Text
    text: Text
    concept: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None
    source: Text | None = None


class DecisionBody(MappingBody):
    """A decision, with why."""

    reason: Reason


class StepBody(BaseModel):
    """What becomes of a decision: ``release`` or ``refuse`` one that waits, ``undo`` another."""

    model_config = ConfigDict(extra="forbid")

    step: Literal["release", "refuse", "undo"]
    reason: Reason


@router.get("/unmapped", summary="Values that no vocabulary knows, for stewards")
def list_unmapped(
    *,
    atlas: Atlas,
    bearer: Bearer,
    field: Annotated[str | None, Query(max_length=40, description="Only of this field.")] = None,
    source: SourceQuery = None,
    q: Annotated[str, Query(max_length=200, description="A part of the text.")] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> UnmappedAnswer:
    """Of the sources over which one may map values; those of most records first."""
    principal = _mapper(bearer, source)
    wanted = Wanted(field, source, q)
    return unmapped_answer(service.unmapped(atlas, principal, wanted, offset, limit))


@router.get("/unmapped/{name}", summary="One such value, with concepts that it may mean")
def show_unmapped(
    *,
    atlas: Atlas,
    bearer: Bearer,
    name: str,
    text: Annotated[str, Query(min_length=1, max_length=300)],
    source: SourceQuery = None,
) -> ShownValueAnswer:
    """``name`` is that of a field; each suggestion says why it is one."""
    principal = _mapper(bearer, source)
    value = service.value_named(atlas, principal, name, text, source)
    examples = [record.iri for record in service.examples(atlas, principal, value)]
    return value_answer(value, examples, service.suggested(atlas, name, value.text))


@router.post("/previews", summary="What mapping a value would do")
def preview_mapping(*, atlas: Atlas, bearer: Bearer, body: MappingBody) -> PreviewAnswer:
    """Writes nothing: how many records change, and which rules then pass or fail in some of them.

    Up to 200 records are tried; ``tried`` says how many.
    """
    principal = _mapper(bearer, body.source)
    return preview_answer(service.look_ahead(atlas, principal, _ask(body)))


@router.post("/decisions", summary="Say what a value means", status_code=201)
def decide(*, atlas: Atlas, bearer: Bearer, body: DecisionBody) -> ValueDecisionAnswer:
    """In force at once, unless somebody else must release it (``waits_for``).

    The next import uses it, and the worker maps the records that are there anew.
    """
    principal = _mapper(bearer, body.source)
    return decision_answer(service.decide(atlas, principal, _ask(body, body.reason)))


@router.get("/decisions", summary="What was decided about values")
def list_decisions(
    *,
    atlas: Atlas,
    bearer: Bearer,
    waiting: Annotated[bool, Query(description="Only those that wait for release.")] = False,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> ValueDecisionsAnswer:
    """The newest first, for the sources over which one may map."""
    principal = _mapper(bearer, None)
    found = service.decisions_for(atlas, principal, waiting=waiting, offset=offset, limit=limit)
    total = service.count_decisions(atlas, principal, waiting=waiting)
    return ValueDecisionsAnswer(total=total, decisions=[decision_answer(one) for one in found])


@router.get("/decisions/{number}", summary="One decision, its history and its records")
def show_decision(*, atlas: Atlas, bearer: Bearer, number: Number) -> ValueDecisionAnswer:
    """``work`` says for each source how far its records are, and in which run."""
    decision, work = service.decision_named(atlas, _mapper(bearer, None), number)
    return decision_answer(decision, work, told=True)


@router.post("/decisions/{number}", summary="Release, refuse or undo a decision")
def step(*, atlas: Atlas, bearer: Bearer, number: Number, body: StepBody) -> ValueDecisionAnswer:
    """Undoing ends the decision for the next import, and maps its records back."""
    principal = _mapper(bearer, None)
    steps = {"release": service.release, "refuse": service.refuse, "undo": service.undo}
    return decision_answer(steps[body.step](atlas, principal, number, body.reason))


@router.get(
    "/organizations.ttl", summary="Links between organizations that were released here, as Turtle"
)
def organization_links(atlas: Atlas) -> Response:
    """``skos:broader``, and successors with their ``org:ChangeEvent``; beside the vocabulary."""
    released = atlas.accounts.links.all("released")
    return Response(turtle(released), media_type="text/turtle; charset=utf-8")


def _mapper(bearer: Principal | None, source: str | None) -> Principal:
    if source is not None:
        return require_over(bearer, Action.VALUE_MAP, source)
    return require_somewhere(bearer, Action.VALUE_MAP)


def _ask(body: MappingBody, reason: str = "") -> Ask:
    return Ask(body.field, body.text, body.concept, body.source, reason)
