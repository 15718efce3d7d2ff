"""Dump, paged catalogue and event stream each bring the published graph, also while it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.dumps import work
from catalog_service.federation import paged_catalog, service
from ontology.terms import HYDRA
from tests.fixtures.web import BASE, House, own_site, portal
from tests.fixtures.whole_catalogue import (
    Records,
    about,
    datasets_of,
    from_dump,
    from_pages,
    from_stream,
    pages,
    records_of,
)

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]


@pytest.mark.parametrize("way", ["dump", "pages", "stream"])
def test_each_way_brings_the_published_graph_while_it_changes(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, way: str
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

    found: Records
    if way == "dump":
        for _ in range(3):
            between()
        house.project()
        work.create(house.atlas)
        found = about(from_dump(client))
    elif way == "pages":
        found = from_pages(client, BASE, "2026-09-01T13:00:00", between)
    else:
        found = from_stream(client, BASE, between)
    house.project()
    expected = about(records_of(house.atlas.graph.current().store))
    assert len(expected) == 5
    assert found == expected


def test_a_catalogue_of_what_was_taken_in_since(own_site: Site) -> None:
    client = own_site[1]
    (page,) = pages(client, BASE, "/catalog.nt?modified_since=2026-09-01T04:30:00Z", lambda: None)
    assert datasets_of(page).keys() == {f"{BASE}/id/dataset/city/BUS1"}
    totals = {q.object.value for q in page.quads_for_predicate(ox.NamedNode(HYDRA.totalItems))}
    assert totals == {"1"}
    # A day is from its start on.
    (page,) = pages(client, BASE, "/catalog.nt?modified_since=2026-09-01", lambda: None)
    assert len(datasets_of(page)) == 4
    (page,) = pages(client, BASE, "/catalog.nt?modified_since=2026-09-02", lambda: None)
    assert datasets_of(page) == {}
    assert client.get("/catalog.nt?modified_since=soon").json()["code"] == "time-invalid"
