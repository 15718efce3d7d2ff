"""A plan's documents and counts over HTTP, remembering what can't change."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Final

from search.elastic.answers import column, document, nothing, score
from search.elastic.compile import SORTS, Json, compile_query
from search.elastic.reader import Commit, Reader
from search.elastic.schema import HASH, IRI, PAYLOAD, STAMP, facet_field, identifier
from search.matching import WINDOW, Candidate, Found, Plan
from search.stored import Stored

_MOST_VALUES: Final = 10_000
"""Different values of a facet that are counted, as in the embedded engine."""
_REMEMBERED: Final = 256

_SHOWN: Final = 30
_NAMED: Final = "publisher"

_Counts = Mapping[str, Mapping[str, int]]
_Row = tuple[str, float]
"""Stamp and score of a document."""
_Told = tuple[int, tuple[_Row, ...]]
"""How many documents a plan finds, and those wanted."""


class ElasticView:
    """Answers about one commit; a commit that comes between two requests of a search may show in
    the second. All requests are of one chain (`Reader`)."""

    def __init__(self, reader: Reader, commit: Commit, chain: str = "") -> None:
        self._reader = reader
        self._commit = commit
        self._chain = chain

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
            # Whoever asks how many there are asks for the first of them next.
            total, _ = self._hits(plan, WINDOW, 0)
            return Found(total, ())
        total, hits = self._hits(plan, limit, offset)
        documents = self._reader.documents([stamp for stamp, _ in hits], self._chain)
        return Found(
            total,
            tuple(
                Candidate(documents[stamp], score) for stamp, score in hits if stamp in documents
            ),
        )

    def count(self, plan: Plan, facets: Sequence[str]) -> _Counts:
        """Count facet values over a plan's documents, each facet without its own filter."""
        filters = tuple(plan.filters.items())
        key = (plan.groups, filters, plan.ranges, plan.hidden, tuple(facets))
        counts = self._commit.counts.get(key)
        if counts is None:
            counts = self._count(plan, facets)
            if len(self._commit.counts) >= _REMEMBERED:
                self._commit.counts.clear()
            self._commit.counts[key] = counts
            if _NAMED in counts:
                self._look_ahead(counts[_NAMED], plan.hidden)
        return counts

    def get(self, iri: str) -> Stored | None:
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

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, Stored]:
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

    def each(self) -> Iterator[Stored]:
        """Yield all documents."""
        everything = {"query": compile_query(Plan()), "_source": [PAYLOAD]}
        return self._reader.scan(everything, document)

    def _look_ahead(self, counted: Mapping[str, int], hidden: frozenset[str]) -> None:
        """Find a document of each publisher that will be shown, in one request.

        Its name is read from any one of its documents, which would be a request each.
        """
        first = heapq.nsmallest(_SHOWN, counted, key=lambda value: (-counted[value], value))
        plans = [Plan(filters={_NAMED: (value,)}, hidden=hidden) for value in first]
        plans = [plan for plan in plans if _key(plan, 1, 0) not in self._commit.found]
        if len(plans) < 2:
            return
        found = self._reader.search_several(
            [(_body(plan, 1, 0), _row(plan)) for plan in plans], self._chain
        )
        for plan, answer in zip(plans, found, strict=True):
            self._commit.found[_key(plan, 1, 0)] = (answer.total, answer.hits)
        self._reader.documents([s for answer in found for s, _ in answer.hits], self._chain)

    def _hits(self, plan: Plan, limit: int, offset: int) -> _Told:
        """How many there are, and stamp and score of those wanted."""
        key = _key(plan, limit, offset)
        kept: _Told | None = self._commit.found.get(key)
        if kept is None:
            answer = self._reader.search(_body(plan, limit, offset), _row(plan), self._chain)
            kept = (answer.total, answer.hits)
            if len(self._commit.found) >= _REMEMBERED:
                self._commit.found.clear()
            self._commit.found[key] = kept
        return kept

    def _count(self, plan: Plan, facets: Sequence[str]) -> _Counts:
        together = [name for name in facets if name not in plan.filters]
        alone = [name for name in facets if name in plan.filters]
        asked = [(together, compile_query(plan, after=False))] if together else []
        asked += [([name], compile_query(plan, without=name, after=False)) for name in alone]
        if not asked:
            return {}
        searches = [
            (
                {"query": query, "size": 0, "track_total_hits": False, "aggs": _terms(names)},
                nothing,
            )
            for names, query in asked
        ]
        found = (
            [self._reader.search(*searches[0], self._chain)]
            if len(searches) == 1
            else self._reader.search_several(searches, self._chain)
        )
        return {
            name: answer.counts[name]
            for (names, _), answer in zip(asked, found, strict=True)
            for name in names
        }


def identities(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield IRI and hash of every document of one commit."""
    body = {
        "query": compile_query(Plan()),
        "_source": False,
        "docvalue_fields": [IRI, HASH],
    }
    return reader.scan(body, lambda hit: (column(hit, IRI), column(hit, HASH)))


def _key(plan: Plan, limit: int, offset: int) -> Hashable:
    filters = tuple(plan.filters.items())
    asked = (plan.groups, filters, plan.ranges, plan.order, plan.after, plan.hidden)
    return asked, limit, offset


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


def _terms(names: Sequence[str]) -> Json:
    return {name: {"terms": {"field": facet_field(name), "size": _MOST_VALUES}} for name in names}
