"""``/.well-known/void``: what it says agrees with what a query counts."""

from __future__ import annotations

from pathlib import Path

import httpx
import pyoxigraph as ox

from catalog_service.dumps import work
from catalog_service.publication.graph_figures import RETRY_SECONDS, Figures, GraphFigures
from ontology.terms import DCAT, DCT, FOAF, RDF, SD, SKOS, VOID
from search.background_cache import REFRESH_SECONDS
from tests.fixtures.waiting import until
from tests.fixtures.web import BASE, House, opened, own_site, portal, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
VOID_URL = f"{BASE}/.well-known/void"
DATASET = ox.NamedNode(f"{VOID_URL}#dataset")
FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


def read(client: httpx.Client, media_type: str = "text/turtle") -> ox.Store:
    answer = client.get("/.well-known/void", headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type
    store = ox.Store()
    store.load(answer.content, format=FORMS[media_type])
    return store


def values(store: ox.Store, predicate: str, node: ox.NamedNode = DATASET) -> list[str]:
    found = store.quads_for_pattern(node, ox.NamedNode(predicate), None)
    return sorted(str(getattr(quad.object, "value", "")) for quad in found)


def number(store: ox.Store, name: str, node: ox.NamedNode = DATASET) -> int:
    (found,) = values(store, VOID.term(name), node)
    return int(found)


def asked(client: httpx.Client, query: str) -> list[dict[str, str]]:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def counted(client: httpx.Client, pattern: str) -> int:
    (row,) = asked(client, f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
    return int(row["n"])


def partition(store: ox.Store, kind: str, number: str, node: ox.NamedNode) -> dict[str, int]:
    rows = store.query(
        f"SELECT ?term ?n {{ <{node.value}> <{VOID.term(f'{kind}Partition')}> ?part ."
        f" ?part <{VOID.term(kind)}> ?term ; <{VOID.term(number)}> ?n }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    return {row["term"].value: int(row["n"].value) for row in rows}


def test_its_figures_are_what_queries_count(site: Site) -> None:
    client = site[1]
    store = read(client)
    everything = "?s ?p ?o"
    assert number(store, "triples") == counted(client, everything)
    distinct = "{{ SELECT DISTINCT ?{0} {{ ?s ?p ?o }} }}"
    for name, variable in (
        ("distinctSubjects", "s"),
        ("distinctObjects", "o"),
        ("properties", "p"),
    ):
        assert number(store, name) == counted(client, distinct.format(variable)), name
    assert number(store, "classes") == counted(client, "{ SELECT DISTINCT ?c { ?s a ?c } }")
    minted = f'FILTER(STRSTARTS(STR(?s), "{BASE}/id/"))'
    assert number(store, "entities") == counted(client, distinct.format("s") + minted)
    assert number(store, "documents") == 4
    properties = asked(client, "SELECT ?t (COUNT(*) AS ?n) { ?s ?t ?o } GROUP BY ?t")
    found = partition(store, "property", "triples", DATASET)
    assert found == {row["t"]: int(row["n"]) for row in properties}
    classes = asked(client, "SELECT ?t (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?t")
    found = partition(store, "class", "entities", DATASET)
    assert found == {row["t"]: int(row["n"]) for row in classes}
    assert found[DCAT.Dataset] == 4


def test_each_named_graph_but_those_of_records_is_counted(site: Site) -> None:
    client = site[1]
    store = read(client)
    rows = store.query(f"SELECT ?name ?graph {{ ?n <{SD}name> ?name ; <{SD.graph}> ?graph }}")
    assert isinstance(rows, ox.QuerySolutions)
    graphs = {row["name"].value: row["graph"] for row in rows}
    names = asked(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert graphs.keys() == {row["g"] for row in names if not row["g"].startswith(BASE)}
    for name, graph in graphs.items():
        inside = f"GRAPH <{name}> {{ ?s ?p ?o }}"
        assert number(store, "triples", graph) == counted(client, inside), name
        found = partition(store, "class", "entities", graph)
        rows_of = asked(
            client, f"SELECT ?t (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s a ?t }} }} GROUP BY ?t"
        )
        assert found == {row["t"]: int(row["n"]) for row in rows_of}, name


def test_it_says_how_to_reach_the_data(site: Site) -> None:
    store = read(site[1])
    document = ox.NamedNode(VOID_URL)
    assert values(store, FOAF.primaryTopic, document) == [DATASET.value]
    assert values(store, RDF.type, document) == [VOID.DatasetDescription]
    assert len(values(store, DCT.title)) == len(values(store, DCT.description)) == 2
    assert values(store, VOID.sparqlEndpoint) == [f"{BASE}/sparql"]
    assert values(store, VOID.uriSpace) == [f"{BASE}/id/"]
    (example,) = values(store, VOID.exampleResource)
    assert site[1].get(example.removeprefix(BASE)).status_code == 303
    assert {DCAT, DCT, SKOS} <= set(values(store, VOID.vocabulary))
    # The change of BUS1 is the newest that is public.
    assert values(store, DCT.modified) == ["2026-09-01T05:00:00Z"]
    assert values(store, DCT.license) == []
    links = [
        quad.subject for quad in store.quads_for_pattern(None, None, ox.NamedNode(VOID.Linkset))
    ]
    europe = {
        f"http://publications.europa.eu/ {SKOS.exactMatch}": f"?s <{SKOS.exactMatch}> ?o"
        ' FILTER(STRSTARTS(STR(?o), "http://publications.europa.eu/"))'
    }
    found: dict[str, int] = {}
    for link in links:
        assert isinstance(link, ox.NamedNode)
        (target,) = values(store, VOID.objectsTarget, link)
        (space,) = values(store, VOID.uriSpace, ox.NamedNode(target))
        (predicate,) = values(store, VOID.linkPredicate, link)
        assert values(store, VOID.subjectsTarget, link) == [DATASET.value]
        found[f"{space} {predicate}"] = number(store, "triples", link)
    for name, pattern in europe.items():
        assert found[name] == counted(site[1], pattern) > 0


def test_all_forms_say_the_same(site: Site) -> None:
    client = site[1]
    stores = {form: read(client, form) for form in FORMS}
    sets = []
    for store in stores.values():
        dataset = ox.Dataset(store)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        sets.append({str(quad) for quad in dataset})
    assert all(one == sets[0] for one in sets)
    page = client.get("/.well-known/void", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert "void:sparqlEndpoint" in page.text
    tag = client.get("/.well-known/void").headers["etag"]
    again = client.get("/.well-known/void", headers={"If-None-Match": tag})
    assert again.status_code == 304
    shared = client.get("/.well-known/void", headers={"Origin": "https://elsewhere.example"})
    assert shared.headers["access-control-allow-origin"] == "*"


def test_other_documents_lead_to_it(site: Site) -> None:
    client = site[1]
    for path in ("/sparql", "/catalog.ttl"):
        answer = client.get(path, headers={"Accept": "text/turtle"})
        assert '</.well-known/void>; rel="describedby"' in answer.headers["link"]
    store = ox.Store()
    store.load(
        client.get("/sparql", headers={"Accept": "text/turtle"}).content,
        format=ox.RdfFormat.TURTLE,
    )
    (default,) = (
        quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(SD.defaultGraph), None)
    )
    assert default == DATASET


def test_dumps_and_a_licence_are_told_where_there_are_any(tmp_path: Path) -> None:
    license_iri = "https://creativecommons.org/publicdomain/zero/1.0/"
    with opened(tmp_path, metadata_license=license_iri) as (house, client):
        assert values(read(client), VOID.dataDump) == []
        work.create(house.atlas)
        store = read(client)
        assert values(store, DCT.license) == [license_iri]
        files = values(store, VOID.dataDump)
        assert files == [
            f"{BASE}/dumps/latest/catalog.{form}.{coding}"
            for form in ("nq", "ttl")
            for coding in ("gz", "zst")
        ]
        for file in files:
            assert client.get(file.removeprefix(BASE), follow_redirects=True).status_code == 200


def test_without_figures_it_says_the_rest(tmp_path: Path) -> None:
    with opened(tmp_path, sparql_max_rows=1, sparql_token_max_rows=1) as (_, client):
        store = read(client)
        assert values(store, VOID.sparqlEndpoint) == [f"{BASE}/sparql"]
        assert values(store, VOID.triples) == values(store, DCT.modified) == []


def test_a_server_is_counted_as_the_own_graph_is(tmp_path: Path, oxigraph_url: str) -> None:
    with opened(tmp_path / "own") as (house, _):
        own = house.atlas.figures.counted(60)
    remote = House(tmp_path / "remote", graph_url=oxigraph_url)
    with remote.atlas:
        for name in ("BUS1", "COND"):
            remote.submit("city", [portal(name, "线路")])
        remote.project()
        found = remote.atlas.figures.counted(60)
    assert own is not None and found is not None
    assert found.records == 2
    fixed = {graph for graph in own.graphs if "/shdata/graph/" not in graph}
    assert {graph: found.graphs[graph] for graph in fixed} == {
        graph: own.graphs[graph] for graph in fixed
    }
    assert found.links == own.links and found.objects > 1_000


class Watch:
    """A clock that runs when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_figures_are_renewed_after_a_change_while_the_old_ones_serve(own_site: Site) -> None:
    atlas, watch = own_site[0].atlas, Watch()
    figures = GraphFigures(atlas.journal, atlas.sparql, BASE, monotonic=watch)
    first = figures.counted(60)
    assert first is not None and first.records == 4
    own_site[0].submit("city", [portal("NEW", "新的线路")])
    own_site[0].project()
    assert figures.counted() is first
    watch.now += REFRESH_SECONDS
    assert figures.counted() is first

    def renewed() -> Figures | None:
        found = figures.counted()
        return found if found is not first else None

    second = until(renewed, "the new figures")
    assert second.records == 5 and second.snapshot > first.snapshot
    assert second.triples > first.triples


def test_what_could_not_be_counted_is_tried_again_after_a_while(tmp_path: Path) -> None:
    with opened(tmp_path) as (house, _):
        atlas, watch = house.atlas, Watch()
        (tmp_path / "none").mkdir()
        empty = House(tmp_path / "none")
        with empty.atlas:
            nothing = GraphFigures(empty.atlas.journal, empty.atlas.sparql, BASE, monotonic=watch)
            assert nothing.counted(60) is None  # there is no graph yet
        figures = GraphFigures(atlas.journal, atlas.sparql, BASE, monotonic=watch)
        held = figures._query
        figures._query = "SELECT"  # what the engine refuses
        assert figures.counted(60) is None
        figures._query = held
        assert figures.counted(60) is None
        watch.now += RETRY_SECONDS
        found = until(figures.counted, "the figures")
        assert found.records == 4
