"""Pairs of records that nobody has decided about, by source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from catalog_service.accounts.service import Action, Principal, sources_of
from catalog_service.context import Service
from catalog_service.duplicates.decisions import Decisions
from catalog_service.waiting import WaitingItem, WaitingKind
from translations import N_


def _undecided(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    sources = sources_of(atlas.journal, principal, Action.DUPLICATE_DECIDE)
    if sources is not None and not sources:
        return
    # The first comparison takes seconds: until it is made, nothing is told.
    found = atlas.duplicates.ready()
    if found is None:
        return
    decided = Decisions(atlas.journal, atlas.clock).standing()
    counts: Counter[str] = Counter()
    for pair in found[1].pairs:
        # Editions and variants belong side by side: only what repeats the city's is a question.
        if pair.kind != "repeats-city" or frozenset((pair.one, pair.other)) in decided:
            continue
        source = found[1].sources.get(pair.one)
        if source is not None and (sources is None or source in sources):
            counts[source] += 1
    titles = {source.id: source.title for source in atlas.journal.sources()}
    for source, count in sorted(counts.items()):
        yield WaitingItem(titles.get(source, source), f"/duplicates?source={source}", count)


WAITING: Final = (
    WaitingKind(
        "duplicate",
        N_("Records that seem to repeat the city’s"),
        N_("Compare both side by side, and decide what they are to each other."),
        _undecided,
    ),
)
