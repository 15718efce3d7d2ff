"""What a changed rule would do to the catalogue, for whoever may preview it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog_service.accounts.service import Action, Principal, sources_of
from catalog_service.context import Service
from catalog_service.journal.model import version_of
from catalog_service.rule_work.errors import RULE_TOO_LONG
from catalog_service.rule_work.trial import SECONDS, Counted, try_rules
from ontology.errors import AtlasError
from ontology.record import Record

MOST_CHARACTERS: Final = 100_000
"""Characters of a rule; the longest that is shipped has some 6,000."""
MOST_RECORDS: Final = 200_000
"""Records of one trial: what a trial can do in its time, and more."""
SHOWN_PUBLISHERS: Final = 25


@dataclass(frozen=True, slots=True)
class PublisherImpact:
    """What would befall the records of a publisher, by IRI; empty: of those that name none."""

    publisher: str
    failing: int
    passing: int
    held: int
    freed: int


def preview(
    atlas: Service, principal: Principal, turtle: str, *, seconds: float = SECONDS
) -> Counted:
    """Try the rules of a Turtle text on all records that somebody may see; nothing is written.

    Of what waits or is closed those of one's own sources are tried, of others the public versions
    alone. Raises ``right-missing`` or ``not-allowed``, ``rule-too-long``, and what `try_rules`
    raises.
    """
    if principal.organizations(Action.RULE_PREVIEW) == frozenset():
        principal.require(Action.RULE_PREVIEW, None)
    if len(turtle) > MOST_CHARACTERS:
        raise AtlasError(RULE_TOO_LONG, most=MOST_CHARACTERS)
    records = _records(atlas, principal)
    return try_rules(turtle, atlas.rules, atlas.clock.today(), records, seconds=seconds)


def worst_publishers(counted: Counted) -> list[PublisherImpact]:
    """Return the publishers whose records a change befalls most, these first."""
    found = [
        PublisherImpact(
            iri,
            counts.get("failing", 0),
            counts.get("passing", 0),
            counts.get("held", 0),
            counts.get("freed", 0),
        )
        for iri, counts in counted.publishers.items()
    ]
    found.sort(key=lambda one: (-one.failing - one.held, -one.passing - one.freed, one.publisher))
    return found[:SHOWN_PUBLISHERS]


def _records(atlas: Service, principal: Principal) -> Iterator[Record]:
    sources = sources_of(atlas.journal, principal, Action.DATASET_READ_HELD)
    stream = atlas.journal.snapshot(public_only=False)[1]
    count = 0
    for stored in stream:
        own = sources is None or stored.source in sources
        if count >= MOST_RECORDS or stored.state not in ("active", "held"):
            continue
        held = atlas.journal.waiting(stored) if own else None
        version = None if held is None else version_of(held)
        if version is None and (own or stored.public):
            version = version_of(stored)
        if version is not None:
            count += 1
            yield version
