"""What is told of a search, held against the documents it is told about.

Plain sets over all documents, apart from any index: which documents a plan finds, which of them are
of a place, a year or a time, have a data item, or match all that a text asks for. Whatever
`search.results.claims` says of a result and is not so comes back as a sentence of what is false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from search.analysis.ngrams import term_tokens
from search.analysis.periods import period_of
from search.analysis.places import short_place
from search.facets import FRESHNESS, GROUP
from search.index.fields import Prepared, prepare
from search.index.model import SearchDocument
from search.index.plan import UNKNOWN_DAY, Clause, Condition, Plan, Range
from search.model import Query, Result
from search.query.model import AskedTime, ParsedQuery
from search.query.planner import PlannedQuery
from search.results.claims import Claim, claims

_PLACE: Final = ("place", "title", "publisher")
_YEAR: Final = ("title", "description")
_ITEM: Final = ("fields", "description", "title")
_COUNTED: Final = ("place", "year", "field", "time", "words", "broader", "either")

Found = frozenset[int]


class Truth:
    """All documents of an index as sets of their numbers, by token, facet value and day."""

    def __init__(self, documents: Iterable[SearchDocument]) -> None:
        self._documents: list[SearchDocument] = []
        self._days: list[dict[str, int]] = []
        tokens: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        values: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for number, document in enumerate(documents):
            prepared: Prepared = prepare(document)
            self._documents.append(document)
            self._days.append(dict(prepared.days))
            for name, text in prepared.text.items():
                for token in text.split():
                    tokens[name, token].add(number)
            for name, held in {**prepared.facets, GROUP: (prepared.group,)}.items():
                for value in held:
                    values[name, value].add(number)
        # A theme alone satisfies no search (`search.query.relaxation`).
        self._fields = sorted({name for name, _ in tokens} - {"about"})
        self._tokens = {key: frozenset(found) for key, found in tokens.items()}
        self._values = {key: frozenset(found) for key, found in values.items()}
        self._numbers = {d.iri: number for number, d in enumerate(self._documents)}
        self._all: Found = frozenset(range(len(self._documents)))

    def found(self, plan: Plan) -> Found:
        """Return the documents of a plan (without ``after``)."""
        found = self._all
        for name, wanted in plan.filters.items():
            found &= self._fresh(plan) if name == FRESHNESS else self._any(name, wanted)
        for name, unwanted in plan.excluded.items():
            found -= self._any(name, unwanted)
        for asked in plan.ranges:
            found &= self._within(asked)
        for condition in plan.conditions:
            met = self._meeting(condition)
            found = found & met if condition.holds else found - met
        if plan.groups is None:
            return found
        groups = [(group.required, self._holding(group.clauses)) for group in plan.groups]
        required = [met for needed, met in groups if needed]
        if not required:
            return found & frozenset().union(*(met for _, met in groups))
        return found.intersection(*required)

    def falsehoods(
        self, query: Query, result: Result, planned: PlannedQuery, plan: Plan
    ) -> list[str]:
        """Return what is told of a result and not so; ``plan`` is what the result answers."""
        found = self.found(plan)
        wrong: list[str] = []
        if len(found) != result.total:
            wrong.append(f"total: {result.total} told, {len(found)} found")
        for condition in plan.conditions:
            if found & self._meeting(condition) != (found if condition.holds else frozenset()):
                wrong.append(f"condition: {condition}")
        hits = [self._numbers[hit.iri] for hit in result.hits if hit.iri in self._numbers]
        first = hits if query.offset == 0 and query.cursor is None else None
        for claim in claims(query, result):
            if claim.kind in _COUNTED:
                held = self._held(claim, planned.parsed, found)
                why = _counted(claim, found, held, first, grouped=query.grouped)
            else:
                why = _worded(claim, planned.parsed, plan)
            wrong += [f"{claim.kind}: {one}" for one in why]
        return wrong

    def _held(self, claim: Claim, parsed: ParsedQuery, found: Found) -> Found:
        """Those of ``found`` of which a claim says something."""
        match claim.kind:
            case "place":
                names = claim.terms if claim.share == "demanded" else (claim.text,)
                places = [short_place(p.name) for p in parsed.places if p.text in names]
                return found & self._saying(places, _PLACE)
            case "year":
                years = claim.terms if claim.share == "demanded" else (claim.text,)
                return found & self._saying(years, _YEAR)
            case "field":
                return found & self._saying(claim.terms[:8], _ITEM)
            case "time":
                return frozenset(n for n in found if parsed.time and self._is_of(n, parsed.time))
        return found & self._matching_all(parsed)

    def _matching_all(self, parsed: ParsedQuery) -> Found:
        """What has every subject and every verb, is of a place that is named, and of the time."""
        found = self._all
        for term in parsed.query_terms:
            if term.role in ("subject", "verb"):
                names = [a.term for a in term.alternatives if a.relation != "broader"]
                if any(term_tokens(name) for name in names):
                    found &= self._saying(names, self._fields)
        if parsed.places:
            names = [short_place(place.name) for place in parsed.places]
            found &= self._saying(names, _PLACE)
        if parsed.time is not None:
            found = frozenset(n for n in found if self._is_of(n, parsed.time))
        return found

    def _is_of(self, number: int, time: AskedTime) -> bool:
        d = self._documents[number]
        period = period_of(d.title, d.period, d.issued, d.modified)
        return period is not None and time.days.meets(period)

    def _saying(self, names: Iterable[str], fields: Sequence[str]) -> Found:
        """What has any of some names whole in any of some fields."""
        ways = [tokens for name in names if (tokens := term_tokens(name))]
        return frozenset().union(*(self._having(t, field) for t in ways for field in fields))

    def _having(self, tokens: Sequence[str], field: str) -> Found:
        held = [self._tokens.get((field, token), frozenset()) for token in tokens]
        return frozenset.intersection(*held) if held else frozenset()

    def _holding(self, clauses: Iterable[Clause]) -> Found:
        return frozenset().union(
            *(self._having(c.tokens, field) for c in clauses for field, _ in c.fields)
        )

    def _any(self, name: str, values: Iterable[str]) -> Found:
        return frozenset().union(*(self._values.get((name, v), frozenset()) for v in values))

    def _meeting(self, condition: Condition) -> Found:
        met = self._holding(condition.clauses)
        for name, values in condition.facets:
            met |= self._any(name, values)
        if condition.ranges:
            within = [self._within(one) for one in condition.ranges]
            met |= frozenset.intersection(*within)
        return met

    def _within(self, asked: Range) -> Found:
        return frozenset(
            n
            for n, days in enumerate(self._days)
            if asked.field in days and asked.least <= days[asked.field] <= asked.most
        )

    def _fresh(self, plan: Plan) -> Found:
        bands = plan.chosen_bands()
        return frozenset(
            n
            for n, days in enumerate(self._days)
            if any(b.least <= days.get("modified", UNKNOWN_DAY) <= b.most for b in bands)
        )


def _counted(
    claim: Claim, found: Found, held: Found, hits: Sequence[int] | None, *, grouped: bool
) -> Iterator[str]:
    """Yield what is false of a claim about how many results have something."""
    count, told = len(held), claim.share
    if told in ("demanded", "all") and held != found:
        yield f"{len(found) - count} of {len(found)} have it not: {claim.text}"
    elif told == "none" and held:
        yield f"{count} of {len(found)} have it: {claim.text}"
    elif told in ("some", "first") and count != claim.count:
        yield f"{claim.count} told, {count} have it: {claim.text}"
    elif told in ("some", "first") and held == found:
        yield f"there are no others: {claim.text}"
    elif told == "first" and hits is not None:
        # A row may stand for several: those that have it are the first rows.
        rows = sum(hit in held for hit in hits) if grouped else count
        if not held.issuperset(hits[:rows]):
            yield f"others stand before: {claim.text}"


def _worded(claim: Claim, parsed: ParsedQuery, plan: Plan) -> Iterator[str]:
    """Yield what is false of a claim about the words that are looked for."""
    groups = plan.groups or ()
    if claim.kind == "synonym":
        asked = {clause.tokens for group in groups for clause in group.clauses}
        for term in (*claim.terms, *claim.narrower, *claim.broader):
            tokens = term_tokens(term)
            if tokens and tokens not in asked:
                yield f"{term} is not looked for"
    elif claim.kind == "filler":
        demanded = [{c.tokens for c in group.clauses} for group in groups if group.required]
        for text in claim.terms:
            if {term_tokens(text)} in demanded:
                yield f"{text} is required"
    elif claim.text != parsed.text:
        yield f"{claim.text} told, {parsed.text} searched"
