"""The graph of things, read from a real index."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ontology.terms import VOCAB
from ontology.vocabulary import load_vocabulary
from search.index.embedded import EmbeddedIndex
from search.index.model import SearchDocument
from search.relations.network import NeighborGroup, Network
from search.relations.nodes import Node
from search.relations.paths import shortest_path

BASE = "http://atlas.example"
HEALTH, CIVIL = f"{VOCAB}organization/city-health", f"{BASE}/id/organization/city/0123456789ab"
THEME = f"{VOCAB}domain/8"
XUHUI, CHANGNING = f"{VOCAB}place/310104", f"{VOCAB}place/310105"
CREDIT = f"{VOCAB}key-item/credit-code"


def document(
    name: str, title: str, *fields: str, publisher: str = CIVIL, district: str = XUHUI
) -> SearchDocument:
    return SearchDocument(
        iri=f"{BASE}/id/dataset/city/{name}",
        source="city",
        remote_id=name,
        hash=name,
        title=title,
        publishers=("某局",),
        fields=fields,
        modified="2026-01-02",
        facets={"publisher": (publisher,), "district": (district,), "theme": (THEME,)},
    )


DOCUMENTS = (
    document("care", "徐汇区养老机构", "机构名称", "床位数", "统一社会信用代码"),
    document("care-api", "徐汇区养老机构接口服务", "机构名称", "床位数", "统一社会信用代码"),
    document(
        "care-cn",
        "长宁区养老机构",
        "机构名称",
        "床位数",
        publisher=f"{BASE}/id/organization/cn/1",
        district=CHANGNING,
    ),
    document("fines", "行政处罚决定", "社会信用代码", "处罚日期", "处罚结果"),
    document("parks", "公园绿地面积", "公园面积（公顷）", "开放时间"),
    document("parks-2", "城市绿化", "公园面积", "树种", district=CHANGNING),
)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    engine = EmbeddedIndex(tmp_path / "index")
    engine.write(DOCUMENTS, (), 7)
    view = engine.view()
    assert view is not None
    yield Network(view, load_vocabulary(), BASE)
    engine.close()


def iri(name: str) -> str:
    return f"{BASE}/id/dataset/city/{name}"


def beside(network: Network, node_iri: str) -> dict[str, NeighborGroup]:
    node = network.nodes.node(node_iri)
    assert node is not None
    return {found.relation: found for found in network.neighbors(node)}


def names(found: NeighborGroup) -> set[str]:
    return {neighbour.node.iri.rpartition("/")[2] for neighbour in found.neighbors}


def test_a_dataset_stands_beside_its_body_place_items_and_kin(network: Network) -> None:
    found = beside(network, iri("care"))
    assert names(found["organization"]) == {"0123456789ab"}
    assert names(found["district"]) == {"310104"}
    assert names(found["theme"]) == {"8"}
    assert names(found["key-item"]) >= {"credit-code"}
    assert names(found["variant"]) == {"care-api"}
    assert names(found["parallel"]) == {"care-cn"}
    assert names(found["joinable"]) == {"fines"}
    (joined,) = found["joinable"].neighbors
    assert joined.evidence is not None
    assert joined.evidence.key_items == (CREDIT,)


def test_a_body_that_no_vocabulary_knows_has_the_name_its_datasets_give_it(
    network: Network,
) -> None:
    node = network.nodes.node(CIVIL)
    assert node is not None
    assert (node.kind, node.zh) == ("organization", "某局")
    found = {b.relation: b for b in network.neighbors(node)}
    assert found["dataset"].total == 5
    assert {n.node.iri: n.weight for n in found["district"].neighbors} == {XUHUI: 4, CHANGNING: 1}


def test_a_data_item_stands_beside_exactly_the_datasets_that_have_it(network: Network) -> None:
    field = network.nodes.field_iri("公园面积（公顷）")
    assert names(beside(network, field)["dataset"]) == {"parks", "parks-2"}
    key = beside(network, CREDIT)
    assert names(key["dataset"]) == {"care", "care-api", "fines"}


def test_what_is_not_there_is_no_node(network: Network) -> None:
    assert network.nodes.node(iri("nothing")) is None
    assert network.nodes.node(f"{BASE}/id/organization/city/none") is None
    assert network.nodes.node(f"{VOCAB}open-type/unconditional") is None
    assert network.nodes.node("") is None


def test_the_shortest_way_is_found_and_told_in_its_direction(network: Network) -> None:
    start, goal = network.nodes.node(iri("care-cn")), network.nodes.node(iri("fines"))
    assert start is not None
    assert goal is not None
    way = shortest_path(network, start, goal)
    assert way.steps[-1].node.iri == goal.iri
    assert 1 < len(way.steps) <= 3
    assert shortest_path(network, start, start).steps == ()


def test_two_things_without_a_way_between_them_are_told_so(tmp_path: Path) -> None:
    engine = EmbeddedIndex(tmp_path / "index")
    alone = [
        SearchDocument(iri(name), "city", name, name, title)
        for name, title in (("a", "甲种物品"), ("b", "乙类事件"))
    ]
    engine.write(alone, (), 1)
    view = engine.view()
    assert view is not None
    apart = Network(view, load_vocabulary(), BASE)
    one, other = apart.nodes.node(iri("a")), apart.nodes.node(iri("b"))
    assert one is not None
    assert other is not None
    way = shortest_path(apart, one, other)
    assert (way.steps, way.exhausted) == ((), True)
    engine.close()


def test_what_no_dataset_belongs_to_is_left_out(network: Network) -> None:
    names = (XUHUI, f"{VOCAB}place/310101", THEME, f"{VOCAB}domain/1", CREDIT)
    nodes = [node for name in names if (node := network.nodes.node(name)) is not None]
    assert len(nodes) == len(names)
    assert [node.iri for node in network.held(nodes)] == [XUHUI, THEME, CREDIT]


def test_that_nothing_connects_two_is_not_told_where_not_all_was_followed(tmp_path: Path) -> None:
    engine = EmbeddedIndex(tmp_path / "index")
    organization = f"{VOCAB}organization"
    bodies = ((f"{organization}/education", "甲种物品"), (f"{organization}/commerce", "乙类事件"))
    hubs = [
        replace(document(f"{title}{n}", f"{title}{n}"), facets={"publisher": (body,)})
        for body, title in bodies
        for n in range(40)
    ]
    engine.write(hubs, (), 1)
    view = engine.view()
    assert view is not None
    crowded = Network(view, load_vocabulary(), BASE)
    one, other = (crowded.nodes.node(body) for body, _ in bodies)
    assert one is not None
    assert other is not None
    way = shortest_path(crowded, one, other)
    assert (way.steps, way.exhausted) == ((), False)
    engine.close()


def test_a_way_that_takes_too_long_is_given_up(network: Network) -> None:
    start, goal = (network.nodes.node(f"{BASE}/id/dataset/city/{n}") for n in ("fines", "parks"))
    assert start is not None
    assert goal is not None
    assert shortest_path(network, start, goal).steps
    now = itertools.count(0.0, 0.4)  # each look at the clock comes 0.4 s after the last
    asked: list[str] = []
    neighbors_of = network.neighbors

    def counted(node: Node, *, most: int) -> list[NeighborGroup]:
        asked.append(node.iri)
        return [replace(b, neighbors=()) for b in neighbors_of(node, most=most)]

    network.neighbors = counted  # type: ignore[method-assign, assignment]
    way = shortest_path(network, start, goal, seconds=0.5, monotonic=lambda: next(now))
    assert (way.steps, way.exhausted, len(asked)) == ((), False, 1)
