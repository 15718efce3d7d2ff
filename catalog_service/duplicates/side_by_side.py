"""Pairs prepared for looking at: what both records have, what only one has, who decided what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.duplicates.decisions import Decisions, Key
from catalog_service.duplicates.model import Decision, JudgedPair
from catalog_service.duplicates.service import list_pairs
from search.duplicates.model import Kind
from search.relations.fields import field_key

PAGE: Final = 20
"""Pairs on a page."""

RECENT: Final = 20
"""Decisions in the list of the last ones."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A pair with its data items sorted, and every decision about it, the newest first."""

    pair: JudgedPair
    common: tuple[str, ...]
    """Data items that both have, as the first writes them."""
    only_one: tuple[str, ...]
    only_other: tuple[str, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class DecidedPair:
    """A decision with the titles of its records; None: the record is not public."""

    decision: Decision
    titles: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class PairsPage:
    """One page of the pairs asked for."""

    pairs: tuple[SideBySide, ...]
    counts: Mapping[Kind, int]
    by_source: Mapping[str, Mapping[Kind, int]]
    number: int
    first: int
    """Number of the first pair shown, from 1; 0: there are none."""
    last: int
    total: int
    decided: tuple[DecidedPair, ...]
    """The last decisions, the newest first, whether or not their pairs still hold."""

    @property
    def has_more(self) -> bool:
        """Whether there is a next page."""
        return self.last < self.total


def pairs_page(
    atlas: Service, *, source: str | None, relation: Kind | None, number: int
) -> PairsPage:
    """Return a page of pairs of a source, or of all, for its steward; pages count from 1.

    Of a source, only decisions are told whose records are both public, as those of pairs are.
    """
    first = (number - 1) * PAGE
    found = list_pairs(atlas, source=source, relation=relation, offset=first, limit=PAGE)
    total = sum(found.counts.values()) if relation is None else found.counts[relation]
    history = _by_pair(atlas)
    return PairsPage(
        pairs=tuple(_side_by_side(pair, history) for pair in found.pairs),
        counts=found.counts,
        by_source=found.by_source,
        number=number,
        first=min(first + 1, total),
        last=min(first + PAGE, total),
        total=total,
        decided=_last_decisions(atlas, source, history),
    )


def _by_pair(atlas: Service) -> dict[Key, list[Decision]]:
    history: dict[Key, list[Decision]] = {}
    for made in Decisions(atlas.journal, atlas.clock).all():
        history.setdefault(frozenset((made.one, made.other)), []).insert(0, made)
    return history


def _side_by_side(pair: JudgedPair, history: Mapping[Key, list[Decision]]) -> SideBySide:
    one = {field_key(name): name for name in pair.one.fields}
    other = {field_key(name): name for name in pair.other.fields}
    return SideBySide(
        pair,
        common=tuple(name for key, name in one.items() if key in other),
        only_one=tuple(name for key, name in one.items() if key not in other),
        only_other=tuple(name for key, name in other.items() if key not in one),
        decisions=tuple(history.get(frozenset((pair.one.iri, pair.other.iri)), ())),
    )


def _last_decisions(
    atlas: Service, source: str | None, history: Mapping[Key, list[Decision]]
) -> tuple[DecidedPair, ...]:
    view = atlas.index.view()
    newest = sorted((d for made in history.values() for d in made), key=lambda d: d.time)
    found: list[DecidedPair] = []
    for made in reversed(newest):
        if len(found) == RECENT:
            break
        sides = [None if view is None else view.get(iri) for iri in (made.one, made.other)]
        if source is not None and (None in sides or all(s and s.source != source for s in sides)):
            continue
        one, other = (None if side is None else side.title for side in sides)
        found.append(DecidedPair(made, (one, other)))
    return tuple(found)
