"""Networks are counted, and none of them is known."""

from __future__ import annotations

import pytest

from catalog_service.search_log import network_sketch
from catalog_service.search_log.network_sketch import NetworkSketch, network_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1:1::1", "2001:db8:1:ffff::9", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("::ffff:192.0.2.7", "192.0.2.1", True),
        ("unknown", "unknown", True),
    ],
)
def test_what_one_household_may_hold_is_one_network(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def _from(sketch: NetworkSketch[str], entry: str, networks: range) -> None:
    for number in networks:
        sketch.count(entry, f"10.{number // 256}.{number % 256}.1")


def test_numbers_are_multiples_of_the_least() -> None:
    sketch: NetworkSketch[str] = NetworkSketch(5)
    _from(sketch, "a", range(4))
    assert sketch.kept() == {}
    for _ in range(1_000):
        sketch.count("a", "10.0.0.1")
        sketch.count("a", "10.0.0.77")
    assert sketch.kept() == {}, "one network a thousand times is one"
    _from(sketch, "a", range(5))
    assert sketch.kept() == {"a": 5}
    _from(sketch, "a", range(9))
    assert sketch.kept() == {"a": 5}, "nobody sees a single network come"
    _from(sketch, "a", range(10))
    assert sketch.kept() == {"a": 10}


def test_hashes_tell_neither_network_nor_what_it_did_elsewhere() -> None:
    first, second = NetworkSketch[str](3), NetworkSketch[str](3)
    for sketch in (first, second):
        for entry in ("a", "b"):
            sketch.count(entry, "192.0.2.1")
    hashes = [h for s in (first, second) for held in s._entries.values() for h in held]
    assert len(set(hashes)) == 4


def test_one_network_cannot_push_out_what_others_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_sketch, "MOST_ENTRIES", 60)
    monkeypatch.setattr(network_sketch, "MOST_OF_ONE", 50)
    sketch: NetworkSketch[str] = NetworkSketch(3)
    _from(sketch, "known", range(3))
    _from(sketch, "begun", range(2))
    for number in range(5_000):
        sketch.count(f"junk {number}", "192.0.2.1")
    assert not sketch.may_count("192.0.2.9")
    assert sketch.may_count("198.51.100.1")
    _from(sketch, "begun", range(3))
    assert sketch.kept() == {"known": 3, "begun": 3}


def test_many_networks_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_sketch, "MOST_ENTRIES", 20)
    monkeypatch.setattr(network_sketch, "MOST_NETWORKS", 10)
    monkeypatch.setattr(network_sketch, "MOST_HASHES", 100)
    sketch: NetworkSketch[str] = NetworkSketch(3)
    _from(sketch, "known", range(50))
    for number in range(500):
        sketch.count(f"junk {number}", f"10.9.{number % 256}.1")
    assert sketch.kept() == {"known": 9}
    assert len(sketch._entries) <= 20
    assert sum(map(len, sketch._entries.values())) <= 100
