"""Asks the addresses in public records whose turn it is; tells what is known of a record's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalog_service.context import Service
from catalog_service.quality.addresses.asking_hosts import Manners, Round
from catalog_service.quality.addresses.keeping import closed_hosts, count_tried, states_of
from catalog_service.quality.addresses.model import (
    FAILED,
    GOOD,
    Asked,
    AskedAddress,
    Outcome,
    key_of,
    listed,
)
from catalog_service.quality.addresses.planning import plan
from catalog_service.quality.errors import LINKS_NOT_ALLOWED
from catalog_service.quality.outgoing import host_turns
from catalog_service.quality.reading import read
from harvesters.platforms.cancellation import Cancellation
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class AskedAddresses:
    """How many ``addresses`` public records name, and how many ``outcomes`` of each kind came."""

    addresses: int
    outcomes: Mapping[Outcome, int]

    @property
    def asked(self) -> int:
        """Return of how many it was the turn."""
        return sum(self.outcomes.values())

    @property
    def answered(self) -> int:
        """Return how many answered."""
        return sum(count for outcome, count in self.outcomes.items() if outcome in GOOD)

    @property
    def failed(self) -> int:
        """Return how many failed."""
        return sum(count for outcome, count in self.outcomes.items() if outcome in FAILED)


def ask_addresses(
    atlas: Service,
    *,
    source: str | None = None,
    allow: tuple[str, ...] = (),
    manners: Manners | None = None,
    told: Callable[[str, Asked], None] | None = None,
    cancellation: Cancellation | None = None,
) -> AskedAddresses:
    """Ask the addresses in public records whose turn it is today, as far as the day's budget goes.

    What was asked today is not asked again, so that what was broken off goes on. ``allow`` holds
    inner addresses that may be reached: none but in tests. Raises ``links-not-allowed``, and what
    the cancellation does.
    """
    settings = atlas.settings
    if not settings.quality_links:
        raise AtlasError(LINKS_NOT_ALLOWED)
    day = atlas.clock.today()
    addresses = {
        address
        for one in atlas.journal.snapshot()[1]
        if one.state == "active" and one.nquads and source in (None, one.source)
        for address in read(one.nquads, one.focus).addresses
    }
    planned = plan(
        addresses,
        states_of(atlas),
        day,
        allowed=settings.quality_links,
        budget=settings.quality_link_budget - count_tried(atlas, day),
        days=settings.quality_link_days,
        dead_days=settings.quality_dead_days,
        closed=closed_hosts(atlas),
    )
    cancelled = cancellation or Cancellation()
    turn = Round(atlas, host_turns(), manners or Manners(), cancelled, allow, told)
    outcomes: Counter[Outcome] = turn.ask(planned) if planned else Counter()
    return AskedAddresses(len(addresses), outcomes)


def addresses_of(atlas: Service, iri: str) -> list[AskedAddress]:
    """Return the addresses of a public record, with what is known of each."""
    record = atlas.journal.get(iri)
    if record is None or not record.public or not record.nquads:
        return []
    named = read(record.nquads, record.focus).addresses
    states = states_of(atlas, [key_of(one) for one in named])
    return listed(named, states, atlas.clock.today(), atlas.settings.quality_dead_days)
