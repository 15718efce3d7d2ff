"""One commit on the server: a plan's documents and counts, cached with the commit."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Final

from search.facets import FRESHNESS
from search.index.elastic.compile import SORTS, Json, band_query, compile_query
from search.index.elastic.reader import Commit, Reader
from search.index.elastic.responses import SearchResponse, column, document, score
from search.index.elastic.schema import HASH, STAMP, identifier
from search.index.field_names import IRI, PAYLOAD, facet_field
from search.index.payload import StoredDocument
from search.index.plan import Band, Plan
from search.index.protocol import NO_QUESTION, Candidate, Found, Question
from search.limits import WINDOW

_MOST_VALUES: Final = 10_000
"""Different values of a facet that are counted, as in the embedded index."""

_NAMED: Final = "publisher"
"""The facet whose values get their names from documents that carry them."""

_Counts = Mapping[str, Mapping[str, int]]
_Row = tuple[str, float]
"""Stamp and score of a document."""
_Page = tuple[int, tuple[_Row, ...]]
"""How many documents a plan finds, and those wanted."""


class ElasticView:
    """Answers about one commit; a commit that comes between two requests of a search may show in
    the second. For one thread."""

    def __init__(
        self,
        reader: Reader,
        commit: Commit,
        chain: str = "",
        question: Question = NO_QUESTION,
    ) -> None:
        """Answer ``question`` with requests that belong to ``chain`` (`Reader`)."""
        self._reader = reader
        self._commit = commit
        self._chain = chain
        self._facets = question.facets
        self._facet_size = question.facet_size
        self._named: Mapping[str, int] = {}

    @property
    def checkpoint(self) -> int:
        """The journal number that the commit stands at."""
        return self._commit.checkpoint

    @property
    def state(self) -> Hashable:
        """The identity of the commit."""
        return self._commit.state

    def find(self, plan: Plan, limit: int, offset: int = 0) -> Found:
        """Return the documents of a plan; raises `AtlasError` (``search-unreachable`` …)."""
        if plan.order == "relevance" and limit == 0:
            # A caller that asks how many there are asks for the first of them next.
            total, _ = self._hits(plan, WINDOW, 0)
            return Found(total, ())
        named = limit == 1 and not offset and _asks_for_name(plan)
        total, hits = self._name(plan) if named else self._hits(plan, limit, offset)
        documents = self._reader.documents([stamp for stamp, _ in hits], self._chain)
        return Found(
            total,
            tuple(
                Candidate(documents[stamp], score) for stamp, score in hits if stamp in documents
            ),
        )

    def totals(self, plans: Sequence[Plan]) -> Sequence[int]:
        """Return how many documents each of some plans finds, in one request.

        Cached with the commit by the whole plan, of which the hidden IRIs are a part: no number is
        used for other documents than it was counted over.
        """
        asked = {_key(plan, 0, 0): plan for plan in plans}
        totals: dict[Hashable, int] = {}
        for key in asked:
            # Other threads may clear the cache at any moment.
            kept: _Page | None = self._commit.found.get(key)
            if kept is not None:
                totals[key] = kept[0]
        missing = {key: plan for key, plan in asked.items() if key not in totals}
        found = self._ask([_body(plan, 0, 0) for plan in missing.values()], _unscored)
        for key, answer in zip(missing, found, strict=True):
            totals[key] = answer.total
            self._commit.found.keep(key, (answer.total, ()))
        return [totals[_key(plan, 0, 0)] for plan in plans]

    def count(self, plan: Plan, facets: Sequence[str]) -> _Counts:
        """Count facet values over a plan's documents, each facet without its own filter."""
        counts = self._commit.counts.get(_count_key(plan, facets))
        if counts is None:
            asked = _counting(plan, facets)
            found = self._ask([body for _, body in asked], _unscored)
            counts = self._counted(plan, facets, [names for names, _ in asked], found)
        # A caller that counts asks for the names next.
        self._named = counts.get(_NAMED, {})
        return counts

    def get(self, iri: str) -> StoredDocument | None:
        """Return one document, or None."""
        found = self._reader.search(
            {
                "query": {"ids": {"values": [identifier(iri)]}},
                "size": 1,
                "_source": [PAYLOAD],
                "track_total_hits": False,
            },
            document,
            self._chain,
        )
        return found.hits[0] if found.hits else None

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
        """Return those of some documents that a plan finds, by IRI, in the order of ``iris``."""
        if not iris:
            return {}
        ids = {"ids": {"values": [identifier(iri) for iri in iris]}}
        stamps = self._reader.search(
            {
                **_body(plan, len(iris), 0),
                "query": {"bool": {"filter": [ids, compile_query(plan)]}},
                "track_total_hits": False,
            },
            _stamp,
            self._chain,
        ).hits
        documents = self._reader.documents(stamps, self._chain)
        found = {document.iri: document for document in documents.values()}
        return {iri: found[iri] for iri in iris if iri in found}

    def each(self) -> Iterator[StoredDocument]:
        """Yield all documents."""
        everything = {"query": compile_query(Plan()), "_source": [PAYLOAD]}
        return self._reader.scan(everything, document)

    def _name(self, plan: Plan) -> _Page:
        """Any one document of a publisher: the newest, found for all that will be shown at once."""
        (value,) = plan.filters[_NAMED]
        known = self._commit.names
        page: _Page | None = known.get((value, plan.hidden))
        if page is None:
            counted = self._named
            first = heapq.nsmallest(self._facet_size, counted, key=lambda v: (-counted[v], v))
            wanted = {v for v in (value, *first) if (v, plan.hidden) not in known}
            found = self._reader.examples(
                _NAMED, sorted(wanted), compile_query(Plan(hidden=plan.hidden)), self._chain
            )
            if len(known) > _MOST_VALUES:
                known.clear()
            pages: dict[str, _Page] = {}
            for each in wanted:
                count, stamp = found.get(each, (0, ""))
                pages[each] = (count, ((stamp, 0.0),) if count else ())
            # Other threads may clear the cache at any moment: our own answer is kept apart from it.
            known.update({(each, plan.hidden): page for each, page in pages.items()})
            page = pages[value]
        return page

    def _hits(self, plan: Plan, limit: int, offset: int) -> _Page:
        """How many there are, and stamp and score of those wanted."""
        key = _key(plan, limit, offset)
        kept: _Page | None = self._commit.found.get(key)
        if kept is not None:
            return kept
        bodies = [_body(plan, limit, offset)]
        facets = self._facets
        counting: list[tuple[list[str], Json]] = []
        if limit and facets:
            # What will be counted of them comes with them, in one request.
            self._facets = ()
            if _count_key(plan, facets) not in self._commit.counts:
                counting = _counting(plan, facets)
        names = [names for names, _ in counting]
        counts = [body for _, body in counting]
        shared = bool(names) and plan.after is None and plan.filters.keys().isdisjoint(names[0])
        if shared:
            # It is even the same search.
            bodies[0]["aggs"] = counts.pop(0)["aggs"]
        found = self._ask([*bodies, *counts], _row(plan))
        if counting:
            self._counted(plan, facets, names, found if shared else found[1:])
        page: _Page = (found[0].total, found[0].hits)
        self._commit.found.keep(key, page)
        return page

    def _ask(self, bodies: list[Json], row: Callable[[object], _Row]) -> list[SearchResponse[_Row]]:
        if not bodies:
            return []
        if len(bodies) == 1:
            return [self._reader.search(bodies[0], row, self._chain)]
        return self._reader.search_several([(body, row) for body in bodies], self._chain)

    def _counted(
        self,
        plan: Plan,
        facets: Sequence[str],
        asked: Sequence[Sequence[str]],
        found: Sequence[SearchResponse[_Row]],
    ) -> _Counts:
        """Cache what was counted."""
        counts = {
            name: answer.counts[name]
            for names, answer in zip(asked, found, strict=True)
            for name in names
        }
        return self._commit.counts.keep(_count_key(plan, facets), counts)


def identities(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield IRI and hash of every document of one commit."""
    body = {
        "query": compile_query(Plan()),
        "_source": False,
        "docvalue_fields": [IRI, HASH],
    }
    return reader.scan(body, lambda hit: (column(hit, IRI), column(hit, HASH)))


def _key(plan: Plan, limit: int, offset: int) -> Hashable:
    return plan.selection(), plan.order, plan.after, limit, offset


def _count_key(plan: Plan, facets: Sequence[str]) -> Hashable:
    return plan.selection(), tuple(facets)


def _counting(plan: Plan, facets: Sequence[str]) -> list[tuple[list[str], Json]]:
    """Facets and the search that counts them: first all that no filter is on, then one by one."""
    together = [name for name in facets if name not in plan.filters]
    alone = [name for name in facets if name in plan.filters]
    asked = [(together, compile_query(plan, after=False))] if together else []
    asked += [([name], compile_query(plan, without=name, after=False)) for name in alone]
    return [
        (
            names,
            {
                "query": query,
                "size": 0,
                "track_total_hits": False,
                "aggs": {name: _values(name, plan.bands) for name in names},
            },
        )
        for names, query in asked
    ]


def _asks_for_name(plan: Plan) -> bool:
    values = plan.filters.get(_NAMED, ())
    alone = Plan(filters={_NAMED: values}, hidden=plan.hidden, bands=plan.bands)
    return plan == alone and len(values) == 1


def _row(plan: Plan) -> Callable[[object], _Row]:
    return _scored if plan.order == "relevance" else _unscored


def _scored(hit: object) -> _Row:
    return column(hit, STAMP), score(hit)


def _unscored(hit: object) -> _Row:
    return column(hit, STAMP), 0.0


def _stamp(hit: object) -> str:
    return column(hit, STAMP)


def _body(plan: Plan, limit: int, offset: int) -> Json:
    return {
        "query": compile_query(plan),
        "size": limit,
        "from": offset,
        "sort": SORTS[plan.order],
        "track_total_hits": True,
        "_source": False,
        # Not even the id is read from the stored fields, only a column.
        "stored_fields": "_none_",
        "docvalue_fields": [STAMP],
    }


def _values(name: str, bands: Sequence[Band]) -> Json:
    """The aggregation that counts the values of a facet."""
    if name == FRESHNESS:
        return {"filters": {"filters": {band.name: band_query(band) for band in bands}}}
    return {"terms": {"field": facet_field(name), "size": _MOST_VALUES}}
