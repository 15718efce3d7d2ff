"""Every IRI that the catalogue mints or uses answers: a page for browsers, RDF for programs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.operations.demo import store_examples
from catalog_service.output_formats import BY_SUFFIX
from harvesters.mapping.publishers import Publishers
from ontology.ontology import load_ontology
from ontology.terms import DCT, VOCAB
from search.thesaurus.load import ENTRIES, files
from tests.fixtures.web import BASE, HTML, House, portal, served, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]

OURS = ("https://w3id.org/shdata", BASE)
FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
ALL = 2
"""IRIs of a kind that are asked in every form; of the others some in one form each, in turn."""
SOME = 12
"""Of so many of a kind each is asked; of more, so many spread over all of them."""
NOT_OURS = "https://w3id.org/shdata/vocab/resource-class/livelihood"
"""A concept that the draft of a district invents: one of the examples' defects."""


BLANK = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://elsewhere.example/b> a dcat:Dataset ; dct:identifier "b" ; dct:title "空白"@zh ;
  dct:relation [ dct:title "无名"@zh ; dct:relation [ dct:title "套" ] ] ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> .
"""


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The example catalogue, served."""
    house = House(tmp_path_factory.mktemp("examples"))
    with house.atlas:
        store_examples(house.atlas, "test")
        # A blank node of its own, and a publisher whom no vocabulary knows.
        house.submit_turtle("odd", BLANK)
        house.submit("city", [portal("ORG", "研究数据", department="甲乙丙研究中心（上海）")])
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield house, client


def used(house: House) -> set[str]:
    """Every IRI below the base and the ontology's namespaces, without fragments."""
    found: set[str] = set()

    def add(triples: Iterator[ox.Triple] | Iterator[ox.Quad] | list[ox.Triple]) -> None:
        for t in triples:
            for term in (t.subject, t.predicate, t.object, getattr(t, "graph_name", None)):
                if isinstance(term, ox.NamedNode) and term.value.startswith(OURS):
                    found.add(term.value.split("#")[0])
                elif isinstance(term, ox.Literal) and term.datatype.value.startswith(OURS):
                    found.add(term.datatype.value.split("#")[0])

    store = ox.Store.read_only(str(house.atlas.graph.current().path))
    add(store.quads_for_pattern(None, None, None))
    add(q.triple for q in ox.parse(load_ontology().turtle, format=ox.RdfFormat.TURTLE))
    add(house.atlas.rules.shapes_triples(house.clock.today()))
    for rule in house.atlas.rules:
        add(rule.triples)
    for path in files(ENTRIES):
        add(q.triple for q in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    return found - {NOT_OURS}


def path_of(iri: str) -> str:
    """Return the path at which an IRI is asked: w3id.org leads to the same path here."""
    for start in OURS:
        iri = iri.removeprefix(start)
    return quote(iri, safe="/:%+@!$&'()*,;=~")


def test_every_iri_answers_in_every_form(examples: Site) -> None:
    house, client = examples
    client.follow_redirects = True
    iris = used(house)
    kinds = defaultdict(list)
    for iri in sorted(iris):
        kinds[re.sub(r"[^/]+$", "", iri)].append(iri)
    named = {f"{BASE}/id/organization/", f"{BASE}/id/dataset/", f"{BASE}/.well-known/genid/"}
    for start in named:
        assert any(kind.startswith(start) for kind in kinds), start
    wrong = []
    turn = cycle(FORMS)
    pages: set[str] = set()
    kinds["events"] = [iri for iri in kinds[f"{VOCAB}organization/"] if "/event-" in iri]
    for group in kinds.values():
        for number, iri in enumerate(group[:: max(1, len(group) // SOME)]):
            path = path_of(iri)
            for form in FORMS if number < ALL else [next(turn)]:
                answer = client.get(path, headers={"Accept": form})
                kind = answer.headers["content-type"].split(";")[0]
                told = answer.content.decode() if form == "application/n-triples" else ""
                about = form != "application/n-triples" or f"<{iri}" in told
                if answer.status_code != 200 or kind != form or not about:
                    wrong.append((iri, form, answer.status_code, kind))
                    continue
                assert list(ox.parse(answer.content, format=FORMS[form])), iri
            if number < ALL:
                answer = client.get(path, headers=HTML)
                kind = answer.headers["content-type"].split(";")[0]
                if answer.status_code != 200 or kind != "text/html":
                    wrong.append((iri, "html", answer.status_code, kind))
                pages.add(answer.url.path)
    assert wrong == []
    assert len(iris) > 1_500
    assert {"/sparql", "/datasets", "/def/"} <= pages


def organization(name: str) -> str:
    """Return the IRI that an organisation of the city's source has."""
    from ontology.vocabulary import load_vocabulary

    chunk = Publishers(load_vocabulary(), BASE, "city").map_value(name)
    found = re.search(rf"<({BASE}/id/organization/[^>]*)>", str(chunk))
    assert found is not None
    return found[1]


def test_an_organisation_is_described_by_its_public_records_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    open_, closed = "甲乙丙研究中心", "丁戊己研究中心"
    with house.atlas:
        house.submit(
            "city",
            [
                portal("ONE", "一号数据", department=open_),
                portal("TWO", "二号数据", department=open_, is_open="非开放"),
                portal("THREE", "三号数据", department=closed, is_open="非开放"),
            ],
        )
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            iri = organization(open_)
            path = iri.removeprefix(BASE)
            page = client.get(path, headers=HTML)
            assert page.status_code == 303
            assert page.headers["location"] == path.removeprefix("/id")
            other = client.get(path, headers={"Accept": "application/ld+json, text/html;q=0.5"})
            assert other.headers["location"] == path.replace("/id/", "/doc/") + ".jsonld"
            assert other.headers["vary"].startswith("Accept")
            told = client.get(path.replace("/id/", "/doc/") + ".nt").text
            assert open_ in told
            assert f"<{BASE}/id/dataset/city/ONE> <{DCT.publisher}> <{iri}> ." in told
            assert "TWO" not in told
            # Nobody may learn that it is named at all.
            document = organization(closed).removeprefix(BASE).replace("/id/", "/doc/")
            turtle = {"Accept": "text/turtle"}
            hidden = client.get(document, headers=turtle)
            never = client.get("/doc/organization/city/never-was", headers=turtle)
            assert hidden.status_code == never.status_code == 404
            assert closed not in hidden.text
            # From the moment it is closed, whatever the index still holds.
            house.submit("city", [portal("ONE", "一号数据", department=open_, is_open="非开放")])
            gone = client.get(path.replace("/id/", "/doc/") + ".nt")
            assert (gone.status_code, gone.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("name", ["event-district-nanhui", "event-tax-2018"])
def test_events_of_the_vocabulary_answer(site: Site, name: str) -> None:
    client = site[1]
    address = f"/vocab/organization/{name}"
    for suffix in ("ttl", "nt", "jsonld", "rdf"):
        answer = client.get(f"{address}.{suffix}")
        assert answer.status_code == 200
        assert list(ox.parse(answer.content, format=BY_SUFFIX[suffix].rdf))
    page = client.get(address, headers=HTML)
    assert (page.status_code, page.headers["location"]) == (303, "/vocabulary/organization")


@pytest.mark.parametrize("address", ["/vocab/domain/4", "/def/", "/def/dataItem", "/rule/R04.ttl"])
def test_a_document_links_to_its_other_forms(site: Site, address: str) -> None:
    client = site[1]
    answer = client.get(address, headers={"Accept": "text/turtle"})
    others = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', answer.headers["link"])
    assert {kind for _, kind in others} == set(FORMS) - {"text/turtle"}
    for other, kind in others:
        assert client.get(other).headers["content-type"].split(";")[0] == kind
    kept = {"Accept": "text/turtle", "If-None-Match": answer.headers["etag"]}
    assert client.get(address, headers=kept).headers["link"] == answer.headers["link"]


def test_a_graph_is_no_secret_and_no_other_one_is_there(site: Site) -> None:
    client = site[1]
    state = client.get("/graph/state", headers={"Accept": "application/n-triples"})
    assert "checkpoint" in state.text
    assert client.get("/graph/nothing").status_code == 404
    page = client.get("/graph/records", headers=HTML)
    assert page.status_code == 303
    assert client.get(page.headers["location"], headers=HTML).status_code == 200


def test_the_context_is_served_where_documents_name_it(site: Site) -> None:
    one = site[1].get("/context.jsonld")
    assert one.headers["content-type"] == "application/ld+json"
    assert "@context" in one.json()
    assert site[1].get("/def/context.jsonld").content == one.content


def test_a_rule_names_its_shapes_and_its_days(site: Site) -> None:
    client = site[1]
    told = client.get("/rule/R04.nt").text
    assert "https://w3id.org/shdata/rule/R04#p1" in told
    assert "startDate" in told
    assert client.get("/rule/R99").status_code == 404
