"""New concepts, other names, and codes to be used no more: proposed by one, released by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from catalog_service.accounts.errors import ORGANIZATION_CIRCLE
from catalog_service.accounts.service import (
    Action,
    Gain,
    Principal,
    Step,
    gains_by,
    require_somewhere,
    still,
)
from catalog_service.context import Service
from catalog_service.proposals import STANDING, State, Within
from catalog_service.vocabulary_work import release_decisions, similar_names
from catalog_service.vocabulary_work.concept_uses import RecordsUsing, uses_elsewhere
from catalog_service.vocabulary_work.concepts import ConceptProposal, ConceptProposals
from catalog_service.vocabulary_work.errors import (
    CONCEPT_IN_USE,
    CONCEPT_IS_THERE,
    CONCEPT_USED_NO_MORE,
    OWN_CONCEPT,
)
from catalog_service.vocabulary_work.telling import outcome
from ontology.concepts import Concept, Known, Scheme
from ontology.errors import AtlasError
from ontology.released_concepts import ConceptChange
from ontology.spelling import spelling_key
from ontology.terms import VOCAB

if TYPE_CHECKING:
    from catalog_service.room import ConceptUses

OWN_SCHEMES: Final[tuple[Scheme, ...]] = ("organization", "domain")
"""The schemes that are the catalogue's own and grow; the others are tables of regulations."""
SIMILAR: Final = 5
"""Concepts with similar names that are shown."""


def concepts_of(atlas: Service) -> ConceptProposals:
    """Return the proposals."""
    return ConceptProposals(atlas.journal, atlas.clock)


def minted(scheme: Scheme, notation: str) -> str:
    """Return the IRI of a concept, as those that are shipped are made."""
    return f"{VOCAB}{scheme}/{notation}"


def may_release(principal: Principal, one: ConceptProposal | None = None) -> bool:
    """Tell whether somebody may release, refuse and undo; their own they do not release."""
    own = one is not None and one.state == "proposed" and one.proposed.actor == principal.actor
    return principal.may(Action.VOCABULARY_RELEASE, None) and not own


def gains_of(atlas: Service, principal: Principal, one: ConceptProposal) -> Sequence[Gain] | None:
    """Return whose roles would reach how far once a new organization is released.

    None where there is nothing to say, or not to one who cannot release it now.
    """
    change = one.change
    if one.state != "proposed" or not may_release(principal, one):
        return None
    if (change.kind, change.scheme) != ("new", "organization"):
        return None
    steps: list[Step] = []
    if change.broader is not None:
        steps.append(("below", change.concept, change.broader))
    if change.predecessor is not None:
        steps.append(("followed", change.predecessor, change.concept))
    return gains_by(atlas.accounts, steps) if steps else None


def similar(atlas: Service, change: ConceptChange) -> list[Concept]:
    """Return concepts of the scheme whose names are like those of a change, the nearest first."""
    names = (change.zh, change.en, *change.others)
    return similar_names.similar(
        atlas.vocabulary, change.scheme, names, but=change.concept, most=SIMILAR
    )


def propose(
    atlas: Service, principal: Principal, change: ConceptChange, reason: str
) -> ConceptProposal:
    """Propose a change; raises ``concept-is-there``."""
    require_somewhere(principal, Action.VOCABULARY_PROPOSE)

    def check(_: sa.Connection, others: Sequence[tuple[str, State, bool]]) -> None:
        _check(atlas, change)
        for kind, state, ever in others:
            # A code that was given once never means something else.
            if state == "proposed" or (ever and change.kind == kind == "new"):
                raise AtlasError(CONCEPT_IS_THERE, text=change.notation, concept=change.concept)

    return concepts_of(atlas).propose(change, actor=principal.actor, reason=reason, check=check)


def release(atlas: Service, principal: Principal, number: int, reason: str) -> ConceptProposal:
    """Release a change: every process uses it within a second; raises ``own-concept-proposal``.

    Records that give one of its names as an unknown value are mapped anew by the worker.
    """
    again = still(principal, _demand)
    found = concepts_of(atlas).get(number)
    if found.proposed.actor == principal.actor:
        raise AtlasError(OWN_CONCEPT)

    def check(*_: object) -> None:
        again()
        _check(atlas, found.change)

    made = concepts_of(atlas).move(
        number,
        "released",
        actor=principal.actor,
        reason=reason,
        check=check,
        then=_told(atlas, principal, found, "released", reason),
    )
    atlas.released_vocabulary.look_again()
    # Where this is interrupted the worker does it (`release_decisions.finish`).
    release_decisions.decide(atlas, made)
    return made


def refuse(atlas: Service, principal: Principal, number: int, reason: str) -> ConceptProposal:
    """Refuse a change that waits, or take one's own back."""
    found = concepts_of(atlas).get(number)
    own = found.proposed.actor == principal.actor
    check = None if own else still(principal, _demand)
    to: State = "withdrawn" if own else "refused"
    told = _told(atlas, principal, found, to, reason)
    return concepts_of(atlas).move(
        number, to, actor=principal.actor, reason=reason, check=check, then=told
    )


def undo(
    atlas: Service,
    principal: Principal,
    number: int,
    reason: str,
    *,
    uses: Sequence[ConceptUses],
) -> ConceptProposal:
    """End a change that is in force, and what its release decided about unknown values.

    A new concept only where nothing uses it: ``concept-in-use``. ``uses`` is what the rooms count.
    """
    again = still(principal, _demand)
    found = concepts_of(atlas).get(number)
    own = len(release_decisions.made_by(atlas, found))
    new = found.change.kind == "new"
    records = RecordsUsing(atlas.journal, found.change.concept) if new else None

    def check(connection: sa.Connection, others: Sequence[tuple[str, State, bool]]) -> None:
        again()
        if records is None:
            return
        # What its release decided itself ends with it.
        count = records.count() - own + uses_elsewhere(connection, found.change.concept, uses)
        count += sum(state in STANDING for _, state, _ in others)
        if count:
            raise AtlasError(CONCEPT_IN_USE, count=count, concept=found.change.zh)

    told = _told(atlas, principal, found, "undone", reason)
    undone = concepts_of(atlas).move(
        number, "undone", actor=principal.actor, reason=reason, check=check, then=told
    )
    atlas.released_vocabulary.look_again()
    release_decisions.withdraw(atlas, undone)
    return undone


def _demand(principal: Principal) -> None:
    principal.require(Action.VOCABULARY_RELEASE, None)


def _told(
    atlas: Service, principal: Principal, found: ConceptProposal, to: State, reason: str
) -> Within:
    path = f"/workbench/vocabulary/concepts/{found.number}"
    title, by = found.change.zh, found.proposed.actor
    return outcome(atlas, principal, by, to, title=title, reason=reason, path=path)


def _check(atlas: Service, change: ConceptChange) -> None:
    """Raise where a name or a code means another concept."""
    vocabulary = atlas.released_vocabulary.fresh()
    if change.kind == "new" and vocabulary.concept(change.concept) is not None:
        raise AtlasError(CONCEPT_IS_THERE, text=change.notation, concept=change.concept)
    if change.kind == "deprecate":
        if vocabulary.is_deprecated(change.concept):
            raise AtlasError(CONCEPT_USED_NO_MORE, concept=change.zh)
        return
    if change.broader is not None and vocabulary.is_deprecated(change.broader):
        above = vocabulary.concept(change.broader)
        raise AtlasError(
            CONCEPT_USED_NO_MORE, concept=change.broader if above is None else above.zh
        )
    codes = {one.notation: one for one in vocabulary.concepts(change.scheme)}
    for name in (change.zh, change.en, *change.others, change.notation):
        found = vocabulary.find(change.scheme, name)
        other = found.concept if isinstance(found, Known) else codes.get(spelling_key(name))
        if other is not None and other.iri != change.concept:
            raise AtlasError(CONCEPT_IS_THERE, text=name, concept=other.zh)
    _check_circle(atlas, change)


def _check_circle(atlas: Service, change: ConceptChange) -> None:
    """Raise where what a new organization lies below would come to lie below it.

    Whoever took over from another has its rights, and lies below ``broader``.
    """
    above, before = change.broader, change.predecessor
    if change.scheme != "organization" or above is None or before is None:
        return
    hierarchy = atlas.accounts.hierarchy
    if hierarchy.leads_to(above, before):
        names = [hierarchy.names(iri)["zh"] for iri in (before, above)]
        raise AtlasError(ORGANIZATION_CIRCLE, one=names[0], other=names[1])
