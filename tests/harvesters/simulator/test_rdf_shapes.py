"""DCAT with Hydra, LDES and SPARQL, read by parsers that are not the simulator's."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, Namespace
from rdflib.term import Node

from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.defects import Defects
from harvesters.simulator.faults import Fault
from harvesters.simulator.server import Platform, serve
from harvesters.simulator.shapes.dcat import DcatCatalog
from harvesters.simulator.shapes.ldes import EventStream
from tests.harvesters.simulator.conftest import Client

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")
AS = Namespace("https://www.w3.org/ns/activitystreams#")
PROV = Namespace("http://www.w3.org/ns/prov#")


@pytest.fixture(scope="module")
def platform() -> object:
    shapes = DcatCatalog(page_size=8), EventStream(page_size=8)
    with serve(Catalogue(20, seed=3), *shapes) as platform:
        yield platform


def _graph(
    client: Client, target: str, form: ox.RdfFormat = ox.RdfFormat.TURTLE, **headers: str
) -> Graph:
    answer = client.get(target, **headers)
    assert answer.status == 200
    # Two parsers: what one forgives, the other may not.
    triples = ox.serialize(ox.parse(answer.body, form), format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=triples, format="nt")


def _object(graph: Graph, predicate: Node) -> str | None:
    return next((str(found) for found in graph.objects(None, predicate)), None)


@pytest.mark.parametrize(
    ("path", "form", "kind", "following"),
    [
        ("/catalog.ttl", ox.RdfFormat.TURTLE, HYDRA.PagedCollection, HYDRA.nextPage),
        ("/catalog.rdf", ox.RdfFormat.RDF_XML, HYDRA.PagedCollection, HYDRA.nextPage),
        ("/dcat.jsonld", ox.RdfFormat.JSON_LD, HYDRA.PartialCollectionView, HYDRA.next),
    ],
)
def test_hydra_pages_lead_to_all_datasets(
    platform: Platform, client: Client, path: str, form: ox.RdfFormat, kind: Node, following: Node
) -> None:
    found: list[str] = []
    target: str | None = path
    while target is not None:
        graph = _graph(client, target, form)
        assert graph.value(None, RDF.type, kind) is not None
        assert _object(graph, HYDRA.totalItems) == "20"
        listed = set(graph.objects(None, DCAT.dataset))
        assert listed == set(graph.subjects(RDF.type, DCAT.Dataset))
        found += [str(graph.value(one, DCT.identifier)) for one in listed]
        link = _object(graph, following)
        target = None if link is None else link.removeprefix(platform.url)
    assert sorted(found) == sorted(platform.catalogue.expected())


def test_dcat_negotiates_links_and_answers_conditional_requests(
    platform: Platform, client: Client
) -> None:
    answer = client.get("/dcat", Accept="application/rdf+xml;q=0.9")
    assert answer.headers["content-type"].startswith("application/rdf+xml")
    assert answer.headers["link"] == f'<{platform.url}/dcat?page=2>; rel="next"'
    etag = answer.headers["etag"]
    asked = {"Accept": "application/rdf+xml", "If_None_Match": etag}
    assert (client.get("/dcat", **asked).status, client.get("/dcat", **asked).body) == (304, b"")
    platform.catalogue.edit(platform.catalogue.view().datasets[0].id)
    assert client.get("/dcat", **asked).status == 200
    platform.faults.set(Fault.PAGE_LOOP)
    assert "page=100>" in client.get("/dcat?page=99").headers["link"]


def test_rdf_defects_reach_the_wire() -> None:
    names = ("illegal-iri", "foreign-code-list", "foreign-theme", "wrong-language",
             "many-distributions", "blank-nodes")  # fmt: skip
    with serve(Catalogue(2), DcatCatalog(Defects(dict.fromkeys(names, 1.0)))) as platform:
        client = Client(platform.port)
        body = client.get("/catalog.ttl").body
        also = client.get("/catalog.jsonld").body
        client.close()
    with pytest.raises(SyntaxError):
        list(ox.parse(body, ox.RdfFormat.TURTLE))
    quads = list(ox.parse(body, ox.RdfFormat.TURTLE, lenient=True))
    assert {str(q.predicate) for q in quads} <= {
        str(q.predicate) for q in ox.parse(also, ox.RdfFormat.JSON_LD, lenient=True)
    }
    assert b"data-theme/EDUC#SPORT>" in body and b"@kr" in body and b"_:publisher0" in body
    assert body.count(b"#Distribution>") >= 2 * 900


def test_ldes_replays_to_the_truth(platform: Platform, client: Client) -> None:
    catalogue = platform.catalogue
    first, second, third = (d.id for d in catalogue.view().datasets[:3])
    catalogue.rename(first, "新的名称")
    catalogue.delete(second)
    catalogue.close(third)
    state: dict[str, str] = {}
    target: str | None = "/ldes"
    controls = []
    seen = 0
    while target is not None:
        answer = client.get(target)
        controls.append(answer.headers["cache-control"])
        graph = Graph().parse(data=answer.body)
        assert graph.value(None, RDF.type, LDES.EventStream) is not None
        members = list(graph.objects(None, TREE.member))
        seen += len(members)
        for member in sorted(members, key=lambda m: int(str(m).rpartition("/")[2])):
            entity = str(graph.value(member, DCT.isVersionOf)).rpartition("/")[2]
            assert graph.value(member, PROV.generatedAtTime) is not None
            if (member, RDF.type, AS.Delete) in graph:
                del state[entity]
            else:
                state[entity] = str(graph.value(member, DCT.title))
        link = _object(graph, TREE.node)
        target = None if link is None else link.removeprefix(platform.url)
    assert state == {one.id: one.title for one in catalogue.expected().values()}
    assert seen == catalogue.view().version
    assert all("immutable" in one for one in controls[:-1]) and len(controls) > 2
    assert "immutable" not in controls[-1]
    assert client.get("/ldes?page=99").status == 404


def test_ldes_may_keep_the_latest_versions_only() -> None:
    catalogue = Catalogue(3)
    shape = EventStream(latest_only=True)
    with serve(catalogue, shape) as platform:
        client = Client(platform.port)
        one = catalogue.edit(catalogue.edit(catalogue.view().datasets[0].id).id)
        graph = _graph(client, "/ldes")
        client.close()
    assert graph.value(None, RDF.type, LDES.LatestVersionSubset) is not None
    versions = [str(m).split("/")[-3] for m in graph.objects(None, TREE.member)]
    assert sorted(versions) == sorted(catalogue.expected())
    assert one.version == 3
