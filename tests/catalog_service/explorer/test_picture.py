"""The picture of the explorer: it follows from its address, and the table says the same."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from catalog_service.explorer.addresses import read_state
from catalog_service.explorer.picture import (
    MOST_NODES,
    MOST_OPENED,
    NEAREST,
    State,
    by_thing,
    compose,
)
from catalog_service.explorer.service import network_of, things_named
from search.relations.model import Evidence
from search.relations.network import Neighbor, NeighborGroup, Network
from search.relations.nodes import Node
from tests.fixtures.web import HTML, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def shown(site: Site, **params: Any) -> tuple[dict[str, Any], str]:
    answer = site[1].get("/explore", params={"lang": "zh", **params}, headers=HTML)
    assert answer.status_code == 200
    found = re.search(r'id="graph-data">(.*?)</script>', answer.text, re.S)
    assert found is not None
    return json.loads(found[1]), answer.text


def rows(text: str) -> tuple[set[tuple[str, str, str]], set[tuple[str, str, int]]]:
    """The table's neighbours, and its clusters, as (thing, relation, neighbour or number)."""
    edges, clusters = set(), set()
    for table in re.findall(r"<table class=\"stack groups\" data-of=.*?</table>", text, re.S):
        of = html.unescape(re.findall(r'data-of="(.*?)"', table)[0])
        for row in re.findall(r"<tr (data-[^>]*)>", table):
            told = {name: html.unescape(v) for name, v in re.findall(r'data-(\w+)="(.*?)"', row)}
            if "iri" in told:
                edges.add((of, told["relation"], told["iri"]))
            if int(told.get("left", 0)):
                clusters.add((of, told["relation"], int(told["left"])))
    return edges, clusters


def same(picture: dict[str, Any], text: str) -> None:
    edges, clusters = rows(text)
    assert edges == {(e["source"], e["relation"], e["target"]) for e in picture["edges"]}
    assert clusters == {(c["of"], c["relation"], c["count"]) for c in picture["clusters"]}
    ends = {end for source, _, target in edges for end in (source, target)}
    assert ends == {node["id"] for node in picture["nodes"]}
    for node in picture["nodes"]:
        assert html.escape(node["name"], quote=False) in text
        assert html.escape(node["detail"], quote=False) in text
    for edge in picture["edges"]:
        assert edge["why"] in html.unescape(text)


def iri(site: Site, name: str) -> str:
    found: str = site[1].get(f"/api/v1/datasets/city/{name}").json()["iri"]
    return found


THEME = "https://w3id.org/shdata/vocab/domain/4"


@pytest.mark.parametrize("start", ["BUS1", "COND", THEME])
def test_the_table_is_equal_to_the_picture(site: Site, start: str) -> None:
    at = start if ":" in start else iri(site, start)
    picture, text = shown(site, at=at)
    assert picture["edges"]
    same(picture, text)
    # And so it is after each step that the picture offers.
    for node in picture["nodes"]:
        if node["expand"] is not None:
            query = parse_qs(urlsplit(node["expand"]).query)
            same(*shown(site, **query))


def test_an_expanded_thing_keeps_its_place_in_the_address(site: Site) -> None:
    at = iri(site, "BUS1")
    _, text = shown(site, at=at, open=[THEME], off=["organization"])
    picture, _ = shown(site, at=at, open=[THEME])
    assert "organization" in {edge["relation"] for edge in picture["edges"]}
    hidden, text = shown(site, at=at, open=[THEME], off=["organization"])
    assert "organization" not in {edge["relation"] for edge in hidden["edges"]}
    assert 'class="toggle off"' in text
    theme = next(node for node in hidden["nodes"] if node["id"] == THEME)
    assert theme["expand"] is None
    back = parse_qs(urlsplit(theme["collapse"]).query)
    assert "open" not in back
    assert back["off"] == ["organization"]


def test_a_way_is_drawn_with_the_reason_on_each_edge(site: Site) -> None:
    first, second = iri(site, "BUS1"), iri(site, "COND")
    picture, text = shown(site, at=first, to=second)
    assert picture["nodes"][0]["role"] == "start"
    assert picture["nodes"][-1]["role"] == "goal"
    assert picture["nodes"][-1]["id"] == second
    listed = text.partition('<ol class="way">')[2].partition("</ol>")[0]
    assert listed.count("<li>") == len(picture["nodes"])
    for edge in picture["edges"]:
        assert edge["label"] in listed
        assert edge["why"] in html.unescape(listed)
    stations = [first, *(edge["target"] for edge in picture["edges"])]
    assert [edge["source"] for edge in picture["edges"]] == stations[:-1]


def test_closed_and_waiting_records_are_in_no_picture(site: Site) -> None:
    base = site[0].settings.base_iri
    closed = [f"{base}/id/dataset/city/CLOSED", f"{base}/id/dataset/strict/HELD"]
    organization = next(
        node["id"]
        for node in shown(site, at=iri(site, "BUS1"))[0]["nodes"]
        if node["kind"] == "organization"
    )
    picture, text = shown(
        site,
        at=organization,
        open=[THEME, *closed],
        more=[f"dataset {organization}", f"dataset {THEME}"],
    )
    assert not {node["id"] for node in picture["nodes"]} & set(closed)
    for hidden in ("内部线路", "等待的线路", "后来关闭的线路"):
        assert hidden not in text
        found = site[1].get("/api/v1/graph/nodes", params={"q": hidden}).json()["nodes"]
        assert hidden not in {node["label"]["zh"] for node in found}


def test_a_name_that_several_things_have_is_asked_about(site: Site) -> None:
    answer = site[1].get("/explore", params={"at": "线路", "lang": "zh"}, headers=HTML)
    assert answer.status_code == 200
    assert 'id="graph-data"' not in answer.text
    choices = answer.text.partition('class="choose"')[2].partition("</section>")[0]
    assert choices.count("<li>") > 1
    nodes = site[1].get("/api/v1/graph/nodes", params={"q": "公交"}).json()["nodes"]
    assert nodes
    assert {"iri", "kind", "label", "detail"} <= nodes[0].keys()
    assert any("交通委" in node["detail"]["zh"] for node in nodes if node["kind"] == "dataset")


def test_a_letter_that_many_names_hold_asks_the_index_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    held = Network.held

    def counted(network: Network, nodes: Sequence[Node]) -> list[Node]:
        asked.append(len(nodes))
        return held(network, nodes)

    monkeypatch.setattr(Network, "held", counted)
    atlas = site[0].atlas
    found = things_named(atlas, network_of(atlas), "a", 10)
    assert asked == [60]
    assert all(node.kind != "district" or "a" in node.en.lower() for node in found)


def test_the_query_names_what_the_picture_is_about(site: Site) -> None:
    at = iri(site, "BUS1")
    _, text = shown(site, at=at, open=[THEME])
    address = re.search(r'href="(/sparql\?query=[^"]*)"', text)
    assert address is not None
    query = parse_qs(urlsplit(html.unescape(address[1])).query)["query"][0]
    assert f"<{at}>" in query
    assert f"<{THEME}>" in query
    answer = site[1].get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert answer.text.count("\n") > 3


def node(name: str, kind: Any = "dataset") -> Node:
    return Node(f"urn:{name}", kind, name, name)


class Crowd:
    """A graph in which everything has many neighbours of each kind."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.nodes = self

    def node(self, iri: str) -> Node | None:
        return node(iri.removeprefix("urn:")) if iri.startswith("urn:") else None

    def neighbors(self, one: Node, *, most: int) -> list[NeighborGroup]:
        return [
            NeighborGroup(
                kind,
                self._size,
                tuple(
                    Neighbor(node(f"{one.zh}-{kind}-{n}", kind), 1.0, Evidence())
                    for n in range(min(most, self._size))
                ),
            )
            for kind in ("organization", "theme", "field")
        ]


def test_a_picture_has_an_end_and_says_so() -> None:
    many = tuple(f"urn:{n}" for n in range(MOST_OPENED))
    kinds = ("organization", "theme", "field")
    clusters = tuple((kind, one) for one in many for kind in kinds)
    picture = compose(Crowd(90), node("a"), State("urn:a", expanded=many, clusters=clusters))  # type: ignore[arg-type]
    assert picture.full
    assert len(picture.nodes) + len(picture.clusters) <= MOST_NODES
    whole = compose(Crowd(9), node("a"), State("urn:a"))  # type: ignore[arg-type]
    assert not whole.full
    assert [c.count for c in whole.clusters] == [9 - NEAREST] * 3
    assert whole.counts == dict.fromkeys(kinds, 9)
    listed = {
        (n.iri, name): (len(edges), left) for n, gs in by_thing(whole) for name, edges, left in gs
    }
    assert listed == {("urn:a", kind): (NEAREST, 3) for kind in kinds}


def test_addresses_that_nobody_made_are_read_all_the_same() -> None:
    state = read_state("urn:a", "", ["x"] * 99, ["nothing", "dataset urn:b"], ["off"], "")
    assert state.expanded == ("x",)
    assert state.clusters == (("dataset", "urn:b"),)
