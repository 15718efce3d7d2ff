"""Measured quality as RDF: DQV of a dataset, and a Data Cube that holds its constraints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.quality.service import evaluate
from ontology.terms import DQV
from tests.fixtures.data_cube import CONSTRAINTS, QB
from tests.fixtures.web import House, portal, served


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    made = House(Path(tmp_path_factory.mktemp("quality")))
    with made.atlas:
        late = portal("B", "乙", update_time="2020-01-02", department="上海市水务局")
        made.submit("city", [portal("A", "甲", update_frequency="不定期"), late])
        made.project()
        evaluate(made.atlas)
        with served(made) as address, httpx.Client(base_url=address, timeout=60) as found:
            yield found


def graph(client: httpx.Client, path: str) -> ox.Store:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/turtle")
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    return store


def test_the_figures_are_a_cube(client: httpx.Client) -> None:
    store = graph(client, "/quality.ttl")
    for name, pattern in CONSTRAINTS.items():
        assert not store.query(f"{QB} ASK {{ {pattern} }}"), name
    rows = store.query(
        f"{QB} SELECT ?metric ?value {{ ?obs a qb:Observation ; dqv:value ?value ;"
        " dqv:isMeasurementOf ?metric }"
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = {row["metric"].value.partition("#")[2]: row["value"].value for row in rows}
    kept = [float(found[name]) for name in ("on-time", "on-time-judged", "on-time-passed")]
    assert kept == [0, 1, 0] and float(found["machine-readable"]) == 100
    # None has an API, so there is no share of those that are described.
    assert found["api-described-judged"] == "0" and "api-described" not in found


def test_constraints_find_what_is_wrong(client: httpx.Client) -> None:
    store = graph(client, "/quality.ttl")
    store.update(f"{QB} DELETE {{ ?obs dqv:value ?value }} WHERE {{ ?obs dqv:value ?value }}")
    assert store.query(f"{QB} ASK {{ {CONSTRAINTS['IC-14']} }}")


def test_a_dataset_is_measured_in_dqv(client: httpx.Client) -> None:
    store = graph(client, "/api/v1/datasets/city/B/quality.ttl")
    values = {
        quad.subject.value.partition("#measured-")[2]: quad.object.value
        for quad in store.quads_for_pattern(None, ox.NamedNode(DQV.value), None)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    }
    assert values["on-time-2026-09-01"] == "false"
    assert values["machine-readable-2026-09-01"] == "true"
    assert not [name for name in values if name.startswith("api-described")]
    assert client.get("/api/v1/datasets/city/none/quality.ttl").status_code == 404
    assert client.get("/quality.exe").status_code == 404
