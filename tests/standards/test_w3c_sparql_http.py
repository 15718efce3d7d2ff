"""The W3C suites for SPARQL queries, sent over HTTP to a service whose graph holds their data.

Each file of data is a named graph, and a request names those of its test, as the protocol has it
(``default-graph-uri``, ``named-graph-uri``). What departs, and why, is the same as without HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.atlas import Atlas
from catalog_service.graph import FixedGraph
from catalog_service.output_formats import OutputFormat
from tests.fixtures.web import House, served
from tests.standards.departures import assert_only_known
from tests.standards.manifests import Entry
from tests.standards.sparql_suite import (
    DepartureError,
    Graphs,
    evaluate,
    graphs_of,
    query_of,
    statements_of,
    text_of,
)
from tests.standards.test_w3c_sparql import Tests, is_federated, is_update, suite

__all__ = ["suite"]

pytestmark = pytest.mark.slow

FORMS = ("json", "csv", "turtle")
"""Those in which the answers are compared; in all others they are without HTTP."""

NOTHING = "https://data.example/nothing"
"""No graph has this name."""


def _is_evaluated(name: str, entry: Entry) -> bool:
    return not ("Syntax" in entry.kind or is_update(entry) or is_federated(name))


@pytest.fixture(scope="module")
def client(suite: Tests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    found = [graphs_of(entry) for name, entry in suite.items() if _is_evaluated(name, entry)]
    names = {graph for graphs in found for graph in (*graphs.default, *graphs.named)}
    fixed = [
        FixedGraph(
            graph.value,
            "".join(f"{triple} .\n" for triple in statements_of(graph)),
            ox.RdfFormat.N_TRIPLES,
        )
        for graph in sorted(names, key=lambda graph: graph.value)
    ]
    assert len(fixed) > 150
    # One client sends all of it, as fast as it is answered.
    house = House(tmp_path_factory.mktemp("suite"), sparql_client_seconds=3_600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Atlas, "fixed_graphs", lambda atlas: fixed)
        with house.atlas:
            house.project()
            with served(house) as address, httpx.Client(base_url=address, timeout=60) as made:
                yield made


def ask(client: httpx.Client, text: str, form: OutputFormat, graphs: Graphs) -> bytes:
    """Send a query with its graphs as a form, which has room for all of it."""
    sent: dict[str, str | list[str]] = {"query": text}
    if not graphs.by_query:
        sent["default-graph-uri"] = [graph.value for graph in graphs.default] or NOTHING
        sent["named-graph-uri"] = [graph.value for graph in graphs.named]
    answer = client.post("/sparql", data=sent, headers={"Accept": form.media_type})
    if answer.status_code != 200:
        raise DepartureError(f"{form.name}: {answer.text}")
    assert answer.headers["content-type"] == form.content_type
    return answer.content


def test_queries_have_the_answers_of_the_suite(suite: Tests, client: httpx.Client) -> None:
    failed: dict[str, str] = {}
    run = 0
    for name, entry in suite.items():
        if not _is_evaluated(name, entry):
            continue
        run += 1
        try:
            evaluate(entry, partial(ask, client), FORMS)
        except DepartureError as error:
            failed[name] = str(error)
    assert run > 500
    assert_only_known("sparql-queries", failed)


def test_queries_are_refused_where_the_suite_says_that_they_are_none(
    suite: Tests, client: httpx.Client
) -> None:
    failed: dict[str, str] = {}
    run = 0
    for name, entry in suite.items():
        if "Syntax" not in entry.kind or is_update(entry) or is_federated(name):
            continue
        run += 1
        sent = {"query": text_of(query_of(entry)), "default-graph-uri": NOTHING}
        answer = client.post("/sparql", data=sent)
        # What is understood and cannot be answered is a query all the same.
        understood = answer.is_success or answer.json()["code"] == "sparql-function-unknown"
        if understood != ("Positive" in entry.kind):
            failed[name] = f"{answer.status_code} {answer.text[:300]}"
    assert run > 300
    assert_only_known("sparql-syntax", failed)


def test_updates_and_federated_queries_are_refused(suite: Tests, client: httpx.Client) -> None:
    found: dict[str, set[str]] = {"update": set(), "federated": set()}
    for name, entry in suite.items():
        if is_update(entry) or is_federated(name):
            answer = client.post("/sparql", data={"query": text_of(query_of(entry))})
            kind = "update" if is_update(entry) else "federated"
            found[kind].add(answer.json()["code"])
    assert found["federated"] == {"sparql-service-refused"}
    # A request of comments and prefixes only is no query either.
    assert found["update"] == {"sparql-update-refused", "sparql-syntax"}
