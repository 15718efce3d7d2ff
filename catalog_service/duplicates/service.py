"""Which public records repeat each other, and what stewards decided about them.

Nothing is stored but decisions: pairs follow from the index, are computed when first asked for,
and again after a change of it, so that a rebuild or a restart has nothing to bring up to date.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache

from catalog_service.accounts.service import Action, Principal, require_over
from catalog_service.catalog.repeat_check import RULE, finding
from catalog_service.catalog.repeats_review import is_held_for_repeating
from catalog_service.context import Service
from catalog_service.duplicates import wording
from catalog_service.duplicates.checking import ComparingEngine
from catalog_service.duplicates.decisions import Decisions
from catalog_service.duplicates.errors import NOT_LISTED_YET, SAME_RECORD
from catalog_service.duplicates.judging import decided, looked_up, urgency
from catalog_service.duplicates.model import (
    CityRecord,
    Decision,
    JudgedPair,
    PairList,
    Resembling,
    Verdict,
)
from catalog_service.duplicates.settings import REPEATS, Repeats, RepeatSettings
from catalog_service.errors import RECORD_NOT_FOUND, UNKNOWN_SOURCE
from catalog_service.journal.model import StoredRecord
from harvesters.protocols import Outcome, Submission
from ontology.errors import AtlasError
from ontology.record import Record
from ontology.vocabulary import Vocabulary
from search.duplicates.model import KINDS, Kind, Reason
from search.index.concepts import ConceptIndex
from search.index.from_record import document_of
from shapes.report import Finding, Report, Severity

__all__ = ("REPEATS", "RULE", "ComparingEngine", "Repeats")


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
    for pair in decided(computed.pairs, Decisions(atlas.journal, atlas.clock).standing()):
        own = {name for iri in (pair.one, pair.other) if (name := sources.get(iri)) is not None}
        if source is not None and source not in own:
            continue
        counts[pair.relation] += 1
        for name in own:
            by_source[name][pair.relation] += 1
        if relation in (None, pair.relation):
            wanted.append(pair)
    wanted.sort(key=urgency)
    return PairList(
        tuple(looked_up(found, wanted[offset : offset + limit])),
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
    own = Decisions(atlas.journal, atlas.clock).standing_about([iri])
    pairs = sorted(decided(computed.index.of(document), own), key=urgency)
    there = list(looked_up(found, pairs))
    counts = Counter(pair.relation for pair in there)
    shown = tuple(pair for pair in there if relation in (None, pair.relation))
    by_source = {document.source: _by_kind(counts)}
    return PairList(shown, _by_kind(counts), by_source)


def repeats_of_city(
    atlas: Service, iris: Collection[str], *, wait: bool = False
) -> Mapping[str, tuple[JudgedPair, ...]] | None:
    """Return what public records repeat of what the city publishes (R07), by the record's IRI.

    Each is compared as it stands now; one that repeats nothing is not in the answer. None while
    the catalogue's records are being compared, which takes seconds after a start; with ``wait``
    that is waited for. Raises what reading the index does.
    """
    found = atlas.duplicates.computed() if wait else atlas.duplicates.ready()
    if found is None:
        return {} if atlas.index.view() is None else None
    view, computed = found
    standing = Decisions(atlas.journal, atlas.clock).standing_about(iris)
    repeats: dict[str, tuple[JudgedPair, ...]] = {}
    for iri in iris:
        document = view.get(iri)
        if document is None:
            continue
        own = {key: made for key, made in standing.items() if iri in key}
        pairs = [
            pair
            for pair in decided(computed.index.of(document), own)
            if pair.relation == "repeats-city" and pair.one == iri
        ]
        there = tuple(looked_up(found, sorted(pairs, key=urgency)))
        if there:
            repeats[iri] = there
    return repeats


def resembling(atlas: Service, record: Record) -> tuple[Resembling, ...] | None:
    """Return the public records that a record resembles which need not be in the catalogue.

    The surest first; the record itself is left out. None while the catalogue's records are being
    compared, which takes seconds after a start. Raises what reading the index does.
    """
    found = atlas.duplicates.ready()
    if found is None:
        return () if atlas.index.view() is None else None
    view, computed = found
    document = document_of(record, _concepts(atlas.vocabulary))
    own = Decisions(atlas.journal, atlas.clock).standing_about([record.iri])
    there = []
    for pair in sorted(decided(computed.index.of(document), own), key=urgency):
        other = view.get(pair.other if pair.one == record.iri else pair.one)
        if other is not None and other.iri != record.iri:
            side = CityRecord(other.iri, other.source, other.remote_id, other.title)
            there.append(Resembling(side, pair.relation, pair.score))
    return tuple(there)


def repeat_finding(pair: JudgedPair, severity: Severity = "Warning") -> Finding:
    """Return what R07 finds in the record of a pair that repeats the city's."""
    return finding(pair.one.iri, pair.other.iri, severity)


def waits_for(atlas: Service, report: Report | None) -> tuple[CityRecord, ...]:
    """Return what of the city's a waiting version repeats, as its stored report names it.

    What is public no more is left out, all of it while the index is away: the report has the IRIs.
    """
    named = [
        found.value[1:-1]
        for found in (report.findings if report is not None else ())
        if found.rule_id == RULE and found.severity == "Violation" and found.value is not None
    ]
    try:
        view = atlas.index.view() if named else None
        there = [] if view is None else [view.get(iri) for iri in named]
    except AtlasError:
        return ()
    return tuple(
        CityRecord(one.iri, one.source, one.remote_id, one.title)
        for one in there
        if one is not None
    )


def reason_text(reason: Reason, language: str) -> str:
    """Return a reason in words, with what was compared; ``language`` is ``zh`` or ``en``."""
    return wording.reason_text(reason, language)


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
    return Decisions(atlas.journal, atlas.clock).add(
        one, other, relation, reason=reason, actor=actor, source=known[one].source
    )


def require_steward_of_either(
    principal: Principal | None, one: StoredRecord, other: StoredRecord
) -> Principal:
    """Return who decides about two records; raises ``not-authenticated`` or ``not-allowed``."""
    if principal is not None and principal.may_over(Action.DUPLICATE_DECIDE, other.source):
        return principal
    return require_over(principal, Action.DUPLICATE_DECIDE, one.source)


def standing_decision(atlas: Service, one: str, other: str) -> Decision | None:
    """Return the last decision about two records, in whichever order it names them."""
    standing = Decisions(atlas.journal, atlas.clock).standing_about([one])
    return standing.get(frozenset((one, other)))


def let_through(atlas: Service, made: Decision) -> list[Outcome]:
    """Let versions through that waited for nothing but repeating what they do not, as decided.

    The last outcome's number is that of the last change; empty where nothing waited.
    """
    outcomes: list[Outcome] = []
    for state in atlas.journal.get_many([made.one, made.other]).values():
        if state.held_seq is not None and is_held_for_repeating(atlas.journal.findings(state.iri)):
            submission = Submission(state.source, made.actor, reason=made.reason)
            outcomes += [
                outcome
                for outcome in atlas.catalog.recheck(submission, [state.remote_id])
                if outcome.seq is not None
            ]
    return outcomes


def repeats_setting(atlas: Service, source: str) -> Repeats:
    """Return whether a source's records that repeat the city's are flagged, or held back."""
    return RepeatSettings(atlas.journal).of(source)


def repeats_settings(atlas: Service) -> Mapping[str, Repeats]:
    """Return the sources for which it was set; all others flag."""
    return RepeatSettings(atlas.journal).all()


def set_repeats(atlas: Service, source: str, repeats: Repeats) -> None:
    """Have a source's records that repeat the city's flagged, or held back; what waits stays so.

    Raises ``unknown-source``.
    """
    if atlas.journal.source(source) is None:
        raise AtlasError(UNKNOWN_SOURCE, source=source)
    RepeatSettings(atlas.journal).put(source, repeats)


def decisions(atlas: Service) -> list[Decision]:
    """Return every decision, the oldest first: labels for measuring and tuning."""
    return Decisions(atlas.journal, atlas.clock).all()


@lru_cache(1)
def _concepts(vocabulary: Vocabulary) -> ConceptIndex:
    return ConceptIndex(vocabulary)


def _by_kind(counts: Mapping[Kind, int]) -> dict[Kind, int]:
    return {kind: counts.get(kind, 0) for kind in KINDS}
