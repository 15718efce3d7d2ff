"""Pairs and decisions as JSON, for commands and routes alike."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from catalog_service.duplicates.model import Decision, JudgedPair, PairList, Side, Verdict
from catalog_service.duplicates.service import RULE
from catalog_service.duplicates.wording import reason_text, relation_text
from search.duplicates.model import Kind


class Words(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class SideAnswer(BaseModel):
    """One record of a pair."""

    iri: str
    source: str
    remote_id: str
    title: str
    publishers: list[str]
    places: list[str]
    period: str
    fields: list[str]
    formats: list[str]
    frequency: str | None
    issued: str | None
    modified: str | None


class ReasonAnswer(BaseModel):
    """One thing that was compared, with what the records say."""

    kind: str
    values: list[str]
    text: Words


class DecisionAnswer(BaseModel):
    """What a steward decided, and why."""

    one: str
    other: str
    relation: Verdict
    reason: str
    actor: str
    time: datetime


class PairAnswer(BaseModel):
    """Two records that repeat each other; ``rule`` is the one that the first of them offends."""

    one: SideAnswer
    other: SideAnswer
    relation: Kind
    text: Words
    rule: str | None
    computed: Kind | None
    score: float
    reasons: list[ReasonAnswer]
    decision: DecisionAnswer | None


class PairsAnswer(BaseModel):
    """Pairs, the most urgent first; ``counts`` are of all pairs, by relation, and by source."""

    counts: dict[Kind, int]
    by_source: dict[str, dict[Kind, int]]
    pairs: list[PairAnswer]


def pairs_answer(found: PairList) -> PairsAnswer:
    """Return a list of pairs as JSON."""
    return PairsAnswer(
        counts=dict(found.counts),
        by_source={name: dict(counts) for name, counts in found.by_source.items()},
        pairs=[_pair(pair) for pair in found.pairs],
    )


def decision_answer(made: Decision) -> DecisionAnswer:
    """Return a decision as JSON."""
    return DecisionAnswer(
        one=made.one,
        other=made.other,
        relation=made.relation,
        reason=made.reason,
        actor=made.actor,
        time=made.time,
    )


def _pair(pair: JudgedPair) -> PairAnswer:
    return PairAnswer(
        one=_side(pair.one),
        other=_side(pair.other),
        relation=pair.relation,
        text=Words(zh=relation_text(pair.relation, "zh"), en=relation_text(pair.relation, "en")),
        rule=RULE if pair.relation == "repeats-city" else None,
        computed=pair.computed,
        score=pair.score,
        reasons=[
            ReasonAnswer(
                kind=reason.kind,
                values=list(reason.values),
                text=Words(zh=reason_text(reason, "zh"), en=reason_text(reason, "en")),
            )
            for reason in pair.reasons
        ],
        decision=decision_answer(pair.decision) if pair.decision is not None else None,
    )


def _side(side: Side) -> SideAnswer:
    return SideAnswer(
        iri=side.iri,
        source=side.source,
        remote_id=side.remote_id,
        title=side.title,
        publishers=list(side.publishers),
        places=list(side.places),
        period=side.period,
        fields=list(side.fields),
        formats=list(side.formats),
        frequency=side.frequency,
        issued=side.issued,
        modified=side.modified,
    )
