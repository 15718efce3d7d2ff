"""The reading side: a plan's documents and counts, over HTTP, remembering what can't change."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ontology.errors import AtlasError
from search.elastic.compile import SORTS, Json, compile_query
from search.elastic.connection import READ_SECONDS, SCAN_SECONDS, Connection
from search.elastic.schema import (
    CHECKPOINT,
    HASH,
    IRI,
    MARK,
    PAYLOAD,
    STAMP,
    facet_field,
    identifier,
)
from search.errors import INDEX_MISSING
from search.matching import WINDOW, Candidate, Found, Plan
from search.stored import Stored, stored

_MOST_VALUES: Final = 10_000
"""Different values of a facet that are counted, as in the embedded engine."""
_SCANNED: Final = 2_000
"""Documents in one page of a walk over all."""
_KEEP_ALIVE: Final = "2m"
_REMEMBERED: Final = 256
_REMEMBERED_DOCUMENTS: Final = 20_000

_SHOWN: Final = 30
_NAMED: Final = "publisher"

_Counts = Mapping[str, Mapping[str, int]]
_Told = tuple[int, tuple[tuple[str, float], ...]]
"""How many documents a plan finds, and stamp and score of those wanted."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The last commit that readers see, and what was asked of it."""

    state: tuple[str, int, int]
    """Index, term and sequence number of the document of the checkpoint, which each commit
    replaces."""
    checkpoint: int
    mark: str
    found: dict[Hashable, _Told] = field(default_factory=dict, compare=False)
    counts: dict[Hashable, _Counts] = field(default_factory=dict, compare=False)


class Reader:
    """Follows the commits of one alias; safe to share among threads."""

    def __init__(self, connection: Connection, alias: str, seconds: float = READ_SECONDS) -> None:
        """Read through ``alias``; a request may take ``seconds``."""
        self._connection = connection
        self._seconds = seconds
        self.alias = alias
        self._last: Commit | None = None
        self._documents: dict[str, Stored] = {}
        self._lock = threading.Lock()

    def commit(self) -> Commit | None:
        """Return the last commit, or None where there is no index.

        Raises `AtlasError` (``search-unreachable``, ``search-refused``).
        """
        found: Any = self._connection.ask(
            # Not in real time: as of the last refresh, as searches see it.
            lambda c: c.get(index=self.alias, id=CHECKPOINT, realtime=False),
            self._seconds,
        )
        if found is None:
            return None
        state = (found["_index"], found["_primary_term"], found["_seq_no"])
        last = self._last
        if last is not None and last.state == state:
            return last
        source = found["_source"]
        commit = Commit(state, source[CHECKPOINT], source.get(MARK, ""))
        self._last = commit
        return commit

    def search(self, body: Json, seconds: float | None = None) -> Json:
        """Send one search; raises `AtlasError` (``index-missing`` …)."""
        point_in_time = "pit" in body
        answer: Any = self._connection.ask(
            lambda c: c.search(
                index=None if point_in_time else self.alias,
                # A point in time says so when it is opened.
                allow_partial_search_results=None if point_in_time else False,
                body=body,
            ),
            seconds or self._seconds,
        )
        if answer is None:
            raise AtlasError(INDEX_MISSING, path=self.alias)
        found: Json = answer
        return found

    def search_several(self, bodies: Sequence[Json]) -> list[Json]:
        """Send several searches in one request."""
        lines: list[Json] = []
        for body in bodies:
            lines += [{"allow_partial_search_results": False}, body]
        answer: Any = self._connection.ask(
            lambda c: c.msearch(index=self.alias, searches=lines), self._seconds
        )
        if answer is None:
            raise AtlasError(INDEX_MISSING, path=self.alias)
        found: list[Json] = answer["responses"]
        for one in found:
            if "error" in one:
                raise self._connection.refused(one, int(one.get("status", 500)))
        return found

    def scan(self, body: Json) -> Iterator[Json]:
        """Yield every hit of a search, as of now: commits meanwhile do not show."""
        opened: Any = self._connection.ask(
            lambda c: c.open_point_in_time(index=self.alias, keep_alive=_KEEP_ALIVE), SCAN_SECONDS
        )
        if opened is None:
            return
        identity = opened["id"]
        try:
            after: Json = {}
            while True:
                found = self.search(
                    {
                        **body,
                        **after,
                        "pit": {"id": identity, "keep_alive": _KEEP_ALIVE},
                        "size": _SCANNED,
                        "sort": [{"_shard_doc": "asc"}],
                        "track_total_hits": False,
                    },
                    SCAN_SECONDS,
                )
                identity = found.get("pit_id", identity)
                hits = found["hits"]["hits"]
                yield from hits
                if len(hits) < _SCANNED:
                    return
                after = {"search_after": hits[-1]["sort"]}
        finally:
            self._forget(identity)

    def _forget(self, identity: str) -> None:
        try:
            self._connection.ask(lambda c: c.close_point_in_time(id=identity), SCAN_SECONDS)
        except AtlasError:
            # It ends by itself after the time it is kept alive.
            return

    def documents(self, stamps: Sequence[str]) -> Mapping[str, Stored]:
        """Return documents by their stamps, of which only unknown ones are fetched.

        One that was replaced since is not among them.
        """
        known = self._documents
        wanted = {stamp: known.get(stamp) for stamp in stamps}
        missing = [stamp for stamp, document in wanted.items() if document is None]
        if missing:
            found = self.search(
                {
                    "query": {"bool": {"filter": [{"terms": {STAMP: missing}}]}},
                    "size": len(missing),
                    "_source": [PAYLOAD],
                    "docvalue_fields": [STAMP],
                    "track_total_hits": False,
                }
            )
            fetched = {
                hit["fields"][STAMP][0]: stored(hit["_source"][PAYLOAD])
                for hit in found["hits"]["hits"]
            }
            with self._lock:
                if len(known) + len(fetched) > _REMEMBERED_DOCUMENTS:
                    known.clear()
                known.update(fetched)
            wanted.update(fetched)
        return {stamp: document for stamp, document in wanted.items() if document is not None}


class ElasticView:
    """Answers about one commit; a commit that comes between two requests of a search may show in
    the second."""

    def __init__(self, reader: Reader, commit: Commit) -> None:
        self._reader = reader
        self._commit = commit

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
        documents = self._reader.documents([stamp for stamp, _ in hits])
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
            }
        )["hits"]["hits"]
        return stored(found[0]["_source"][PAYLOAD]) if found else None

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, Stored]:
        """Return those of some documents that a plan finds, by IRI, in the order of ``iris``."""
        if not iris:
            return {}
        ids = {"ids": {"values": [identifier(iri) for iri in iris]}}
        hits = self._reader.search(
            {
                **_body(plan, len(iris), 0),
                "query": {"bool": {"filter": [ids, compile_query(plan)]}},
                "track_total_hits": False,
            }
        )["hits"]["hits"]
        documents = self._reader.documents([hit["fields"][STAMP][0] for hit in hits])
        found = {document.iri: document for document in documents.values()}
        return {iri: found[iri] for iri in iris if iri in found}

    def each(self) -> Iterator[Stored]:
        """Yield all documents."""
        everything = {"query": compile_query(Plan()), "_source": [PAYLOAD]}
        for hit in self._reader.scan(everything):
            yield stored(hit["_source"][PAYLOAD])

    def _look_ahead(self, counted: Mapping[str, int], hidden: frozenset[str]) -> None:
        """Find a document of each publisher that will be shown, in one request.

        Its name is read from any one of its documents, which would be a request each.
        """
        first = heapq.nsmallest(_SHOWN, counted, key=lambda value: (-counted[value], value))
        plans = [Plan(filters={_NAMED: (value,)}, hidden=hidden) for value in first]
        plans = [plan for plan in plans if _key(plan, 1, 0) not in self._commit.found]
        if len(plans) < 2:
            return
        answers = self._reader.search_several([_body(plan, 1, 0) for plan in plans])
        found = [_told(plan, answer) for plan, answer in zip(plans, answers, strict=True)]
        for plan, told in zip(plans, found, strict=True):
            self._commit.found[_key(plan, 1, 0)] = told
        self._reader.documents([stamp for _, hits in found for stamp, _ in hits])

    def _hits(self, plan: Plan, limit: int, offset: int) -> _Told:
        """How many there are, and stamp and score of those wanted."""
        key = _key(plan, limit, offset)
        kept = self._commit.found.get(key)
        if kept is not None:
            return kept
        found = _told(plan, self._reader.search(_body(plan, limit, offset)))
        if len(self._commit.found) >= _REMEMBERED:
            self._commit.found.clear()
        self._commit.found[key] = found
        return found

    def _count(self, plan: Plan, facets: Sequence[str]) -> _Counts:
        together = [name for name in facets if name not in plan.filters]
        alone = [name for name in facets if name in plan.filters]
        asked = [(together, compile_query(plan, after=False))] if together else []
        asked += [([name], compile_query(plan, without=name, after=False)) for name in alone]
        if not asked:
            return {}
        bodies = [
            {"query": query, "size": 0, "track_total_hits": False, "aggs": _terms(names)}
            for names, query in asked
        ]
        answers = (
            [self._reader.search(bodies[0])]
            if len(bodies) == 1
            else self._reader.search_several(bodies)
        )
        return {
            name: {
                bucket["key"]: bucket["doc_count"]
                for bucket in answer["aggregations"][name]["buckets"]
            }
            for (names, _), answer in zip(asked, answers, strict=True)
            for name in names
        }


def identities(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield IRI and hash of every document of one commit."""
    body = {
        "query": compile_query(Plan()),
        "_source": False,
        "docvalue_fields": [IRI, HASH],
    }
    for hit in reader.scan(body):
        yield hit["fields"][IRI][0], hit["fields"][HASH][0]


def _key(plan: Plan, limit: int, offset: int) -> Hashable:
    filters = tuple(plan.filters.items())
    asked = (plan.groups, filters, plan.ranges, plan.order, plan.after, plan.hidden)
    return asked, limit, offset


def _told(plan: Plan, answer: Json) -> _Told:
    found = answer["hits"]
    by_score = plan.order == "relevance"
    return found["total"]["value"], tuple(
        (hit["fields"][STAMP][0], hit["sort"][0] if by_score else 0.0) for hit in found["hits"]
    )


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
