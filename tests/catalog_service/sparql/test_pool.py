"""SPARQL through workers: answers, formats, datasets, limits, errors."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from catalog_service.graph import EmbeddedGraph, FixedGraph, GraphReader, GraphRecord
from catalog_service.graph.remote import RemoteGraph
from catalog_service.settings import Settings
from catalog_service.sparql import worker_process
from catalog_service.sparql.formats import choose
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.model import Client, SparqlService
from catalog_service.sparql.pool import SparqlPool
from catalog_service.sparql.remote import RemoteSparql
from ontology.errors import AtlasError
from ontology.record import Record
from tests.fixtures.waiting import until

BASE = "http://atlas.test/id/dataset/test/"
DCT_TITLE = "http://purl.org/dc/terms/title"
LIMITS = SparqlLimits(timeout=10, memory_mb=512, workers=1, max_rows=100, max_bytes=50_000)
VOCABULARY = FixedGraph(
    "http://atlas.test/vocab", '<http://atlas.test/v> <http://atlas.test/p> "值"@zh .'
)


def record(name: str, *titles: str) -> GraphRecord:
    iri = f"{BASE}{name}"
    lines = [f'<{iri}> <{DCT_TITLE}> "{title}"@zh .' for title in titles]
    made = Record.from_lines(lines, iri=iri, source="test", remote_id=name)
    return GraphRecord(made.iri, made.focus, made.hash, made.nquads)


RECORDS = [record("1", "地铁站点", '引号\\"与,逗号\\n换行'), record("2", "公园")]


SERVERS = {"server": "oxigraph_url", "fuseki": "fuseki_url"}


@pytest.fixture(
    params=["pool", *(pytest.param(name, marks=pytest.mark.services) for name in SERVERS)]
)
def back_end(request: pytest.FixtureRequest) -> str:
    """What answers queries."""
    name: str = request.param
    return name


@pytest.fixture
def service(
    request: pytest.FixtureRequest, tmp_path: Path, back_end: str
) -> Iterator[SparqlService]:
    """All back ends, over the same records."""
    made: SparqlService
    if back_end in SERVERS:
        url = request.getfixturevalue(SERVERS[back_end])
        remote = RemoteGraph(url, fixed=[VOCABULARY])
        remote.bring_fixed()
        remote.write(RECORDS, [], 5)
        remote.close()
        made = RemoteSparql(url, LIMITS)
    else:
        with EmbeddedGraph(tmp_path, fixed=[VOCABULARY]) as store:
            store.write(RECORDS, [], 5)
            store.publish()
        made = SparqlPool(GraphReader(tmp_path), LIMITS)
    yield made
    made.close()


def bindings(body: bytes) -> list[dict[str, str]]:
    rows = json.loads(body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


TITLES = f"SELECT ?s ?t {{ ?s <{DCT_TITLE}> ?t }} ORDER BY ?t"
EXPECTED = [
    {"s": f"{BASE}2", "t": "公园"},
    {"s": f"{BASE}1", "t": "地铁站点"},
    {"s": f"{BASE}1", "t": '引号"与,逗号\n换行'},
]


def test_the_default_graph_is_the_union(service: SparqlService) -> None:
    answer = service.query(TITLES)
    assert bindings(answer.body) == EXPECTED
    assert answer.media_type == "application/sparql-results+json"
    assert answer.rows == 3
    assert answer.milliseconds > 0


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("application/sparql-results+xml;q=0.5, text/html", "application/sparql-results+xml"),
        ("*/*", "application/sparql-results+json"),
    ],
)
def test_solutions_in_every_form(service: SparqlService, accept: str, media_type: str) -> None:
    answer = service.query(TITLES, accept=accept)
    assert answer.media_type == media_type
    if accept == "text/csv":
        rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
        assert rows == EXPECTED
    else:
        form = ox.QueryResultsFormat.from_media_type(media_type)
        found = ox.parse_query_results(answer.body, format=form)
        assert isinstance(found, ox.QuerySolutions)
        values = [{"s": row["s"].value, "t": row["t"].value} for row in found]
        assert values == EXPECTED


@pytest.mark.parametrize("accept", ["turtle", "nt", "jsonld", "rdf"])
def test_graphs_in_every_form(service: SparqlService, accept: str) -> None:
    wanted = {t for r in RECORDS for t in ox.parse(r.nquads, format=ox.RdfFormat.N_TRIPLES)}
    answer = service.query(
        f"CONSTRUCT {{ ?s <{DCT_TITLE}> ?t }} WHERE {{ ?s <{DCT_TITLE}> ?t }}", accept=accept
    )
    media_type = answer.media_type.split(";", maxsplit=1)[0]
    form = ox.RdfFormat.from_media_type(media_type)
    assert set(ox.parse(answer.body, format=form)) == wanted
    assert answer.rows == 3


def test_asking_and_describing(service: SparqlService) -> None:
    assert json.loads(service.query(f"ASK {{ <{BASE}1> ?p ?o }}").body)["boolean"] is True
    described = service.query(f"DESCRIBE <{BASE}2>")
    assert described.media_type == "text/turtle; charset=utf-8"
    assert "公园" in described.body.decode()


@pytest.mark.parametrize(
    ("query", "default", "named", "rows"),
    [
        (f"SELECT * FROM <{BASE}1> {{ ?s ?p ?o }}", (), (), 2),
        (f"SELECT * FROM NAMED <{BASE}1> {{ GRAPH ?g {{ ?s ?p ?o }} }}", (), (), 2),
        (f"SELECT * FROM NAMED <{BASE}1> {{ ?s ?p ?o }}", (), (), 0),
        ("SELECT * { ?s ?p ?o }", (f"{BASE}2",), (), 1),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", (f"{BASE}2",), (), 0),
        ("SELECT * { ?s ?p ?o }", (), (f"{BASE}1",), 0),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", (), (f"{BASE}1",), 2),
        (f"SELECT * FROM <{BASE}1> {{ ?s ?p ?o }}", (f"{BASE}2",), (), 1),
        (f"SELECT * {{ GRAPH <{BASE}2> {{ ?s ?p ?o }} }}", (), (), 1),
        ('SELECT * { ?s ?p "FROM <x>" }', (), (), 0),
        ("SELECT * { GRAPH <http://atlas.test/vocab> { ?s ?p ?o } }", (), (), 1),
    ],
)
def test_the_dataset_of_a_query(
    service: SparqlService,
    query: str,
    default: Sequence[str],
    named: Sequence[str],
    rows: int,
) -> None:
    """SPARQL 1.1 Query, section 13.2; SPARQL 1.1 Protocol, section 2.1.4."""
    answer = service.query(query, default_graphs=default, named_graphs=named)
    assert len(bindings(answer.body)) == rows


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT * {\n  ?s ?p", "sparql-syntax"),
        ("", "sparql-syntax"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "sparql-update-refused"),
        ("# a comment\nPREFIX x: <x:> delete where { ?s ?p ?o }", "sparql-update-refused"),
        ("SELECT * { SERVICE <http://127.0.0.1:1> { ?s ?p ?o } }", "sparql-service-refused"),
        ("SELECT * { { ?s ?p ?o } { ?a ?b ?c } { ?d ?e ?f } }", "sparql-too-large"),
        (f"ASK {{ }} #{'x' * 200_000}", "sparql-query-too-long"),
    ],
)
def test_each_refusal_has_its_code(service: SparqlService, query: str, code: str) -> None:
    with pytest.raises(AtlasError) as caught:
        service.query(query)
    assert caught.value.code == code
    assert bindings(service.query(TITLES).body) == EXPECTED


def test_a_function_that_is_not_there_is_the_querys_fault(
    service: SparqlService, back_end: str
) -> None:
    if back_end == "fuseki":
        # To Jena it is an error of evaluation, which leaves the variable unbound (17.2).
        assert bindings(service.query("SELECT (<http://x.example/fn>(1) AS ?x) { }").body) == [{}]
        return
    with pytest.raises(AtlasError) as caught:
        service.query("SELECT (<http://x.example/fn>(1) AS ?x) { }")
    assert caught.value.code == "sparql-function-unknown"
    assert "<http://x.example/fn>" in caught.value.message("en")
    with pytest.raises(AtlasError) as caught:
        service.query("SELECT * { ?s ?p ?o FILTER(<http://x.example/fn>(?o)) }")
    assert caught.value.code == "sparql-function-unknown"


def test_a_syntax_error_has_its_place(service: SparqlService) -> None:
    with pytest.raises(AtlasError) as caught:
        service.query("SELECT * {\n  ?s ?p ?o ;; }}")
    # Jena names where the word begins that it cannot take; of Oxigraph it is found out.
    assert (caught.value.params["line"], caught.value.params["column"]) == (2, 16)
    assert "line 2, column 16" in caught.value.message("en")
    assert "第 2 行第 16 列" in caught.value.message("zh")
    # The asker's own text, not the engine's grammar.
    for lang in ("zh", "en"):
        assert "?s ?p ?o ;; }▸}" in caught.value.message(lang)
        assert "expected one of" not in caught.value.message(lang)


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("SELECT * { ?s ?p }", 18),
        ("SELECT ?s { ?s ?p ?o } ORDER ?s", 30),
        ("SELECT * { ?s ?p '数据𠀀' ；?q ?r }", 24),
        ("SELECT * { ?s ?p ?o", 20),
    ],
)
def test_the_place_is_where_the_token_begins(
    service: SparqlService, query: str, column: int
) -> None:
    with pytest.raises(AtlasError) as caught:
        service.query(query)
    assert (caught.value.params["line"], caught.value.params["column"]) == (1, column)


@pytest.mark.parametrize("query", ["SELECT * { ?s foo:bar ?o }", "SELECT * {\n ?s a foo:Bar }"])
def test_a_prefix_that_is_not_declared_is_named(service: SparqlService, query: str) -> None:
    with pytest.raises(AtlasError) as caught:
        service.query(query)
    assert caught.value.code == "sparql-prefix-unknown"
    assert caught.value.params["prefix"] == "foo"


def test_a_variable_outside_the_groups_is_told(service: SparqlService) -> None:
    with pytest.raises(AtlasError) as caught:
        service.query("SELECT (COUNT(?s) AS ?n) ?o { ?s ?p ?o }")
    assert caught.value.code == "sparql-variable-unbound"
    assert caught.value.params["variable"] == "?o"
    assert (caught.value.params["line"], caught.value.params["column"]) == (1, 26)
    assert "GROUP BY" in caught.value.message("zh")


def test_the_usual_prefixes_need_no_declaration(service: SparqlService) -> None:
    query = TITLES.replace(f"<{DCT_TITLE}>", "dct:title")
    assert bindings(service.query(query).body) == EXPECTED
    # What a query declares itself wins.
    assert bindings(service.query(f"PREFIX dct: <http://other.test/> {query}").body) == []


def test_a_longer_answer_is_refused_and_never_cut(service: SparqlService) -> None:
    values = " ".join(f'"{n}"' for n in range(101))
    with pytest.raises(AtlasError) as caught:
        service.query(f"SELECT * {{ VALUES ?n {{ {values} }} }}")
    assert caught.value.code == "sparql-too-large"
    exactly = service.query(f"SELECT * {{ VALUES ?n {{ {values} }} }} LIMIT 100")
    assert len(bindings(exactly.body)) == 100
    with pytest.raises(AtlasError) as caught:
        service.query(f'SELECT * {{ VALUES ?n {{ "{"x" * 60_000}" }} }}')
    assert caught.value.code == "sparql-too-large"


def test_an_unknown_format_is_refused(service: SparqlService) -> None:
    with pytest.raises(AtlasError) as caught:
        service.query("ASK {}", accept="image/png")
    assert caught.value.code == "sparql-format"


def test_graph_names_of_the_protocol_must_be_iris(service: SparqlService) -> None:
    with pytest.raises(AtlasError) as caught:
        service.query("ASK {}", default_graphs=["not an iri"])
    assert caught.value.code == "illegal-iri"


def test_what_many_records_say_alike_counts_once(tmp_path: Path) -> None:
    said = [("x:title", "办公室"), ("x:z", "区")]
    with EmbeddedGraph(tmp_path) as store:
        records = []
        for number in range(9):
            iri = f"{BASE}{number}"
            lines = [f'<{BASE}office> <{name}> "{text}" .' for name, text in said]
            made = Record.from_lines(lines, iri=iri, source="test", remote_id=str(number))
            records.append(GraphRecord(made.iri, made.focus, made.hash, made.nquads))
        store.write(records, [], 1)
        store.publish()
    # The engine tells each statement once for each graph that has it.
    with SparqlPool(GraphReader(tmp_path), replace(LIMITS, max_rows=2)) as pool:
        described = pool.query(f"DESCRIBE <{BASE}office>", accept="nt")
    assert described.rows == 2
    assert "区" in described.body.decode()


def test_a_newer_snapshot_is_taken_up(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write(RECORDS[:1], [], 1)
        store.publish()
        with SparqlPool(GraphReader(tmp_path), LIMITS) as pool:
            before = pool.query(TITLES)
            assert (before.snapshot, before.rows) == (1, 2)
            for seq in range(2, 6):
                store.write([record(str(seq), f"新{seq}")], [], seq)
                store.publish()
                after = pool.query(TITLES)
                assert (after.snapshot, after.rows) == (seq, 1 + seq)


def test_a_worker_that_died_is_replaced(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write(RECORDS, [], 1)
        store.publish()
    with SparqlPool(GraphReader(tmp_path), LIMITS) as pool:
        assert pool.query("ASK {}").rows == 1
        (pid,) = pool.pids()
        os.kill(pid, signal.SIGKILL)
        # Dead already or only found dead in the asking: the next but one is answered for sure.
        try:
            pool.query("ASK {}")
        except AtlasError as error:
            assert error.code == "sparql-failed"
        assert bindings(pool.query(TITLES).body) == EXPECTED
        assert pool.pids() != (pid,)


def test_a_damaged_snapshot_is_called_so_and_no_fault_of_the_query(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([record(str(n), f"第{n}") for n in range(300)], [], 1)
        store.publish()
        tables = list(GraphReader(tmp_path).current().path.glob("*.sst"))
        assert tables
        for table in tables:
            whole = table.read_bytes()
            table.write_bytes(bytes(len(whole) // 2) + whole[len(whole) // 2 :])
        with SparqlPool(GraphReader(tmp_path), LIMITS) as pool:
            with pytest.raises(AtlasError) as caught:
                pool.query(TITLES)
            assert caught.value.code == "graph-broken"
            assert "Corruption" in caught.value.message("en")


def test_closing_ends_the_workers(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.publish()
    pool = SparqlPool(GraphReader(tmp_path), LIMITS)
    pool.query("ASK {}")
    (pid,) = pool.pids()
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_closing_ends_a_query_that_runs(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([record(str(n), "题") for n in range(200)], [], 1)
        store.publish()
    pool = SparqlPool(GraphReader(tmp_path), replace(LIMITS, timeout=60))
    (pid,) = pool.pids()
    pool.query("ASK {}")
    with ThreadPoolExecutor(1) as thread:
        endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        asked = thread.submit(pool.query, endless)
        until(lambda: not pool._workers._idle or asked.done(), "the worker to be taken")
        assert not asked.done()
        pool.close()
        with pytest.raises(AtlasError) as caught:
            asked.result(20)
    assert caught.value.code == "sparql-failed"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        pytest.param("exec sleep 600", "sparql-busy", id="late"),
        pytest.param("kill -ABRT $$", "sparql-failed", id="ended"),
    ],
)
def test_a_worker_that_does_not_start_says_nothing_about_the_query(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, code: str
) -> None:
    """Its client goes on as before: neither its time nor its memory was met."""
    started = tmp_path / "python"
    started.write_text(f"#!/bin/sh\n{program}\n")
    started.chmod(0o755)
    with EmbeddedGraph(tmp_path / "graph") as store:
        store.publish()
    monkeypatch.setattr(sys, "executable", str(started))
    if code == "sparql-busy":
        monkeypatch.setattr(worker_process, "START_TIMEOUT", 0.1)
    asked = Client("asked")
    with SparqlPool(GraphReader(tmp_path / "graph"), LIMITS) as pool:
        with pytest.raises(AtlasError) as caught:
            pool.query("ASK {}", client=asked)
        assert caught.value.code == code
        assert not pool._lanes._failed.has(asked)
        assert not pool._lanes._stopped.has(asked)


def test_without_a_snapshot_it_is_said_so(tmp_path: Path) -> None:
    with SparqlPool(GraphReader(tmp_path), LIMITS) as pool, pytest.raises(AtlasError) as caught:
        pool.query("ASK {}")
    assert caught.value.code == "no-snapshot"


@pytest.mark.parametrize(
    ("accept", "form", "name"),
    [
        ("", "SELECT", "json"),
        ("", "CONSTRUCT", "turtle"),
        ("application/json", "CONSTRUCT", "jsonld"),
        ("text/*;q=0.3, application/rdf+xml;q=0.2", "DESCRIBE", "turtle"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "ASK", "json"),
        ("application/xml;q=0.9, text/csv;q=0.9", "SELECT", "xml"),
        ("text/csv;q=x, text/tab-separated-values;q=0.1", "SELECT", "tsv"),
    ],
)
def test_choosing_a_format(accept: str, form: str, name: str) -> None:
    assert choose(accept, form).name == name  # type: ignore[arg-type]


def test_limits_come_from_the_settings() -> None:
    settings = Settings(sparql_timeout=3, sparql_workers=4, sparql_max_rows=7)
    limits = SparqlLimits.from_settings(settings)
    assert (limits.timeout, limits.workers, limits.max_rows) == (3, 4, 7)
    assert limits.slow == 2, "the others are left to short queries"
    assert SparqlLimits(workers=1).slow == 1
    public, bearer = (limits.share(Client("one", registered=sent)) for sent in (False, True))
    assert public == limits.share(None)
    assert public.max_rows < bearer.max_rows and public.timeout < bearer.timeout
