"""Who may let a version through that waits: one answer for every door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from catalog_service.accounts.service import Action, Principal, four_eyes, owner_of, still
from catalog_service.catalog.openness_review import unreviewed_doubts
from catalog_service.context import Service
from catalog_service.journal import Journal
from catalog_service.journal.model import RecordState, StoredRecord, version_of
from catalog_service.sources.errors import NEEDS_SECRECY_REVIEW, SENDER_RELEASES
from ontology.access_wording import Doubt
from ontology.errors import AtlasError

_PERSON: Final = "person:"


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A version that may be let through by whoever looked at it."""

    hash: str | None
    """None: none waits."""
    rights: tuple[Action, ...]
    """What whoever lets it through must be allowed over its source, also as it is written."""


def require_release(atlas: Service, principal: Principal, source: str, remote_id: str) -> LookedAt:
    """Demand the rights for a release; return the version that was looked at.

    A version whose open type may mean 非开放 (`is_in_doubt`) needs
    ``secrecy.review`` besides ``held.decide``: to let it through is a review of secrecy. Whoever
    sent the version does not release it, in such a review and where the source's organization
    demands four eyes. Raises ``right-missing``, a token ``not-allowed``, ``needs-secrecy-review``
    and ``sender-releases``.
    """
    principal.require_over(Action.HELD_DECIDE, source)
    state = atlas.journal.states(source, [remote_id]).get(remote_id)
    if state is None:
        return LookedAt(None, (Action.HELD_DECIDE,))
    in_doubt = bool(doubts_of(atlas.journal, state))
    if in_doubt and not principal.may_over(Action.SECRECY_REVIEW, source):
        raise AtlasError(NEEDS_SECRECY_REVIEW, remote_id=remote_id)
    if principal.actor in _senders(atlas.journal, state.iri) and four_eyes(
        atlas.journal,
        owner_of(atlas.journal, source),
        opens=False,
        reviews_secrecy=in_doubt,
    ):
        raise AtlasError(SENDER_RELEASES, remote_id=remote_id)
    secrecy = (Action.SECRECY_REVIEW,) if in_doubt else ()
    return LookedAt(state.held_hash, (Action.HELD_DECIDE, *secrecy))


def still_may(principal: Principal, source: str, rights: Iterable[Action]) -> Callable[[], None]:
    """Return what demands rights over a source once more, as a decision is written."""
    wanted = tuple(rights)

    def demand(who: Principal) -> None:
        for right in wanted:
            who.require_over(right, source)

    return still(principal, demand)


def _senders(journal: Journal, iri: str) -> set[str]:
    """Return the persons who sent what waits, since something was decided last.

    A platform's token and the operator's commands are nobody's eyes; nor did whoever has a run
    going (a harvest, values that are mapped anew) write what it brings.
    """
    found: set[str] = set()
    for change in reversed(journal.history(iri)):
        if change.kind != "held":
            break
        if change.run is None and change.actor.startswith(_PERSON):
            found.add(change.actor)
    return found


def doubts_of(journal: Journal, record: RecordState | StoredRecord) -> tuple[Doubt, ...]:
    """Return the values in a record's held version that may mean 非开放."""
    change = journal.waiting(record)
    version = None if change is None else version_of(change)
    return () if version is None else unreviewed_doubts(journal, version)


def is_in_doubt(atlas: Service, source: str, remote_id: str) -> bool:
    """Tell whether a held version may mean 非开放, whatever else holds it."""
    state = atlas.journal.states(source, [remote_id]).get(remote_id)
    return state is not None and bool(doubts_of(atlas.journal, state))
