"""Catalogues that supply each other: changes, ends, cut connections, no echo."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.datasets.visibility import GoneError, find, history
from catalog_service.federation import paged_catalog
from catalog_service.sources.report import Report
from ontology.errors import AtlasError
from ontology.terms import DCAT, DCT, VOCAB
from tests.catalog_service.federation.peers import Peer


@pytest.fixture
def three(tmp_path: Path) -> Iterator[list[Peer]]:
    peers = [Peer(tmp_path, name) for name in "abc"]
    with ExitStack() as stack:
        for peer in peers:
            stack.enter_context(peer.atlas)
        yield peers


def test_what_changes_and_ends_arrives_with_the_next_visit(three: list[Peer]) -> None:
    a, b, _ = three
    b.supplied_by(a)
    for name in "1234":
        a.put(name, f"数据集{name}")
    first = b.visit(a)
    assert (first.status, first.counters["created"]) == ("done", 4)
    assert b.view(own=False) == a.view(own=True)
    assert all(focus.startswith(a.base) for focus in b.view(own=False))
    assert b.visit(a).counters["updated"] == 0
    a.put("1", "数据集一改")
    a.put("2", "数据集2", is_open="非开放")
    a.house.withdraw("own", "3")
    second = b.visit(a)
    assert (second.counters["updated"], second.counters["missing"]) == (1, 2)
    assert b.view(own=False) == a.view(own=True) and len(b.public()) == 2
    a.put("2", "数据集2")
    a.put("3", "数据集3")
    assert b.visit(a).counters["revived"] == 2
    assert b.view(own=False) == a.view(own=True) and len(b.public()) == 4
    # A peer's word is taken at once, however many are closed.
    for name in "1234":
        a.put(name, f"数据集{name}", is_open="非开放")
    closed = b.visit(a)
    assert (closed.status, closed.counters["missing"], b.public()) == ("done", 4, {})


@pytest.mark.parametrize("feed", ["ldes", "catalog"])
def test_what_is_closed_at_home_is_unseen_wherever_it_went(three: list[Peer], feed: str) -> None:
    a, b, c = three
    for name in "12345":
        a.put(name, f"数据集{name}")
    for giver, taker in ((a, b), (b, c)):
        taker.supplied_by(giver)
        taker.visit(giver, feed=feed, full=True)
    there = "https://a.example/id/dataset/own/1"
    assert seen(b, "a", "own/1") == seen(c, "b", there) == "数据集1"
    a.put("1", "数据集1", is_open="非开放")
    a.house.withdraw("own", "2")
    # At home a tombstone tells what was withdrawn, and nothing what was closed.
    assert seen(a, "own", "1") == "dataset-not-found"
    assert seen(a, "own", "2") == "dataset-withdrawn"
    for giver, taker in ((a, b), (b, c)):
        ended = taker.visit(giver, feed=feed, full=True)
        assert (ended.status, ended.counters["missing"], ended.run) == (
            "done",
            2,
            f"{giver.name}-2",
        )
        assert Report(taker.atlas, ended.run, None).changes(0, 9) == ([], None)
    for taker, source, name in ((b, "a", "own/1"), (c, "b", there)):
        assert seen(taker, source, name) == "dataset-not-found"
        for asked in (find, history):
            with pytest.raises(AtlasError, match="no public dataset"):
                asked(taker.atlas, source, name, None)
        with pytest.raises(AtlasError, match="no public dataset"):
            find(taker.atlas, source, name, None, at=taker.house.clock.now())
        # Stewards see it still.
        with pytest.raises(GoneError):
            find(taker.atlas, source, name, OPERATOR)
        kinds = [one.kind for one in history(taker.atlas, source, name, OPERATOR)]
        assert kinds == ["created", "missing"]
    a.put("1", "数据集1")
    for giver, taker in ((a, b), (b, c)):
        assert taker.visit(giver, feed=feed, full=True).counters["revived"] == 1
    assert seen(b, "a", "own/1") == seen(c, "b", there) == "数据集1"


def seen(peer: Peer, source: str, remote_id: str) -> str:
    """Return what the public is told of a record: its title, or the code of the error."""
    try:
        found = find(peer.atlas, source, remote_id, None)
    except AtlasError as error:
        return error.code
    return next(part for part in found.nquads.split('"') if part in ("数据集1", "数据集2"))


def test_nothing_comes_back_to_where_it_was(three: list[Peer]) -> None:
    for here in three:
        here.put(here.name, f"{here.name}的数据集")
        here.house.submit_turtle(
            "own",
            f"@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> . "
            f'<https://elsewhere.example/x{here.name}> a dcat:Dataset ; dct:title "外部"@zh ; '
            f"dct:accessRights <{VOCAB}open-type/unconditional> .",
        )
    ring = list(zip(three, [*three[1:], three[0]], strict=True))
    for giver, taker in ring:
        taker.supplied_by(giver)
    for _ in range(2):
        for giver, taker in ring:
            assert taker.visit(giver).status == "done"
    a, _, c = three
    for here in three:
        assert len(here.public()) == 6 and len(here.view(own=False)) == 4
    # The way is told: home, and every catalogue between.
    said = c.public()["b/https://elsewhere.example/xa"].nquads or ""
    assert "wasDerivedFrom> <https://a.example/id/dataset/own/xa>" in said
    assert said.count("isPartOf> <https://") == 2
    # What is closed at home does not go round for ever.
    a.put("a", "a的数据集", is_open="非开放")
    for giver, taker in ring:
        taker.visit(giver)
    assert [len(here.public()) for here in three] == [5, 5, 5]


def test_random_operations_on_both_and_a_network_that_is_cut(three: list[Peer]) -> None:
    a, b, _ = three
    a.supplied_by(b)
    b.supplied_by(a)
    chance = random.Random(4)
    for number in range(40):
        here = chance.choice((a, b))
        name = str(chance.randrange(8))
        kind = chance.choice(("put", "put", "close", "withdraw"))
        if kind == "withdraw":
            if f"own/{name}" in here.public():
                here.house.withdraw("own", name)
        else:
            more = {"is_open": "非开放"} if kind == "close" else {}
            here.put(name, f"{here.name}{name}第{number}版", **more)
        if number % 4 == 3:
            giver, taker = chance.choice(((a, b), (b, a)))
            taker.visit(giver, lambda: chance.random() < 0.3)
    for giver, taker in ((a, b), (b, a)):
        assert taker.visit(giver).status == "done"
        assert taker.view(own=False) == giver.view(own=True) != {}
    counts = [len(a.atlas.journal.changes_after(0)), len(b.atlas.journal.changes_after(0))]
    for giver, taker in ((a, b), (b, a)) * 2:
        taker.visit(giver, full=True)
    # In step: further visits, whole ones too, change nothing.
    assert counts == [len(a.atlas.journal.changes_after(0)), len(b.atlas.journal.changes_after(0))]


def test_a_peer_is_read_by_its_paged_catalogue(
    three: list[Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged_catalog, "SIZE", 2)
    a, b, _ = three
    a.supplied_by(b)
    b.supplied_by(a)
    for name in "12345":
        a.put(name, f"数据集{name}")
    b.put("1", "别的数据集")
    assert b.visit(a, feed="catalog").counters["created"] == 5
    assert a.visit(b, feed="catalog").counters["created"] == 1
    assert b.view(own=False) == a.view(own=True)
    a.house.withdraw("own", "2")
    # What A has from B by now is passed over, though A counts it.
    ended = b.visit(a, feed="catalog", full=True)
    assert (ended.status, ended.counters["missing"]) == ("done", 1)
    # By the stream it is the same.
    assert b.visit(a, feed="ldes").counters["updated"] == 0
    assert b.view(own=False) == a.view(own=True)
