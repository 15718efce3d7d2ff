"""Values that no vocabulary knows: listing, deciding, releasing, undoing, by who may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from catalog_service.accounts.service import (
    Action,
    Principal,
    four_eyes,
    owner_of,
    require_over,
    sources_of,
    still,
)
from catalog_service.context import Service
from catalog_service.proposals import State, Within
from catalog_service.vocabulary_work.concepts import SchemeVersion
from catalog_service.vocabulary_work.decisions import ValueDecisions
from catalog_service.vocabulary_work.errors import (
    CONCEPT_NOT_OF_FIELD,
    OWN_PROPOSAL,
    UNKNOWN_FIELD,
    VALUE_NOT_UNMAPPED,
)
from catalog_service.vocabulary_work.model import (
    FIELDS,
    Decision,
    Field,
    ToDo,
    UnmappedValue,
    Work,
)
from catalog_service.vocabulary_work.preview import Preview, preview
from catalog_service.vocabulary_work.suggestions import Suggestion, suggestions
from catalog_service.vocabulary_work.tally import Sources, Tally, latest
from catalog_service.vocabulary_work.telling import outcome
from catalog_service.vocabulary_work.work import map_waiting
from ontology.concepts import Concept
from ontology.errors import AtlasError
from ontology.record import Record
from ontology.spelling import spelling_key
from ontology.terms import VOCAB

__all__ = ["SchemeVersion", "map_waiting"]

EXAMPLES: Final = 8
"""Records shown of one value."""
MOST_DECISIONS: Final = 1_000
"""Decisions that are told at once."""
_ON_THE_WAY: Final = 2_000
"""Changes that a page reads itself; the worker reads the rest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which values are listed."""

    field: str | None = None
    source: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the unknown values that somebody may decide about."""

    total: int
    values: tuple[UnmappedValue, ...]
    counts: Mapping[str, int]
    """Values by field, whatever field is wanted."""
    behind: int
    """Changes of the journal that are not counted yet."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants to decide."""

    field: str
    text: str
    concept: str | None
    """IRI or SCHEME/NOTATION; None: the text means no concept."""
    source: str | None
    """For the records of this source; None: of all."""
    reason: str = ""


def field_named(name: str) -> Field:
    """Return a field; raises ``unknown-value-field``."""
    if name not in FIELDS:
        raise AtlasError(UNKNOWN_FIELD, field=name[:80], known=", ".join(FIELDS))
    return FIELDS[name]


def unmapped(
    atlas: Service, principal: Principal, wanted: Wanted, offset: int = 0, limit: int = 50
) -> Listing:
    """Return the values of the sources over which somebody may map, those of most records first."""
    sources = _sources(atlas, principal, wanted.source)
    if wanted.field is not None:
        field_named(wanted.field)
    tally = Tally(atlas.journal)
    behind = tally.catch_up(_ON_THE_WAY)
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    total, values = tally.values(
        sources, field=wanted.field, text=wanted.text, offset=offset, limit=limit
    )
    standing = decisions.standing(values)
    shown = tuple(replace(one, decision=standing.get((one.field, one.key))) for one in values)
    return Listing(total, shown, tally.counts(sources), behind)


def value_named(
    atlas: Service, principal: Principal, field: str, text: str, source: str | None = None
) -> UnmappedValue:
    """Return one value as the sources give it over which somebody may map.

    Raises ``unknown-value-field``, ``value-not-unmapped``.
    """
    field_named(field)
    tally = Tally(atlas.journal)
    tally.catch_up(_ON_THE_WAY)
    found = tally.value(_sources(atlas, principal, source), field, spelling_key(text))
    if found is None:
        raise AtlasError(VALUE_NOT_UNMAPPED, text=text[:100], field=field)
    standing = ValueDecisions(atlas.journal, atlas.clock).standing([found])
    return replace(found, decision=standing.get((found.field, found.key)))


def examples(atlas: Service, principal: Principal, value: UnmappedValue) -> list[Record]:
    """Return some of the records that have a value."""
    sources = _sources(atlas, principal, None)
    iris = Tally(atlas.journal).records(sources, value.field, value.key, EXAMPLES)
    return list(latest(atlas.journal, iris))


def suggested(atlas: Service, field: str, text: str) -> list[Suggestion]:
    """Return the concepts that a text may mean, each with the reason."""
    return suggestions(atlas.vocabulary, field_named(field), text)


def concepts_of(atlas: Service, field: Field) -> list[Concept]:
    """Return the concepts that a value of a field may mean, scheme by scheme."""
    return [one for scheme, _ in field.schemes for one in atlas.vocabulary.offered(scheme)]


def sources_for(atlas: Service, principal: Principal) -> list[tuple[str, str]]:
    """Return the sources over which somebody may map, with their titles."""
    sources = sources_of(atlas.journal, principal, Action.VALUE_MAP)
    return [
        (one.id, one.title)
        for one in atlas.journal.sources()
        if one.removed is None and (sources is None or one.id in sources)
    ]


def concept_named(atlas: Service, field: Field, text: str) -> Concept:
    """Return a concept of a field by its IRI, as SCHEME/NOTATION, or by its label.

    Raises ``concept-not-of-field``.
    """
    wanted = text.strip()
    found = atlas.vocabulary.concept(wanted) or atlas.vocabulary.concept(f"{VOCAB}{wanted}")
    if found is None:
        named = (
            concept
            for scheme, _ in field.schemes
            for concept in atlas.vocabulary.offered(scheme)
            if wanted in (concept.zh, concept.en)
        )
        found = next(named, None)
    # What is to be used no more stays where it is, and is given to nothing new.
    ended = found is not None and atlas.vocabulary.is_deprecated(found.iri)
    if found is None or ended or field.property_of(found.scheme) is None:
        schemes = ", ".join(scheme for scheme, _ in field.schemes)
        raise AtlasError(
            CONCEPT_NOT_OF_FIELD, concept=wanted[:200], field=field.name, schemes=schemes
        )
    return found


def look_ahead(atlas: Service, principal: Principal, ask: Ask) -> Preview:
    """Return what a decision would do; nothing is written."""
    decision, concept = _drafted(atlas, principal, ask)
    return preview(atlas, decision, concept, _scope(atlas, principal, ask.source))


def decide(atlas: Service, principal: Principal, ask: Ask) -> Decision:
    """Make a decision; it is in force at once, unless somebody else must release it.

    Raises as `value_named` and `concept_named` do, and ``value-decided``.
    """
    decision, _ = _drafted(atlas, principal, ask)
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    released = decision.waits_for is None
    work = _work(atlas, decision) if released and decision.concept is not None else ()
    check = still(principal, partial(_demand, decision)) if released else None
    return decisions.propose(decision, released=released, work=work, check=check)


def release(atlas: Service, principal: Principal, number: int, reason: str) -> Decision:
    """Release a decision that waits; raises ``own-proposal``, ``decision-not-in-state``."""
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    decision = decisions.get(number)
    check = still(principal, partial(_demand, decision))
    if decision.waits_for is not None and principal.actor == decision.proposed_by:
        raise AtlasError(OWN_PROPOSAL)
    work: ToDo = ("apply", _work(atlas, decision)) if decision.concept is not None else None
    told = _told(atlas, principal, decision, "released", reason)
    return decisions.move(
        number, "released", actor=principal.actor, reason=reason, work=work, check=check, then=told
    )


def refuse(atlas: Service, principal: Principal, number: int, reason: str) -> Decision:
    """Refuse a decision that waits, or take one's own back."""
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    decision = decisions.get(number)
    own = principal.actor == decision.proposed_by
    if not own:
        _require(principal, Action.VALUE_MAP, decision.source)
    state: State = "withdrawn" if own else "refused"
    told = _told(atlas, principal, decision, state, reason)
    return decisions.move(number, state, actor=principal.actor, reason=reason, then=told)


def undo(atlas: Service, principal: Principal, number: int, reason: str) -> Decision:
    """End a decision that is in force; its records are mapped back."""
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    decision = decisions.get(number)
    check = still(principal, lambda who: _require(who, Action.VALUE_MAP, decision.source))
    sources = [one.source for one in decisions.work(number) if one.direction == "apply"]
    work: ToDo = ("undo", sources) if decision.concept is not None else None
    told = _told(atlas, principal, decision, "undone", reason)
    return decisions.move(
        number, "undone", actor=principal.actor, reason=reason, work=work, check=check, then=told
    )


def decisions_for(
    atlas: Service,
    principal: Principal,
    *,
    waiting: bool = False,
    offset: int = 0,
    limit: int = MOST_DECISIONS,
) -> list[Decision]:
    """Return the decisions about sources over which somebody may map, the newest first."""
    sources = sources_of(atlas.journal, principal, Action.VALUE_MAP)
    return ValueDecisions(atlas.journal, atlas.clock).some(
        *_waiting(waiting), sources=sources, offset=offset, limit=limit
    )


def count_decisions(atlas: Service, principal: Principal, *, waiting: bool = False) -> int:
    """Return how many decisions `decisions_for` has in all."""
    sources = sources_of(atlas.journal, principal, Action.VALUE_MAP)
    return ValueDecisions(atlas.journal, atlas.clock).count(*_waiting(waiting), sources=sources)


def decision_named(
    atlas: Service, principal: Principal, number: int
) -> tuple[Decision, list[Work]]:
    """Return a decision with what became of the records."""
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    decision = decisions.get(number)
    if decision.source is not None:
        require_over(principal, Action.VALUE_MAP, decision.source)
    return decision, decisions.work(number)


def may_release(principal: Principal, decision: Decision) -> bool:
    """Tell whether somebody may release a decision that waits."""
    actions = [Action.VALUE_MAP]
    if decision.waits_for == "opening":
        actions.append(Action.SECRECY_REVIEW)
    if decision.waits_for is not None and principal.actor == decision.proposed_by:
        return False
    return all(_may(principal, action, decision.source) for action in actions)


def may_end(principal: Principal, decision: Decision) -> bool:
    """Tell whether somebody may refuse or undo a decision."""
    return _may(principal, Action.VALUE_MAP, decision.source)


def may_map(principal: Principal, source: str | None) -> bool:
    """Tell whether somebody may decide for the records of a source, or of all."""
    return _may(principal, Action.VALUE_MAP, source)


def _drafted(atlas: Service, principal: Principal, ask: Ask) -> tuple[Decision, Concept | None]:
    """Return a decision that is not made yet, and its concept, after all that could refuse it."""
    field = field_named(ask.field)
    value = value_named(atlas, principal, ask.field, ask.text, ask.source)
    concept = None if ask.concept is None else concept_named(atlas, field, ask.concept)
    allowed = _may(principal, Action.VALUE_MAP, ask.source)
    if not allowed and ask.source is not None:
        _require(principal, Action.VALUE_MAP, ask.source)
    why = "right" if not allowed else _four_eyes(atlas, value, concept)
    return (
        Decision(
            0,
            field.name,
            value.key,
            value.text,
            ask.source,
            None if concept is None else concept.iri,
            ask.reason,
            "proposed",
            why,
            principal.actor,
            datetime.fromtimestamp(0).astimezone(),
        ),
        concept,
    )


def _four_eyes(atlas: Service, value: UnmappedValue, concept: Concept | None) -> str | None:
    """Return why another must release: it may open records, or an organization demands it."""
    if concept is None:
        return None
    opens = concept.scheme == "open-type" and concept.notation != "none"
    for organization in sorted({owner_of(atlas.journal, one) or "" for one in value.sources}):
        why = four_eyes(atlas.journal, organization, opens=opens, reviews_secrecy=False)
        if why is not None:
            return why
    return None


def _told(
    atlas: Service, principal: Principal, decision: Decision, to: State, reason: str
) -> Within:
    path, by = f"/workbench/vocabulary/decisions/{decision.number}", decision.proposed_by
    return outcome(atlas, principal, by, to, title=decision.text, reason=reason, path=path)


def _waiting(waiting: bool) -> tuple[State, ...]:
    return ("proposed",) if waiting else ()


def _work(atlas: Service, decision: Decision) -> list[str]:
    """Return the sources whose records are to be mapped anew."""
    tally = Tally(atlas.journal)
    tally.catch_up()
    only = None if decision.source is None else [decision.source]
    value = tally.value(only, decision.field, decision.key)
    return [] if value is None else sorted(value.sources)


def _scope(atlas: Service, principal: Principal, source: str | None) -> Sources:
    if source is not None:
        return [source]
    # Whoever proposes for the whole city sees what it does to the records that they may see.
    return None if _may(principal, Action.VALUE_MAP, None) else _sources(atlas, principal, None)


def _sources(atlas: Service, principal: Principal, source: str | None) -> Sources:
    if source is not None:
        principal.require_over(Action.VALUE_MAP, source)
        return [source]
    return sources_of(atlas.journal, principal, Action.VALUE_MAP)


def _may(principal: Principal, action: Action, source: str | None) -> bool:
    return principal.may(action, None) if source is None else principal.may_over(action, source)


def _demand(decision: Decision, principal: Principal) -> None:
    """Demand what a decision needs to come into force."""
    _require(principal, Action.VALUE_MAP, decision.source)
    if decision.waits_for == "opening":
        _require(principal, Action.SECRECY_REVIEW, decision.source)


def _require(principal: Principal, action: Action, source: str | None) -> None:
    if source is None:
        principal.require(action, None)
    else:
        principal.require_over(action, source)
