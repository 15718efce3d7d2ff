"""``/api/v1/duplicates``: pairs of records that repeat each other, and decisions; for stewards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, StringConstraints

from catalog_service.accounts.service import Action, require, require_over
from catalog_service.dependencies import Atlas
from catalog_service.duplicates import service
from catalog_service.duplicates.model import Verdict
from catalog_service.duplicates.outcomes import (
    DecisionAnswer,
    PairsAnswer,
    decision_answer,
    pairs_answer,
)
from catalog_service.http.access import Bearer
from catalog_service.http.token_forms import Reason
from catalog_service.stored_records import known_record
from search.duplicates.model import Kind

router = APIRouter(prefix="/api/v1/duplicates", tags=["stewards"])

Name = Annotated[str, StringConstraints(min_length=1, max_length=3_000)]


class DecisionBody(BaseModel):
    """What a steward decides; with ``repeats-city`` ``one`` repeats ``other``."""

    model_config = ConfigDict(extra="forbid")

    one: Name
    other: Name
    relation: Verdict
    reason: Reason


class DecisionsAnswer(BaseModel):
    """Every decision, the oldest first."""

    decisions: list[DecisionAnswer]


@router.get("", summary="Records that repeat each other, for stewards")
def list_duplicates(
    *,
    atlas: Atlas,
    bearer: Bearer,
    source: Annotated[
        str | None, Query(max_length=100, description="Only pairs with a record of it.")
    ] = None,
    iri: Annotated[
        str | None, Query(max_length=3_000, description="Only the pairs of one record.")
    ] = None,
    relation: Annotated[Kind | None, Query()] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> PairsAnswer:
    """The most urgent relation first. Without ``source`` or ``iri`` for the administrator only."""
    if iri is not None:
        record = known_record(atlas, iri)
        require_over(bearer, Action.DUPLICATE_DECIDE, record.source)
        return pairs_answer(service.pairs_of(atlas, record.iri, relation=relation))
    if source is None:
        require(bearer, Action.DUPLICATE_DECIDE, None)
    else:
        require_over(bearer, Action.DUPLICATE_DECIDE, source)
    found = service.list_pairs(atlas, source=source, relation=relation, offset=offset, limit=limit)
    return pairs_answer(found)


@router.post("/decisions", summary="Decide what two records are to each other", status_code=201)
def decide(*, atlas: Atlas, bearer: Bearer, body: DecisionBody) -> DecisionAnswer:
    """Holds against what is computed, until another decision; for a steward of one of both.

    A version that waited because it repeats the other record is let through, where it does not."""
    one, other = (known_record(atlas, name) for name in (body.one, body.other))
    principal = service.require_steward_of_either(bearer, one, other)
    made = service.decide(
        atlas,
        one.iri,
        other.iri,
        body.relation,
        reason=body.reason,
        actor=principal.actor,
    )
    service.let_through(atlas, made)
    return decision_answer(made)


@router.get("/decisions", summary="What stewards decided about pairs of records")
def list_decisions(*, atlas: Atlas, bearer: Bearer) -> DecisionsAnswer:
    """Every decision with its reason, for the administrator: labels for measuring and tuning."""
    require(bearer, Action.AUDIT_READ, None)
    return DecisionsAnswer(decisions=[decision_answer(one) for one in service.decisions(atlas)])
