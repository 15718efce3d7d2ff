"""Every hostile query ends with an answer or an error that says why, and the pool lives on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.model import Client
from catalog_service.sparql.pool import SparqlPool
from ontology.errors import AtlasError
from ontology.record import Record
from tests.fixtures.hostile_queries import HOSTILE

LIMITS = SparqlLimits(timeout=0.5, memory_mb=256, workers=4, client_seconds=10_000, cache_mb=0)
HONEST = "SELECT ?o { <http://a.example/7> <http://a.example/p> ?o }"
ENDS = {
    *("sparql-timeout", "sparql-memory", "sparql-too-large", "sparql-query-too-long"),
    *("sparql-syntax", "sparql-update-refused", "sparql-service-refused", "sparql-busy"),
    *("sparql-prefix-unknown", "sparql-variable-unbound", "sparql-function-unknown"),
}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparqlPool]:
    home = tmp_path_factory.mktemp("hostile")
    with EmbeddedGraph(home) as store:
        lines = [
            f'<http://a.example/{n}> <http://a.example/{p}> "{p * n}" .'
            for n in range(300)
            for p in "pqr"
        ]
        made = Record.from_lines(lines, iri="http://a.example/r", source="test", remote_id="r")
        store.write([GraphRecord(made.iri, made.focus, made.hash, made.nquads)], [], 1)
        store.publish()
    with SparqlPool(GraphReader(home), LIMITS) as made_pool:
        yield made_pool


def test_the_set_is_large() -> None:
    assert sum(map(len, HOSTILE.values())) >= 60


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_each_ends_and_says_why(pool: SparqlPool, kind: str) -> None:
    def ask(number: int) -> str:
        query = HOSTILE[kind][number].replace("URL", "http://127.0.0.1:9/sparql")
        try:
            pool.query(query, client=Client(f"address {number % 4}"))
        except AtlasError as error:
            return error.code
        return "answered"

    with ThreadPoolExecutor(4) as threads:
        ends = list(threads.map(ask, range(len(HOSTILE[kind]))))
        honest = threads.submit(pool.query, HONEST, client=Client("honest"))
        assert honest.result().rows == 1
    assert set(ends) <= ENDS | {"answered"}, ends
    if kind == "updates":
        assert set(ends) <= {"sparql-update-refused", "sparql-syntax"}
    assert pool.alive() <= LIMITS.workers
