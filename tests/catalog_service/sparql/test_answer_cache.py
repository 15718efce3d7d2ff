"""What is kept is the answer itself, of this snapshot, within bounds, and costs nobody's work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord
from catalog_service.sparql.answer_cache import AnswerCache
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.model import Client, SparqlAnswer
from catalog_service.sparql.pool import SparqlPool
from catalog_service.sparql.query_check import is_changing
from ontology.record import Record

ONE = Client("one")
SHARE = SparqlLimits(max_rows=10, max_bytes=1000).share(ONE)


def answer(size: int, snapshot: int = 1, rows: int = 1) -> SparqlAnswer:
    return SparqlAnswer(b"x" * size, "text/csv", snapshot, 5.0, rows)


def test_what_was_used_longest_ago_goes_first() -> None:
    cache = AnswerCache(16_000)
    for name in range(9):
        cache.put(name, "q", answer(1000))
        assert cache.get(1, 0, SHARE) is not None
    held = [name for name in range(9) if cache.get(1, name, SHARE) is not None]
    assert held == list(range(9))
    for name in range(9, 20):
        cache.put(name, "q", answer(1000))
        cache.get(1, 0, SHARE)
    held = [name for name in range(20) if cache.get(1, name, SHARE) is not None]
    assert held == [0, *range(11, 20)]


def test_another_snapshot_has_other_answers() -> None:
    cache = AnswerCache(16_000)
    cache.put("a", "q", answer(10, snapshot=2))
    cache.put("a", "q", answer(20, snapshot=1))
    assert cache.get(1, "a", SHARE) is None
    assert cache.get(2, "a", SHARE) == answer(10, snapshot=2)
    cache.put("b", "q", answer(10, snapshot=3))
    assert cache.get(2, "a", SHARE) is None
    assert cache.get(3, "a", SHARE) is None


def test_what_is_large_is_not_kept_nor_given_beyond_a_share() -> None:
    cache = AnswerCache(16_000)
    cache.put("large", "q", answer(2_000))
    cache.put("long query", "q" * 2_000, answer(1))
    cache.put("rows", "q", answer(100, rows=11))
    assert [cache.get(1, name, SHARE) for name in ("large", "long query", "rows")] == [None] * 3
    assert cache.get(1, "rows", replace(SHARE, max_rows=11)) is not None
    nothing = AnswerCache(0)
    nothing.put("a", "q", answer(1))
    assert nothing.get(1, "a", SHARE) is None


@pytest.mark.parametrize(
    ("query", "changing"),
    [
        ("SELECT (NOW() AS ?x) {}", True),
        ("SELECT * { BIND(bnode ( ?s ) AS ?x) }", True),
        ("SELECT * { BIND(StrUUID#c\n() AS ?x) }", True),
        ("SELECT * { SERVICE <https://a.example/> { ?s ?p ?o } }", True),
        ("SELECT ?now ?uuid { ?now ?uuid 'rand()' } # NOW()", False),
        ("SELECT ?s { ?s a <http://a.example/NOW(> }", False),
    ],
    ids=["now", "bnode", "struuid", "service", "names", "other"],
)
def test_what_changes_is_told_from_the_rest(query: str, changing: bool) -> None:
    assert is_changing(query) is changing


def test_a_known_answer_needs_no_worker_and_no_budget(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        lines = ['<http://a.example/r> <http://a.example/p> "1" .']
        made = Record.from_lines(lines, iri="http://a.example/r", source="test", remote_id="r")
        store.write([GraphRecord(made.iri, made.focus, made.hash, made.nquads)], [], 1)
        store.publish()
        limits = SparqlLimits(memory_mb=256, workers=1, client_seconds=1)
        with SparqlPool(GraphReader(tmp_path), limits) as pool:
            query = "SELECT * { ?s <http://a.example/p> ?o }"
            first = pool.query(query, client=ONE)
            chance = pool.query("SELECT (RAND() AS ?x) {}", client=ONE)
            assert pool.query("SELECT (RAND() AS ?x) {}", client=ONE).body != chance.body
            other_form = pool.query(query, client=ONE, accept="csv")
            store.publish()
            pool.close()
            assert pool.query(query, client=Client("other")) == replace(first, milliseconds=0.0)
            assert pool.query(query, client=ONE, accept="csv").body == other_form.body
