"""Which public records repeat each other, and what stewards decided about them.

Nothing is stored but decisions: pairs follow from the index, are computed when first asked for,
and again after a change of it, so that a rebuild or a restart has nothing to bring up to date.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalog_service.accounts.service import Principal, require_steward
from catalog_service.context import Service
from catalog_service.duplicates.decisions import Decisions, Key
from catalog_service.duplicates.errors import NOT_LISTED_YET, SAME_RECORD
from catalog_service.duplicates.finder import ComputedPairs
from catalog_service.duplicates.model import Decision, JudgedPair, PairList, Side, Verdict
from catalog_service.errors import RECORD_NOT_FOUND
from catalog_service.journal.model import StoredRecord
from ontology.errors import AtlasError
from search.duplicates.compare import Profile, period_text
from search.duplicates.model import KINDS, Kind, Pair
from search.index.payload import StoredDocument
from search.index.protocol import IndexView

RULE: Final = "R07"
"""The rule that a district's record offends which repeats the city's."""


def list_pairs(
    atlas: Service,
    *,
    source: str | None = None,
    relation: Kind | None = None,
    offset: int = 0,
    limit: int = 100,
) -> PairList:
    """Return pairs of public records, the most urgent relation and the surest pair first.

    ``source``: only pairs with a record of it. ``limit`` pairs are looked at behind the first
    ``offset``; one whose record is no longer public is left out. Raises what reading the index
    does.
    """
    found = atlas.duplicates.computed()
    if found is None:
        return PairList((), dict.fromkeys(KINDS, 0), {})
    computed = found[1]
    sources = computed.sources
    counts: Counter[Kind] = Counter()
    by_source: defaultdict[str, Counter[Kind]] = defaultdict(Counter)
    wanted = []
    for pair in _decided(computed.pairs, Decisions(atlas.journal, atlas.clock).standing()):
        own = {name for iri in (pair.one, pair.other) if (name := sources.get(iri)) is not None}
        if source is not None and source not in own:
            continue
        counts[pair.relation] += 1
        for name in own:
            by_source[name][pair.relation] += 1
        if relation in (None, pair.relation):
            wanted.append(pair)
    wanted.sort(key=_urgency)
    return PairList(
        tuple(_looked_up(found, wanted[offset : offset + limit])),
        _by_kind(counts),
        {name: _by_kind(by_source[name]) for name in sorted(by_source)},
    )


def pairs_of(atlas: Service, iri: str, *, relation: Kind | None = None) -> PairList:
    """Return the pairs of one public record; raises ``not-listed-yet``.

    It is compared as it stands now, even where the list of all pairs is behind.
    """
    found = atlas.duplicates.computed()
    document = found[0].get(iri) if found is not None else None
    if found is None or document is None:
        raise AtlasError(NOT_LISTED_YET, iri=iri)
    computed = found[1]
    standing = Decisions(atlas.journal, atlas.clock).standing()
    own = {key: made for key, made in standing.items() if iri in key}
    pairs = sorted(_decided(computed.index.of(document), own), key=_urgency)
    looked_up = list(_looked_up(found, pairs))
    counts = Counter(pair.relation for pair in looked_up)
    shown = tuple(pair for pair in looked_up if relation in (None, pair.relation))
    by_source = {document.source: _by_kind(counts)}
    return PairList(shown, _by_kind(counts), by_source)


def decide(
    atlas: Service, one: str, other: str, relation: Verdict, *, reason: str, actor: str
) -> Decision:
    """Record what a steward decides about two records; it overrides what is computed.

    With ``repeats-city`` the first repeats the second. Raises ``same-record`` and
    ``record-not-found``.
    """
    if one == other:
        raise AtlasError(SAME_RECORD, iri=one)
    known = atlas.journal.get_many([one, other])
    for iri in (one, other):
        if iri not in known:
            raise AtlasError(RECORD_NOT_FOUND, iri=iri)
    return Decisions(atlas.journal, atlas.clock).add(one, other, relation, reason, actor)


def known_record(atlas: Service, name: str) -> StoredRecord:
    """Return a record given by IRI or as ``source/remote id``; raises ``record-not-found``."""
    iri = atlas.record_iri(name)
    found = atlas.journal.get(iri)
    if found is None:
        raise AtlasError(RECORD_NOT_FOUND, iri=iri)
    return found


def require_steward_of_either(
    principal: Principal | None, one: StoredRecord, other: StoredRecord
) -> Principal:
    """Return who decides about two records; raises ``not-authenticated`` or ``not-allowed``."""
    if principal is not None and principal.allows(f"steward:{other.source}"):
        return principal
    return require_steward(principal, one.source)


def standing_decision(atlas: Service, one: str, other: str) -> Decision | None:
    """Return the last decision about two records, in whichever order it names them."""
    standing = Decisions(atlas.journal, atlas.clock).standing()
    return standing.get(frozenset((one, other)))


def decisions(atlas: Service) -> list[Decision]:
    """Return every decision, the oldest first: labels for measuring and tuning."""
    return Decisions(atlas.journal, atlas.clock).all()


@dataclass(frozen=True, slots=True)
class _Stated:
    """A pair after decisions, before its records are looked up."""

    one: str
    other: str
    relation: Kind
    pair: Pair | None
    decision: Decision | None

    @property
    def score(self) -> float:
        return self.pair.score if self.pair is not None and self.decision is None else 1.0


def _urgency(pair: _Stated) -> tuple[int, float, str, str]:
    return KINDS.index(pair.relation), -pair.score, pair.one, pair.other


def _decided(pairs: Iterable[Pair], standing: Mapping[Key, Decision]) -> Iterator[_Stated]:
    """Yield the pairs that hold: those computed, unless decided otherwise, and those decided."""
    left = dict(standing)
    for pair in pairs:
        made = left.pop(frozenset((pair.one, pair.other)), None)
        if made is None:
            yield _Stated(pair.one, pair.other, pair.kind, pair, None)
        elif made.relation != "none":
            yield _Stated(made.one, made.other, made.relation, pair, made)
    for made in left.values():
        if made.relation != "none":
            yield _Stated(made.one, made.other, made.relation, None, made)


def _by_kind(counts: Mapping[Kind, int]) -> dict[Kind, int]:
    return {kind: counts.get(kind, 0) for kind in KINDS}


def _looked_up(
    found: tuple[IndexView, ComputedPairs], pairs: Iterable[_Stated]
) -> Iterator[JudgedPair]:
    """Yield pairs with their records as they stand; one that is no longer public drops out."""
    view, index = found[0], found[1].index
    for pair in pairs:
        one, other = view.get(pair.one), view.get(pair.other)
        if one is not None and other is not None:
            computed = pair.pair
            yield JudgedPair(
                one=_side(one, index.profile(one)),
                other=_side(other, index.profile(other)),
                relation=pair.relation,
                computed=computed.kind if computed else None,
                score=pair.score,
                reasons=computed.reasons if computed else (),
                decision=pair.decision,
            )


def _side(document: StoredDocument, compared: Profile) -> Side:
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
