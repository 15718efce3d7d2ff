"""Dump, paged catalogue and event stream each bring the published graph, also while it changes."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator

import httpx
import pyoxigraph as ox
import pytest
import zstandard

from catalog_service.dumps import work
from catalog_service.federation import paged_catalog, service
from catalog_service.federation.event_stream import AS, TREE
from catalog_service.graph import reading
from ontology.terms import DCAT, DCT, HYDRA, PROV, RDF
from tests.fixtures.web import BASE, House, own_site, portal

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
Records = dict[str, set[str]]
"""The statements about and below each dataset, by its IRI."""

ADDED = {PROV.wasDerivedFrom, DCT.isPartOf}
"""What the catalogue says of the way of a record, beside what the record says."""


def published(house: House) -> Records:
    store = house.atlas.graph.current().store
    return {
        name: set(reading.contents(store, name).splitlines())
        for name in reading.record_graphs(store)
    }


def from_dump(client: httpx.Client, _between: Callable[[], None]) -> Records:
    packed = client.get("/dumps/latest/catalog.nq.zst", follow_redirects=True).content
    text = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)).read()
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.N_QUADS)
    return {
        name: set(reading.contents(store, name).splitlines())
        for name in reading.record_graphs(store)
    }


def from_stream(client: httpx.Client, between: Callable[[], None]) -> Records:
    """Follow every relation; of each dataset the version with the highest number counts."""
    waiting, seen = ["/ldes"], set[str]()
    newest: dict[str, tuple[int, ox.NamedNode]] = {}
    graphs: dict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        body = client.get(path, headers={"Accept": "application/n-quads"}).content
        for quad in ox.parse(body, format=ox.RdfFormat.N_QUADS):
            if quad.predicate.value == TREE.node:
                waiting.append(quad.object.value.removeprefix(BASE))
            elif isinstance(quad.graph_name, ox.NamedNode):
                graphs[quad.graph_name].append(quad)
                if quad.predicate.value == DCT.isVersionOf and quad.subject == quad.graph_name:
                    number = int(quad.subject.value.rpartition("#v")[2])
                    known = newest.get(quad.object.value, (0, quad.graph_name))
                    newest[quad.object.value] = max(known, (number, quad.subject))
        between()
    found: Records = {}
    for dataset, (_, version) in newest.items():
        entity = ox.NamedNode(dataset)
        lines = set()
        for quad in graphs[version]:
            if (quad.predicate.value, quad.object) == (RDF.type, ox.NamedNode(AS.Delete)):
                break
            if quad.subject == version and quad.predicate.value in (
                *(DCT.isVersionOf, PROV.generatedAtTime, "https://schema.org/position"),
                *ADDED,
            ):
                continue
            subject = entity if quad.subject == version else quad.subject
            value = entity if quad.object == version else quad.object
            lines.add(reading.line(ox.Triple(subject, quad.predicate, value)))
        else:
            found[dataset] = lines
    return found


def pages(client: httpx.Client, path: str, between: Callable[[], None]) -> Iterator[ox.Dataset]:
    following: str | None = path
    while following is not None:
        answer = client.get(following)
        yield ox.Dataset(ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES))
        between()
        # Another link leads to the description of the whole.
        link = answer.links.get("next")
        following = link and link["url"].removeprefix(BASE)


def datasets_of(page: ox.Dataset) -> Records:
    """Cut a page apart: what is reached from each dataset without passing another one."""
    members = {q.object for q in page.quads_for_predicate(ox.NamedNode(DCAT.dataset))}
    found: Records = {}
    for dataset in members:
        waiting, lines, seen = [dataset], set(), {dataset}
        while waiting:
            node = waiting.pop()
            for quad in page.quads_for_subject(node):
                if node == dataset and quad.predicate.value in ADDED:
                    continue
                lines.add(reading.line(quad))
                at = quad.object
                if isinstance(at, ox.NamedNode) and at not in seen and at not in members:
                    seen.add(at)
                    waiting.append(at)
        found[dataset.value] = lines
    return found


def from_pages(client: httpx.Client, between: Callable[[], None]) -> Records:
    """Walk, ask from when the walk began, and look at what is still listed."""
    found: Records = {}
    for page in pages(client, "/catalog.nt", between):
        found |= datasets_of(page)
    for page in pages(client, "/catalog.nt?modified_since=2026-09-01T13:00:00", lambda: None):
        found |= datasets_of(page)
    # Ends are not told: a look at what is still listed.
    names = {
        name for page in pages(client, "/catalog.nt", lambda: None) for name in datasets_of(page)
    }
    return {name: lines for name, lines in found.items() if name in names}


def about(records: Records) -> Records:
    """The graph's records by dataset, without nodes that only other graphs reach."""
    found: Records = {}
    for name, lines in records.items():
        dataset = ox.Dataset(ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES))
        focus = next(
            q.subject
            for q in dataset.quads_for_predicate(ox.NamedNode(RDF.type))
            if q.object == ox.NamedNode(DCAT.Dataset)
        )
        assert isinstance(focus, ox.NamedNode), name
        found[focus.value] = lines
    return found


@pytest.mark.parametrize("way", [from_dump, from_pages, from_stream])
def test_each_way_brings_the_published_graph_while_it_changes(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, way: Callable[..., Records]
) -> None:
    house, client = own_site
    monkeypatch.setattr(paged_catalog, "SIZE", 2)
    monkeypatch.setattr(service, "PAGE", 4)
    monkeypatch.setattr(service, "RANGE", 8)
    renamed, first = portal("BUS1", "公交线路改名"), portal("NEW1", "新线路一")
    again, second = portal("NEW1", "新线路一改名"), portal("NEW2", "新线路二")
    writes: Iterator[Callable[[], object]] = iter(
        [
            lambda: house.submit("city", [renamed, first]),
            lambda: house.withdraw("city", "COND"),
            lambda: house.submit("city", [again, second]),
        ]
    )

    def between() -> None:
        """Write what comes next, as if it came between two requests."""
        write = next(writes, None)
        if write is not None:
            house.clock.step(1)
            write()

    if way is from_dump:
        for _ in range(3):
            between()
        house.project()
        work.create(house.atlas)
    found = way(client, between)
    house.project()
    expected = about(published(house))
    assert len(expected) == 5 and found.keys() == (
        expected.keys() if way is not from_dump else published(house).keys()
    )
    assert (about(found) if way is from_dump else found) == expected


def test_a_catalogue_of_what_was_taken_in_since(own_site: Site) -> None:
    client = own_site[1]
    (page,) = pages(client, "/catalog.nt?modified_since=2026-09-01T04:30:00Z", lambda: None)
    assert datasets_of(page).keys() == {f"{BASE}/id/dataset/city/BUS1"}
    totals = {q.object.value for q in page.quads_for_predicate(ox.NamedNode(HYDRA.totalItems))}
    assert totals == {"1"}
    # A day is from its start on.
    (page,) = pages(client, "/catalog.nt?modified_since=2026-09-01", lambda: None)
    assert len(datasets_of(page)) == 4
    (page,) = pages(client, "/catalog.nt?modified_since=2026-09-02", lambda: None)
    assert datasets_of(page) == {}
    assert client.get("/catalog.nt?modified_since=soon").json()["code"] == "time-invalid"
