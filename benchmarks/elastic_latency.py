"""Elasticsearch against the embedded engine (the same answers?) and the bare client (how fast?).

    python -m benchmarks.elastic_latency [--rounds N] [--facets all|5]

Starts a server as the tests do, indexes the real records of ``../shared/data`` in both engines, and
asks the judged searches, the older ones, and titles of records, each with all facets or with five,
alone and with two filters. Baselines of the same run: *one request* is what a program without an
engine would send, one search by the official client for the final plan's twenty hits and the same
facets;
*same requests* are the engine's own, sent again by the bare client. Each search begins with nothing
remembered of what was found and counted; those of the first round also without what was made of
their text, and without the names of publishers.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from benchmarks.search_first import DATA, measured, records, show, table
from ontology.vocabulary import load_vocabulary
from search.facets import FACETS, INDEXED
from search.index.concepts import ConceptIndex
from search.index.elastic import ElasticIndex
from search.index.elastic.compile import SORTS, compile_query
from search.index.elastic.reader import Reader
from search.index.elastic.view import ElasticView
from search.index.embedded import EmbeddedIndex
from search.index.field_names import PAYLOAD, facet_field
from search.index.from_record import document_of
from search.index.plan import Plan
from search.model import Query, Result
from search.service import SearchService
from tests.fixtures.elasticsearch import Server, installed_server

FIVE = ("open_type", "publisher", "format", "frequency", "year")
Asked = Callable[[Elasticsearch], Any]


class Spy:
    """Notes the requests and the last plan of each search."""

    def __init__(self, index: ElasticIndex) -> None:
        self.requests: list[Asked] = []
        self.plan = Plan()
        self.reader: Reader = index._reader
        connection = index._connection
        self.ask = connection.ask
        connection.ask = self._ask  # type: ignore[method-assign]
        self._count = ElasticView.count
        spy = self

        def count(view: ElasticView, plan: Plan, facets: Any) -> Any:
            if len(facets) > 1:
                spy.plan = plan
            return spy._count(view, plan, facets)

        ElasticView.count = count  # type: ignore[assignment, method-assign]

    def _ask(self, request: Any, seconds: float, read: Any) -> Any:
        self.requests.append(request)
        return self.ask(request, seconds, read)


def one_request(plan: Plan, facets: tuple[str, ...]) -> dict[str, Any]:
    return {
        "query": compile_query(plan),
        "size": 20,
        "sort": SORTS[plan.order],
        "track_total_hits": True,
        "_source": [PAYLOAD],
        "aggs": {n: {"terms": {"field": facet_field(n), "size": 30}} for n in facets},
    }


def sent_again(request: Asked, client: Elasticsearch) -> None:
    with contextlib.suppress(NotFoundError):  # a point in time that is closed since
        request(client)


def forget(reader: Reader, service: SearchService) -> None:
    """Forget what was found and counted; the names of publishers stay, as they do in a service."""
    service._reranker._by_words.clear()
    for commit in reader._commits.values():
        commit.found.clear()
        commit.counts.clear()


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def counts(result: Result) -> dict[str, list[tuple[str, int]]]:
    return {name: [(v.value, v.count) for v in values] for name, values in result.facets.items()}


def parity(elastic: SearchService, embedded: SearchService, queries: list[Query]) -> None:
    first = facets = totals = top = 0
    for query in queries:
        ours, theirs = elastic.search(query), embedded.search(query)
        one, other = ([h.iri for h in r.hits] for r in (ours, theirs))
        first += one[:1] == other[:1]
        top += one[:10] == other[:10]
        facets += counts(ours) == counts(theirs)
        totals += ours.total == theirs.total
        if one[:1] != other[:1]:
            names = [r.hits[0].title if r.hits else "-" for r in (ours, theirs)]
            print(f"  first hit differs: {query.text}: {names[0]} | {names[1]}")
        if counts(ours) != counts(theirs):
            print(f"  facets differ: {query}")
    n = len(queries)
    print(
        f"the same as embedded, {n} searches: first hit {first / n:.3f}, first ten {top / n:.3f}, "
        f"total {totals / n:.3f}, facet counts {facets / n:.3f}"
    )


def latency(
    index: ElasticIndex, service: SearchService, url: str, queries: list[Query], rounds: int
) -> None:
    spy = Spy(index)
    raw = Elasticsearch(url)
    alias = spy.reader.alias
    own: list[float] = []
    single: list[float] = []
    same: list[float] = []
    sent: list[int] = []
    first: list[int] = []
    for number in range(rounds + 1):
        for query in queries:
            forget(spy.reader, service)
            spy.requests.clear()
            if not number:
                spy.reader._commits.clear()
                service._planner._plans.clear()
                service._facets._labels = (None, {})
            took = timed(lambda q=query: service.search(q))  # type: ignore[misc]
            requests = list(spy.requests)
            names = FACETS if query.facets is True else tuple(query.facets or ())
            indexed = tuple(name for name in names if name in INDEXED)
            body = one_request(replace(spy.plan, after=None), indexed)
            # A small difference, or the server would answer from its own memory.
            body["aggs"]["again"] = {"max": {"field": "by_modified", "missing": number}}
            bare = timed(lambda b=body: raw.search(index=alias, body=b))  # type: ignore[misc]
            again = timed(lambda r=requests: [sent_again(one, raw) for one in r])  # type: ignore[misc, func-returns-value]
            if not number:  # which warms the server up
                first.append(len(requests))
            else:
                own.append(took)
                single.append(bare)
                same.append(again)
                sent.append(len(requests))
    medians = [statistics.median(times) for times in (own, single, same)]
    show("engine", own)
    show("bare client, one request", single)
    show("bare client, the same requests", same)
    print(
        f"requests a search {statistics.mean(sent):.1f}, "
        f"of a new text {statistics.mean(first):.1f}, at most {max(first)}; "
        f"ratio of medians: to one request {medians[0] / medians[1]:.2f}, "
        f"to the same requests {medians[0] / medians[2]:.2f}"
    )
    raw.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--facets", choices=("all", "5"), default="all")
    given = parser.parse_args()
    facets = FIVE if given.facets == "5" else True
    program = installed_server()
    if not DATA.is_dir() or isinstance(program, str):
        sys.exit(f"nothing measured: {program if isinstance(program, str) else 'no real records'}")
    concepts = ConceptIndex(load_vocabulary())
    documents = [document_of(record, concepts) for record in records()]
    texts = [row["query"] for name in ("judged_queries.tsv", "queries.tsv") for row in table(name)]
    texts += [d.title for d in random.Random(5).sample(documents, 60)]
    server = Server(*program)
    try:
        server.start()
        elastic = ElasticIndex(server.url, "bench", read_seconds=60)
        service = SearchService(elastic)
        with tempfile.TemporaryDirectory() as folder:
            embedded = EmbeddedIndex(Path(folder))
            measured("rebuild, embedded", lambda: embedded.rebuild(documents, lambda: 1))
            measured("rebuild, Elasticsearch", lambda: elastic.rebuild(documents, lambda: 1))
            measured("write, 1 document", lambda: elastic.write(documents[:1], [], 2))
            own = SearchService(embedded)
            chosen = own.search(Query()).facets
            two = {n: tuple(v.value for v in chosen[n][:2]) for n in ("format", "year")}
            plain = [Query(facets=facets), *(Query(text, facets=facets) for text in texts)]
            queries = [*plain, *(replace(query, filters=two) for query in plain)]
            queries += [
                Query(sort="modified", limit=50, facets=facets),
                Query(texts[0], sort="title", facets=facets),
            ]
            parity(service, own, queries)
            embedded.close()
        latency(elastic, service, server.url, queries, given.rounds)
        elastic.close()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
