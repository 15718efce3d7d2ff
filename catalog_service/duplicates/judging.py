"""Computed pairs and stewards' decisions made one, and the records of a pair looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog_service.duplicates.decisions import Key
from catalog_service.duplicates.finder import ComputedPairs
from catalog_service.duplicates.model import Decision, JudgedPair, Side
from search.duplicates.compare import Profile, period_text
from search.duplicates.model import KINDS, Kind, Pair
from search.index.model import SearchDocument
from search.index.protocol import IndexView


@dataclass(frozen=True, slots=True)
class StatedPair:
    """A pair after decisions, before its records are looked up."""

    one: str
    other: str
    relation: Kind
    pair: Pair | None
    decision: Decision | None

    @property
    def score(self) -> float:
        """How sure it is; 1 where a steward decided."""
        return self.pair.score if self.pair is not None and self.decision is None else 1.0


def urgency(pair: StatedPair) -> tuple[int, float, str, str]:
    """Return what pairs are sorted by: the most urgent relation first, of it the surest."""
    return KINDS.index(pair.relation), -pair.score, pair.one, pair.other


def decided(pairs: Iterable[Pair], standing: Mapping[Key, Decision]) -> Iterator[StatedPair]:
    """Yield the pairs that hold: those computed, unless decided otherwise, and those decided."""
    left = dict(standing)
    for pair in pairs:
        made = left.pop(frozenset((pair.one, pair.other)), None)
        if made is None:
            yield StatedPair(pair.one, pair.other, pair.kind, pair, None)
        elif made.relation != "none":
            yield StatedPair(made.one, made.other, made.relation, pair, made)
    for made in left.values():
        if made.relation != "none":
            yield StatedPair(made.one, made.other, made.relation, None, made)


def looked_up(
    found: tuple[IndexView, ComputedPairs], pairs: Iterable[StatedPair]
) -> Iterator[JudgedPair]:
    """Yield pairs with their records as they stand; one that is no longer public drops out."""
    view, index = found[0], found[1].index
    for pair in pairs:
        one, other = view.get(pair.one), view.get(pair.other)
        if one is not None and other is not None:
            computed = pair.pair
            yield JudgedPair(
                one=side_of(one, index.profile(one)),
                other=side_of(other, index.profile(other)),
                relation=pair.relation,
                computed=computed.kind if computed else None,
                score=pair.score,
                reasons=computed.reasons if computed else (),
                decision=pair.decision,
            )


def side_of(document: SearchDocument, compared: Profile) -> Side:
    """Return what is shown of a record beside another."""
    facets = document.facets
    return Side(
        iri=document.iri,
        source=document.source,
        remote_id=document.remote_id,
        title=document.title,
        publishers=document.publishers,
        places=tuple(sorted(compared.areas, key=lambda name: (name[-1] in "区县", name))),
        period=period_text(compared.subject),
        fields=document.fields,
        formats=tuple(facets.get("format", ())),
        frequency=next(iter(facets.get("frequency", ())), None),
        issued=document.issued,
        modified=document.modified,
    )
