"""A SPARQL endpoint, by real queries over a store in memory."""

from __future__ import annotations

import httpx
import pyoxigraph as ox
import pytest

from ontology.errors import AtlasError
from ontology.terms import DCAT, DCT
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, platform, walk

GRAPH = "urn:open"


def turtle(number: int) -> str:
    return f"""<{ROOT}/d/{number}> a dcat:Dataset ; dct:title "公园{number}"@zh ;
  dct:modified "2026-11-0{number}" ; dct:publisher [ dct:title "绿化市容局" ] ;
  dct:isPartOf <{ROOT}/all> ; dcat:distribution <{ROOT}/f/{number}> .
<{ROOT}/f/{number}> a dcat:Distribution ; dct:license [ dct:title "开放" ] ;
  dcat:accessURL <{ROOT}/x/{number}> .
<{ROOT}/all> a dcat:Catalog ; dcat:dataset <{ROOT}/d/{number}> .
"""


class Endpoint:
    """Answers queries; no SELECT gives more than ``most`` rows."""

    def __init__(self, count: int, most: int = 2) -> None:
        head = f"@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> .\n"
        text = head + "".join(turtle(n) for n in range(1, count + 1))
        self.store = ox.Store()
        self.store.load(text.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH))
        self.most = most

    def __call__(self, asked: Asked) -> Answer:
        query = asked.params["query"].replace("LIMIT 500", f"LIMIT {self.most}")
        found = self.store.query(query)
        if isinstance(found, ox.QueryTriples):
            text = found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
            return text, {"content-type": "application/n-triples"}
        assert isinstance(found, ox.QuerySolutions)
        text = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
        return text, {"content-type": "application/sparql-results+json"}


def test_datasets_are_listed_in_order_and_described_one_by_one() -> None:
    endpoint = Endpoint(5)
    harvested, client = platform("sparql", endpoint, f"{ROOT}/sparql", graph=GRAPH)
    walked = walk(harvested)
    assert walked.names == ["1", "2", "3", "4", "5"]
    assert (walked.total, walked.incomplete, walked.unreadable) == (5, None, [])
    text = walked.records["1"]
    assert f"<{ROOT}/x/1>" in text and '"绿化市容局"' in text and '"开放"' in text
    # Neither the catalogue nor what else it lists.
    assert "/d/2>" not in text
    before = len(client.asked)
    assert walk(harvested, known=walked.marks).records == {}
    assert len(client.asked) == before + 5


def test_an_endpoint_that_cuts_its_list_off() -> None:
    cut = Endpoint(5)
    lists: list[int] = []

    def answer(asked: Asked) -> Answer:
        lists.append(1)
        return cut(asked) if len(lists) < 3 else '{"results": {"bindings": []}}'

    walked = walk(platform("sparql", answer, graph=GRAPH)[0], fetch=False)
    assert walked.incomplete is not None and walked.total == 5


def test_what_is_no_endpoint() -> None:
    for answer in ("<html>", "{}", '{"results": {"bindings": 1}}'):
        with pytest.raises(AtlasError, match="not-the-platform"):
            walk(platform("sparql", lambda _: answer)[0])  # noqa: B023
    for graph in ("no iri", "urn:x> { } #"):
        with pytest.raises(AtlasError, match="bad-option"):
            platform("sparql", lambda _: 500, graph=graph)


def test_an_iri_that_would_end_the_query_is_not_asked_for() -> None:
    row = {"d": {"type": "uri", "value": "urn:x> } DROP ALL #"}}
    answers = iter(['{"results": {"bindings": []}}', {"results": {"bindings": [row]}}])
    walked = walk(platform("sparql", lambda _: next(answers, '{"results": {"bindings": []}}'))[0])
    assert [error.code for error in walked.unreadable] == ["no-identity"]


@pytest.mark.services
def test_a_real_fuseki_is_walked(fuseki_memory_url: str) -> None:
    """Counts, lists and descriptions as Jena understands and answers them."""
    data = Endpoint(5).store.dump(format=ox.RdfFormat.N_QUADS) or b""
    quads = {"Content-Type": "application/n-quads"}
    httpx.put(f"{fuseki_memory_url}/data", content=data, headers=quads).raise_for_status()
    with httpx.Client(base_url=fuseki_memory_url) as client:

        def answer(asked: Asked) -> Answer:
            kinds = "application/sparql-results+json, application/n-triples"
            found = client.get("/query", params=asked.params, headers={"Accept": kinds})
            found.raise_for_status()
            return found.content, {"content-type": found.headers["content-type"]}

        walked = walk(platform("sparql", answer, f"{ROOT}/sparql", graph=GRAPH)[0])
    assert walked.names == ["1", "2", "3", "4", "5"]
    assert (walked.total, walked.incomplete, walked.unreadable) == (5, None, [])
    text = walked.records["1"]
    assert f"<{ROOT}/x/1>" in text and '"绿化市容局"' in text and '"开放"' in text
    assert "/d/2>" not in text
