"""Public SPARQL over a real Fuseki: deadlines, what it must not be asked, states that move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import pytest

from catalog_service.graph import GraphRecord
from catalog_service.graph.remote import RemoteGraph
from catalog_service.sparql.limits import MIB, SparqlLimits
from catalog_service.sparql.remote import RemoteSparql
from ontology.errors import AtlasError
from ontology.ntriples import iri, literal, triple
from ontology.record import Record
from tests.fixtures.waiting import until

pytestmark = pytest.mark.services

LIMITS = SparqlLimits(
    timeout=1.0, workers=2, max_rows=100_000_000, max_bytes=1024 * MIB, client_seconds=600
)
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"


def record(name: str, *titles: str) -> GraphRecord:
    own = f"http://atlas.test/id/dataset/test/{name}"
    title = iri("http://purl.org/dc/terms/title")
    lines = [triple(iri(own), title, literal(text, lang="zh")) for text in titles]
    made = Record.from_lines(lines, iri=own, source="test", remote_id=name)
    return GraphRecord(made.iri, made.focus, made.hash, made.nquads)


MANY = [record(str(n), *(f"题 {n} {m}" for m in range(20))) for n in range(20)]


@pytest.fixture
def store(fuseki_memory_url: str) -> Iterator[RemoteGraph]:
    with closing(RemoteGraph(fuseki_memory_url, fixed=[])) as graph:
        graph.checkpoint()
        graph.write(MANY, [], 3)
        yield graph


@pytest.fixture
def service(fuseki_memory_url: str) -> Iterator[RemoteSparql]:
    with closing(RemoteSparql(fuseki_memory_url, LIMITS)) as made:
        yield made


def failed(server: str) -> int:
    """How many queries the server has ended without an answer."""
    counts: dict[str, Any] = httpx.get(f"{server}/$/stats/memory").json()["datasets"]["/memory"]
    return int(counts["endpoints"]["query"]["RequestsBad"])


def test_the_server_itself_stops_a_query_at_its_deadline(
    fuseki: str, store: RemoteGraph, service: RemoteSparql
) -> None:
    before = failed(fuseki)
    with pytest.raises(AtlasError) as caught:
        service.query(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}")
    assert caught.value.code == "sparql-timeout"
    until(lambda: failed(fuseki) == before + 1, "the server to stop the query")
    assert json.loads(service.query("ASK { ?s ?p ?o }").body)["boolean"] is True


@pytest.mark.parametrize("form", ["SELECT *", "SELECT (COUNT(*) AS ?n)", "CONSTRUCT { ?a ?b ?l }"])
def test_an_answer_that_the_server_cuts_is_none(fuseki_hasty_url: str, form: str) -> None:
    """It does so with status 200, where solutions have gone out already."""
    limits = replace(LIMITS, timeout=60.0)
    with (
        closing(RemoteGraph(fuseki_hasty_url, fixed=[])) as graph,
        closing(RemoteSparql(fuseki_hasty_url, limits)) as service,
    ):
        graph.checkpoint()
        graph.write(MANY, [], 3)
        with pytest.raises(AtlasError) as caught:
            service.query(f"{form} {{ {CROSS} }}")
    assert caught.value.code == "sparql-timeout"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<java:java.lang.String>(1) AS ?x) {}",
        "SELECT * { ?s <java:java.lang.String> ?o }",
        "PREFIX j: <JAVA:java.lang.> SELECT (j:String(1) AS ?x) {}",
        r"SELECT (<\u006aava:java.lang.String>(1) AS ?x) {}",
        r"SELECT (<\U0000006Aava:java.lang.String>(1) AS ?x) {}",
        'SELECT (CALL("java:java.lang.String", 1) AS ?x) {}',
        'SELECT * { FILTER call ("java:java.lang.String") }',
    ],
)
def test_no_query_names_a_class_to_load(service: RemoteSparql, query: str) -> None:
    with pytest.raises(AtlasError) as caught:
        service.query(query)
    assert caught.value.code == "sparql-function-unknown"


def test_what_only_looks_like_a_class_is_asked(store: RemoteGraph, service: RemoteSparql) -> None:
    answer = service.query('ASK { ?s ?p ?o FILTER(?o != "java:x" && ?o != "CALL(1)") }')
    assert json.loads(answer.body)["boolean"] is True


def test_graphs_that_are_fetched_are_of_one_state(
    store: RemoteGraph, service: RemoteSparql, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several default graphs are fetched first, in more than one request."""
    first, second, third = (r.iri for r in MANY[:3])
    ask, asked = service._ask, 0

    def moved_between(*arguments: Any) -> bytes:
        nonlocal asked
        found = ask(*arguments)
        asked += 1
        if asked == 1:
            store.write([record(str(n), "新") for n in range(3)], [], 4)
        return found

    monkeypatch.setattr(service, "_ask", moved_between)
    answer = service.query(
        f"SELECT DISTINCT ?t FROM <{first}> FROM <{second}> FROM NAMED <{third}>"
        " { { ?s ?p ?t } UNION { GRAPH ?g { ?s ?p ?t } } }"
    )
    assert [row["t"]["value"] for row in json.loads(answer.body)["results"]["bindings"]] == ["新"]
    assert answer.snapshot == 4


def test_an_answer_follows_a_record_that_is_closed_early(
    store: RemoteGraph, service: RemoteSparql
) -> None:
    """The number stays, the answer does not: none is kept by it."""
    query = f"ASK {{ <{MANY[0].iri}> ?p ?o }}"
    before = service.query(query)
    store.withdraw([MANY[0].iri])
    after = service.query(query)
    assert before.snapshot == after.snapshot == 3
    assert json.loads(before.body)["boolean"] is True
    assert json.loads(after.body)["boolean"] is False


def test_credentials_are_sent_and_never_told(fuseki_memory_url: str) -> None:
    named = fuseki_memory_url.replace("http://", "http://atlas:secret@").replace("memory", "none")
    with (
        closing(RemoteGraph(named, fixed=[])) as graph,
        closing(RemoteSparql(named, LIMITS)) as service,
    ):
        for ask in (graph.checkpoint, service.state):
            with pytest.raises(AtlasError) as caught:
                ask()
            assert caught.value.code == "graph-refused"
            assert "secret" not in f"{caught.value} {caught.value.message('zh')}"
            assert "***@" in caught.value.message("en")
