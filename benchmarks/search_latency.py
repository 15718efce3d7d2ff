"""Measure searches with five facets over a catalogue's embedded index, and suggestions.

    ATLAS_HOME=… python benchmarks/search_latency.py QUERIES.tsv [--url http://127.0.0.1:8080]

Each query is asked without and with filters, with five facets. The bare engine is tantivy called
in a loop with the compiled query of the same plan (200 hits and the same facets), in the same run.
With ``--url`` the same searches go through HTTP, one client, one connection; the answer has all
facets. Milliseconds of wall time; the first round (nothing remembered) is told apart.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import itertools
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from search.analysis.titles import title_parts
from search.index.embedded import EmbeddedIndex
from search.index.embedded.compile import compile_query
from search.index.embedded.generations import Generations
from search.index.embedded.reader import Reader
from search.index.field_names import facet_field
from search.limits import WINDOW
from search.model import Query
from search.query.request import check_query
from search.service import SearchService

FACETS = ("open_type", "publisher", "format", "frequency", "year")
FILTERS = ({}, {"year": ("2022", "2023")}, {"year": ("2021",)})


def told(label: str, milliseconds: Sequence[float]) -> float:
    ordered = sorted(milliseconds)
    middle, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{label:<44} median {middle:6.2f} ms   p95 {late:6.2f} ms   n {len(ordered)}")
    return sum(ordered)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with given.queries.open(encoding="utf-8") as file:
        texts = [row["query"] for row in csv.DictReader(file, delimiter="\t")]
    folder = Path(os.environ.get("ATLAS_HOME", "var")) / "index"
    index = EmbeddedIndex(folder)
    service = SearchService(index)
    service.search(Query(texts[0]))
    asked = [
        Query(text, filters=filters, limit=10, facets=FACETS)
        for text, filters in itertools.product(texts, FILTERS)
    ]
    told("first round", [timed(lambda q=query: service.search(q)) for query in asked])
    ours = told("again", [timed(lambda q=query: service.search(q)) for query in asked])
    snapshot = Reader(Generations(folder)).snapshot()
    assert snapshot is not None
    aggregations = {n: {"terms": {"field": facet_field(n), "size": 10_000}} for n in FACETS}
    bare: list[float] = []
    for query in asked:
        request = check_query(query)
        planned = service._planner.plan(request, index.view())
        compiled = compile_query(
            request.plan(planned.demand.groups, planned.demand.conditions), snapshot.schema
        )

        def work(compiled=compiled) -> None:
            found = snapshot.searcher.search(compiled, limit=WINDOW)
            for _, address in found.hits[:10]:
                snapshot.searcher.doc(address)
            snapshot.searcher.aggregate(compiled, aggregations)

        bare.append(timed(work))
    print(f"throughput beside the bare engine: {told('bare tantivy', bare) / ours:.2f}")
    if given.url:
        over_http(given.url, asked)
    suggestions(index, service)


def over_http(url: str, asked: Sequence[Query]) -> None:
    parts = urlsplit(url)
    client = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def ask(query: Query) -> None:
        values = [("q", query.text), ("limit", "10")]
        values += [(n, v) for n, chosen in query.filters.items() for v in chosen]
        client.request("GET", f"/api/v1/search?{urlencode(values)}")
        answer = client.getresponse()
        body = answer.read()
        assert answer.status == 200, body[:300]

    told("HTTP, first round", [timed(lambda q=query: ask(q)) for query in asked])
    told("HTTP, again", [timed(lambda q=query: ask(q)) for query in asked])


def suggestions(index: EmbeddedIndex, service: SearchService) -> None:
    """A sample of titles: do three characters bring the title, or a longer term in it?"""
    view = index.view()
    assert view is not None
    print(f"{'suggester':<44} made in {timed(lambda: service.suggest('停车')):.0f} ms")
    titles = [document.title for document in itertools.islice(view.each(), 0, None, 97)]
    milliseconds: list[float] = []
    right = 0
    for title in titles:
        core = title_parts(title).core
        for length in (1, 2, 3):
            typed = core[:length]
            milliseconds.append(timed(lambda t=typed: service.suggest(t)))
            found = service.suggest(typed)
        texts = {suggestion.text for suggestion in found}
        right += title in texts or any(text in core and len(text) > 3 for text in (*texts,))
    told("a suggestion", milliseconds)
    print(f"right within three characters: {right / len(titles):.3f} of {len(titles)}")


if __name__ == "__main__":
    main()
