"""The W3C suites for the SPARQL 1.1 Protocol and Service Description, sent to the endpoint: queries
are answered, updates are refused, and it describes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.atlas import Atlas
from catalog_service.graph import FixedGraph
from ontology.terms import RDF, SD
from tests.fixtures.web import BASE, House, served
from tests.standards.departures import assert_only_known
from tests.standards.manifests import MF, Entry, Statements, entries, path_of

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


@dataclass(frozen=True)
class Exchange:
    """A request, and what must be answered."""

    method: str
    path: str
    body: bytes
    statuses: set[str]
    """``StatusCode2xx`` and the like."""
    holds: bool | None
    """The answer of an ASK, where the suite says it."""
    headers: dict[str, str] = field(default_factory=dict)


def _text(statements: Statements, node: object, predicate: str) -> str:
    found = statements.one(node, predicate)
    return "" if found is None else str(cast("Any", found).value)


def exchanges(entry: Entry) -> Iterator[Exchange]:
    said = entry.manifest
    for request in said.members(said.one(entry.action, f"{HT}requests")):
        response = said.one(request, f"{HT}resp")
        content = said.one(request, f"{HT}body")
        statuses = {str(cast("Any", s).value) for s in said.all(response, f"{MF}expectedStatus")}
        holds = _text(said, response, f"{MF}expectedBoolean")
        yield Exchange(
            _text(said, request, f"{HT}methodName"),
            _text(said, request, f"{HT}absolutePath").replace("/sparql/", "/sparql"),
            _text(said, content, f"{CNT}chars").encode(
                _text(said, content, f"{CNT}characterEncoding") or "utf-8"
            ),
            {status.rpartition("#")[2] for status in statuses},
            None if not holds else holds == "true",
            {
                _text(said, header, f"{HT}fieldName"): _text(said, header, f"{HT}fieldValue")
                for header in said.members(said.one(request, f"{HT}headers"))
            },
        )


@pytest.fixture(scope="module")
def suite(w3c: Callable[[str], Path]) -> list[Entry]:
    folder = w3c("sparql") / "sparql" / "sparql11" / "protocol"
    found = entries(folder / "manifest.ttl")
    assert len(found) == 34
    return found


@pytest.fixture(scope="module")
def client(suite: list[Entry], tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service whose graph holds the suite's graphs and nothing else that is asked for."""
    graphs = {
        _text(e.manifest, node, LABEL): path_of(e.manifest.one(node, f"{UT}graph")).read_text()
        for e in suite
        for node in e.manifest.all(e.node, f"{UT}graphData")
    }
    assert len(graphs) == 3
    house = House(tmp_path_factory.mktemp("protocol"))
    fixed = [FixedGraph(name, text) for name, text in graphs.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Atlas, "fixed_graphs", lambda atlas: fixed)
        with house.atlas:
            house.project()
            with served(house) as address, httpx.Client(base_url=address, timeout=60) as made:
                yield made


def _fault(client: httpx.Client, wanted: Exchange) -> str | None:
    answer = client.request(wanted.method, wanted.path, content=wanted.body, headers=wanted.headers)
    status = f"StatusCode{answer.status_code // 100}xx"
    if status not in wanted.statuses:
        return f"{answer.status_code}: {answer.text[:200]}"
    if wanted.holds is not None and answer.json()["boolean"] != wanted.holds:
        return answer.text
    return None


def _is_update(wanted: Exchange) -> bool:
    kind = wanted.headers.get("content-type", "")
    return "sparql-update" in kind or b"update=" in wanted.body or "update=" in wanted.path


def test_queries_are_answered_and_wrong_ones_refused(
    suite: list[Entry], client: httpx.Client
) -> None:
    failed: dict[str, str] = {}
    sent = 0
    for entry in suite:
        for wanted in exchanges(entry):
            if entry.name.startswith("update_") or _is_update(wanted):
                continue
            sent += 1
            fault = _fault(client, wanted)
            if fault is not None:
                failed[entry.name] = fault
    assert sent == 21
    assert_only_known("protocol", failed)


def test_every_update_is_refused(suite: list[Entry], client: httpx.Client) -> None:
    sent = [wanted for entry in suite for wanted in exchanges(entry) if _is_update(wanted)]
    assert len(sent) > 10
    for wanted in sent:
        answer = client.request(
            wanted.method, wanted.path, content=wanted.body, headers=wanted.headers
        )
        assert 400 <= answer.status_code < 500, wanted


SCHEMA = {
    "endpoint": ("Service", None),
    "supportedLanguage": ("Service", None),
    "feature": ("Service", None),
    "resultFormat": ("Service", None),
    "defaultEntailmentRegime": ("Service", None),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
}
"""Properties with the classes of their domain and, where it is one of our nodes, their range."""


def test_the_endpoint_describes_itself(w3c: Callable[[str], Path], client: httpx.Client) -> None:
    folder = w3c("sparql") / "sparql" / "sparql11" / "service-description"
    names = {entry.name for entry in entries(folder / "manifest.ttl")}
    assert names == {"returns-rdf", "has-endpoint-triple", "conforms-to-schema"}
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)  # returns-rdf
    matching = ox.NamedNode(SD.endpoint), ox.NamedNode(f"{BASE}/sparql")
    (service,) = (quad.subject for quad in store.quads_for_pattern(None, *matching))
    kinds = {
        (quad.subject, quad.object.value) for quad in store if quad.predicate.value == RDF.type
    }
    assert (service, SD.Service) in kinds  # has-endpoint-triple
    told = [quad for quad in store if quad.predicate.value.startswith(SD)]
    assert {quad.predicate.value.removeprefix(SD) for quad in told} <= SCHEMA.keys()
    for quad in told:
        domain, target = SCHEMA[quad.predicate.value.removeprefix(SD)]
        assert (quad.subject, SD.term(domain)) in kinds
        assert target is None or (quad.object, SD.term(target)) in kinds
