"""What routes and commands answer about unknown values and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from catalog_service.vocabulary_work.model import (
    Decision,
    UnmappedValue,
    Work,
)
from catalog_service.vocabulary_work.preview import Preview
from catalog_service.vocabulary_work.service import Listing
from catalog_service.vocabulary_work.suggestions import Suggestion


class ValueAnswer(BaseModel):
    """A text that no vocabulary knows; ``decision`` and ``state``: the last one that stands."""

    field: str
    text: str
    records: int
    sources: dict[str, int]
    decision: int | None
    state: str | None


class UnmappedAnswer(BaseModel):
    """Values that no vocabulary knows, those of most records first.

    ``counts``: values by field. ``behind``: changes of the journal that are not counted yet.
    """

    total: int
    counts: dict[str, int]
    behind: int
    values: list[ValueAnswer]


class SuggestionAnswer(BaseModel):
    """A concept that a value may mean.

    ``why``: ``means`` (the table of refused values says so), ``normal`` (the same but for marks and
    endings), ``pinyin`` (sounds the same), ``edits`` (few characters differ), ``within``, ``holds``
    (one stands in the other); ``like``: the label that it is like.
    """

    concept: str
    scheme: str
    notation: str
    label: dict[str, str]
    why: str
    like: str
    score: float


class ShownValueAnswer(ValueAnswer):
    """One value, with records that have it and concepts that it may mean."""

    examples: list[str]
    suggestions: list[SuggestionAnswer]


class PreviewAnswer(BaseModel):
    """What mapping a value would do; nothing was written.

    ``records`` have the value; ``tried`` of them were mapped and held against the rules, and all
    figures below are of these.
    """

    concept: str | None
    waits_for: str | None
    records: int
    sources: dict[str, int]
    tried: int
    statuses: dict[str, int]
    opened: int
    closed: int
    passing: dict[str, int]
    failing: dict[str, int]
    examples: list[str]
    not_tried: list[str]


class WorkAnswer(BaseModel):
    """Records of a source mapped anew (``apply``) or back (``undo``), as a run of it."""

    direction: str
    source: str
    state: str
    run: str | None
    changed: int
    held: int
    left: int


class EventAnswer(BaseModel):
    """A step of a decision's history."""

    kind: str
    actor: str
    time: datetime
    reason: str


class ValueDecisionAnswer(BaseModel):
    """What was decided that a text means; ``concept`` null: no concept.

    ``source`` null: for the records of all sources. ``waits_for``: why somebody else must release
    it, ``opening`` (it may open records), ``setting`` (an organization demands it) or ``right``
    (its writer may only propose).
    """

    number: int
    field: str
    text: str
    concept: str | None
    source: str | None
    state: str
    waits_for: str | None
    reason: str
    proposed_by: str
    proposed: datetime
    settled_by: str | None
    settled: datetime | None
    undone_by: str | None
    undone: datetime | None
    work: list[WorkAnswer] = []
    history: list[EventAnswer] = []


class ValueDecisionsAnswer(BaseModel):
    """Decisions about values, the newest first; ``total``: how many there are."""

    total: int
    decisions: list[ValueDecisionAnswer]


def unmapped_answer(listing: Listing) -> UnmappedAnswer:
    """Return a listing as an answer."""
    return UnmappedAnswer(
        total=listing.total,
        counts=dict(listing.counts),
        behind=listing.behind,
        values=[ValueAnswer.model_validate(_value(one)) for one in listing.values],
    )


def value_answer(
    value: UnmappedValue, examples: Sequence[str], suggestions: Sequence[Suggestion]
) -> ShownValueAnswer:
    """Return one value as an answer."""
    shown = {
        **_value(value),
        "examples": list(examples),
        "suggestions": [
            SuggestionAnswer(
                concept=one.concept.iri,
                scheme=one.concept.scheme,
                notation=one.concept.notation,
                label={"zh": one.concept.zh, "en": one.concept.en},
                why=one.why,
                like=one.label,
                score=round(one.score, 1),
            )
            for one in suggestions
        ],
    }
    return ShownValueAnswer.model_validate(shown)


def preview_answer(found: Preview) -> PreviewAnswer:
    """Return a preview as an answer."""
    return PreviewAnswer(
        concept=found.decision.concept,
        waits_for=found.decision.waits_for,
        records=found.records,
        sources=dict(found.sources),
        tried=found.tried,
        statuses=dict(found.statuses),
        opened=found.opened,
        closed=found.closed,
        passing=dict(found.passing),
        failing=dict(found.failing),
        examples=[record.iri for record, _ in found.shown],
        not_tried=[str(error) for error in found.refused],
    )


def decision_answer(
    one: Decision, work: Sequence[Work] = (), *, told: bool = False
) -> ValueDecisionAnswer:
    """Return a decision as an answer; ``told``: with its history."""
    return ValueDecisionAnswer(
        number=one.number,
        field=one.field,
        text=one.text,
        concept=one.concept,
        source=one.source,
        state=one.state,
        waits_for=one.waits_for,
        reason=one.reason,
        proposed_by=one.proposed_by,
        proposed=one.proposed,
        settled_by=one.settled_by,
        settled=one.settled,
        undone_by=one.undone_by,
        undone=one.undone,
        work=[
            WorkAnswer(
                direction=w.direction,
                source=w.source,
                state=w.state,
                run=w.run,
                changed=w.changed,
                held=w.held,
                left=w.left,
            )
            for w in work
        ],
        history=[
            EventAnswer(kind=e.kind, actor=e.actor, time=e.time, reason=e.reason)
            for e in (one.history if told else ())
        ],
    )


def _value(one: UnmappedValue) -> dict[str, object]:
    return {
        "field": one.field,
        "text": one.text,
        "records": one.records,
        "sources": dict(one.sources),
        "decision": None if one.decision is None else one.decision.number,
        "state": None if one.decision is None else one.decision.state,
    }
