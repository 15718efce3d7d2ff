"""What the release of a name decides: unknown values that are the name mean the concept.

So records are mapped by the worker, in runs of their own, as after every decision. Whatever was
interrupted is done at the worker's next look: releases and their ends tell what must be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from catalog_service.context import Service
from catalog_service.proposals import STANDING, Step
from catalog_service.vocabulary_work.concepts import ConceptProposal, ConceptProposals
from catalog_service.vocabulary_work.decisions import ValueDecisions
from catalog_service.vocabulary_work.errors import DECISION_NOT_IN_STATE, VALUE_DECIDED
from catalog_service.vocabulary_work.model import FIELDS, Decision
from catalog_service.vocabulary_work.tally import Tally
from ontology.errors import AtlasError
from ontology.spelling import spelling_key


def decide(atlas: Service, made: ConceptProposal) -> None:
    """Decide what unknown values mean that are names of a released concept.

    Nothing where somebody decided about the value, or ended such a decision.
    """
    released = _last(made, "released")
    if released is None:
        return
    tally = Tally(atlas.journal)
    tally.catch_up()
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    for draft in _drafts(made):
        value = tally.value(None, draft.field, draft.key)
        known = decisions.about(draft.field, draft.key)
        if value is None or _is_decided(atlas, known, made.change.concept, released):
            continue
        try:
            decisions.propose(replace(draft, text=value.text), released=True, work=[*value.sources])
        except AtlasError as error:
            # Somebody decided about it in between.
            if error.kind is not VALUE_DECIDED:
                raise


def _is_decided(atlas: Service, known: Sequence[Decision], concept: str, released: Step) -> bool:
    """Tell whether a decision about a value stands, or means a concept and was ended since.

    What ended with the release of another change says nothing about this one's.
    """
    return any(
        one.state in STANDING
        or (
            one.concept == concept
            and one.history[-1].time >= released.time
            and not _ended_with_its_release(atlas, one)
        )
        for one in known
    )


def _ended_with_its_release(atlas: Service, decision: Decision) -> bool:
    if decision.proposal is None:
        return False
    undone = _last(ConceptProposals(atlas.journal, atlas.clock).get(decision.proposal), "undone")
    return undone is not None and decision.history[-1].time >= undone.time


def made_by(atlas: Service, made: ConceptProposal) -> list[Decision]:
    """Return the decisions in force that the release of a change brought."""
    return ValueDecisions(atlas.journal, atlas.clock).made_by(made.number)


def withdraw(atlas: Service, made: ConceptProposal) -> None:
    """End what the release of a change decided, once the change was undone."""
    undone = _last(made, "undone")
    if undone is None:
        return
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    for one in made_by(atlas, made):
        sources = [work.source for work in decisions.work(one.number) if work.direction == "apply"]
        try:
            decisions.move(
                one.number,
                "undone",
                actor=undone.actor,
                reason=undone.reason,
                work=("undo", sources),
            )
        except AtlasError as error:
            # The worker, or somebody, ended it in between.
            if error.kind is not DECISION_NOT_IN_STATE:
                raise


def finish(atlas: Service) -> None:
    """Do what releases and their ends left undone: a process was ended in between."""
    proposals = ConceptProposals(atlas.journal, atlas.clock)
    for one in proposals.some("undone"):
        withdraw(atlas, one)
    for one in reversed(proposals.some("released")):
        decide(atlas, one)


def _drafts(made: ConceptProposal) -> Iterator[Decision]:
    change, released = made.change, _last(made, "released")
    if released is None or change.kind == "deprecate":
        return
    names = dict.fromkeys(map(spelling_key, (change.zh, change.en, *change.others)))
    if change.scheme == "organization":
        # 市某局 is 上海市某局, as the vocabulary finds it too.
        names |= dict.fromkeys(n.removeprefix("上海") for n in names if n.startswith("上海市"))
    for field in FIELDS.values():
        if field.property_of(change.scheme) is None:
            continue
        for key in names:
            yield Decision(
                0,
                field.name,
                key,
                key,
                None,
                change.concept,
                released.reason,
                "released",
                None,
                released.actor,
                datetime.fromtimestamp(0).astimezone(),
                proposal=made.number,
            )


def _last(made: ConceptProposal, kind: str) -> Step | None:
    return next((one for one in reversed(made.history) if one.kind == kind), None)
