"""From a dataset to its data items and its publisher, and from these back to all their datasets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.data_items import REFERENCES, data_items
from catalog_service.entities import listings
from catalog_service.entities import service as entities
from catalog_service.graph.embedded import EmbeddedGraph
from catalog_service.graph.store import CONTENTS, RECORDS_GRAPH, STATE_GRAPH
from catalog_service.source_catalog.editing import Edit, set_item
from catalog_service.source_catalog.model import SourceItem
from ontology.terms import DCT, FOAF, HYDRA, RDFS, VOCAB
from tests.fixtures.web import BASE, HTML, House, portal, served

TABLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix shd: <https://w3id.org/shdata/def/> .
<https://elsewhere.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;
  dct:title "{name}"@zh ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> ;
  shd:dataItem <https://elsewhere.example/{name}#1>, <https://elsewhere.example/{name}#2> .
<https://elsewhere.example/{name}#1> a csvw:Column ; csvw:title "面积（平方米）"@zh .
<https://elsewhere.example/{name}#2> a csvw:Column ; csvw:title "company_name" .
"""
AREA = f"{BASE}/id/field/{quote('面积')}"
COMPANY = f"{BASE}/id/field/companyname"
TRANSPORT = f"{VOCAB}organization/transport"
NT = {"Accept": "application/n-triples"}

Site = tuple[House, httpx.Client]


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two tables with the publisher's own IRIs, and three datasets of one publisher."""
    house = House(tmp_path_factory.mktemp("items"))
    with house.atlas:
        for name in ("A", "B"):
            house.submit_turtle("odd", TABLE.format(name=name))
        house.submit("city", [portal(f"P{n}", f"线路{n}") for n in range(3)])
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield house, client


def triples(answer: httpx.Response) -> set[tuple[str, str, str]]:
    assert answer.status_code == 200, answer.text
    found = ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)
    return {
        (str(q.subject)[1:-1], q.predicate.value, getattr(q.object, "value", "")) for q in found
    }


def publisher(house: House) -> str:
    stored = house.atlas.journal.get(f"{BASE}/id/dataset/city/P0")
    assert stored is not None and stored.nquads is not None
    return stored.nquads.partition(f"<{DCT.publisher}> <")[2].partition(">")[0]


def test_the_data_items_are_those_of_the_columns() -> None:
    title = "<urn:c> <http://www.w3.org/ns/csvw#title>"
    texts = ['"面积"@zh', '"面积（平方米）"@zh', '"a \\\\ b"']
    lines = "".join(f"{title} {text} .\n" for text in texts)
    assert data_items(BASE, lines) == (AREA, f"{BASE}/id/field/a%5Cb")
    long = "长" * 300
    assert data_items(BASE, f'{title} "__" .\n{title} "{long}" .\n') == ()


def test_graph_and_document_lead_from_a_dataset_to_its_items_and_back(items: Site) -> None:
    _, client = items
    record = f"{BASE}/id/dataset/odd/A"
    query = (
        f"SELECT ?item {{ GRAPH <{RECORDS_GRAPH}> {{ ?r <{FOAF.primaryTopic}>"
        f" <https://elsewhere.example/A> ; <{REFERENCES}> ?item }} }}"
    )
    found = client.get("/sparql", params={"query": query, "format": "csv"}).text
    assert set(found.split()[1:]) == {AREA, COMPANY}
    everywhere = f"ASK {{ <{record}> <{REFERENCES}> <{AREA}> }}"
    assert client.get("/sparql", params={"query": everywhere, "format": "json"}).json()["boolean"]
    document = triples(client.get("/dataset/odd/A.nt"))
    assert {o for s, p, o in document if (s, p) == (record, REFERENCES)} == {AREA, COMPANY}
    for item in (AREA, COMPANY):
        answer = client.get(item.removeprefix(BASE), headers=NT, follow_redirects=True)
        said = triples(answer)
        for name in ("A", "B"):
            assert (f"https://elsewhere.example/{name}", REFERENCES, item) in said
            assert (f"{BASE}/id/dataset/odd/{name}", REFERENCES, item) in said


def test_a_document_that_comes_back_is_the_same_record(items: Site) -> None:
    house, client = items
    document = client.get("/dataset/odd/A.nt").text
    assert REFERENCES in document
    headers = {**house.token("write:odd"), "Content-Type": "application/n-triples"}
    sent = client.put("/api/v1/sources/odd/records/A", content=document, headers=headers)
    assert (sent.status_code, sent.json()["status"]) == (200, "unchanged")
    # Where the dataset's IRI is the record's own, the line would be one of the record's.
    own = document.replace("https://elsewhere.example/A", f"{BASE}/id/dataset/odd/A")
    sent = client.put("/api/v1/sources/odd/records/A", content=own, headers=headers)
    assert sent.status_code == 200
    stored = house.atlas.journal.get(f"{BASE}/id/dataset/odd/A")
    assert stored is not None and REFERENCES not in (stored.nquads or REFERENCES)
    back = client.put(
        "/api/v1/sources/odd/records/A",
        content=TABLE.format(name="A"),
        headers={**headers, "Content-Type": "text/turtle"},
    )
    assert back.status_code == 200


def test_a_page_of_an_item_by_its_key_lists_the_datasets_that_have_it(items: Site) -> None:
    page = items[1].get("/field/companyname", headers=HTML)
    assert page.status_code == 200
    assert "/dataset/odd/A" in page.text


def test_claims_of_the_source_catalogue_stand_in_an_items_document(items: Site) -> None:
    house, client = items
    claim = set_item(house.atlas, SourceItem("面积", "市民政局"), Edit("cli", "登记")).item
    said = triples(client.get(f"/doc/field/{quote('面积')}.nt"))
    assert (f"{BASE}/id/source-item/{claim.id}", FOAF.primaryTopic, AREA) in said


def test_a_publishers_iri_lists_its_datasets(items: Site) -> None:
    house, client = items
    iri = publisher(house)
    assert iri.startswith(f"{VOCAB}organization/")
    path = iri.removeprefix("https://w3id.org/shdata")
    notation = path.rpartition("/")[2]
    for form in ("", ".nt"):
        said = triples(client.get(path + form, headers=NT))
        listed = {s for s, p, o in said if (p, o) == (DCT.publisher, iri)}
        assert listed == {f"{BASE}/id/dataset/city/P{n}" for n in range(3)}
        page = f"{BASE}/organization/{notation}"
        assert (iri, RDFS.seeAlso, page) in said
        assert (page, HYDRA.totalItems, "3") in said
    browser = client.get(path, headers=HTML)
    assert (browser.status_code, browser.headers["location"]) == (303, f"/organization/{notation}")
    # Another concept's is where the vocabulary shows it.
    other = client.get("/vocab/domain/4", headers=HTML)
    assert other.headers["location"] == "/vocabulary/domain#4"


@pytest.mark.parametrize("kind", ["publisher", "item"])
def test_what_one_document_does_not_hold_is_a_query_away(
    items: Site, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = items
    for module in (listings, entities):
        monkeypatch.setattr(module, "MOST", 1)
    iri = publisher(house) if kind == "publisher" else AREA
    path = iri.removeprefix(BASE).removeprefix("https://w3id.org/shdata")
    property_ = DCT.publisher if kind == "publisher" else REFERENCES
    said = triples(client.get(path, headers=NT, follow_redirects=True))
    datasets = {s for s, p, o in said if (p, o) == (property_, iri)}
    assert len({s for s in datasets if "/id/dataset/odd" not in s}) == 1
    (whole,) = {o for _, p, o in said if p == DCT.hasFormat}
    rest = triples(client.get(whole.removeprefix(BASE), headers=NT))
    own = {"A", "B"} if kind == "item" else {"P0", "P1", "P2"}
    assert {urlsplit(s).path.rpartition("/")[2] for s, _, _ in rest} == own
    assert {p for _, p, _ in rest} == {property_}


def test_a_store_of_an_earlier_version_is_filled_anew(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas:
        house.submit_turtle("odd", TABLE.format(name="A"))
        house.project()
        graph = EmbeddedGraph(tmp_path)
        held = f"<{STATE_GRAPH}> <{CONTENTS}> ?v"
        noted = f"GRAPH <{RECORDS_GRAPH}> {{ ?r <{REFERENCES}> ?i }}"
        graph._store.update(
            f"DELETE WHERE {{ GRAPH <{STATE_GRAPH}> {{ {held} }} }};"
            f"DELETE WHERE {{ {held} }}; DELETE WHERE {{ {noted} }};"
            f"DELETE WHERE {{ ?r <{REFERENCES}> ?i }}"
        )
        graph.close()
        house.project()
        store = house.atlas.graph.current().store
        assert store.query(f"ASK {{ {noted} }}")
