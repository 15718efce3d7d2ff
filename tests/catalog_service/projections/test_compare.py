"""`atlas index compare`, over what readers see: fast by notes, deep by triples, and mending."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from catalog_service.graph.store import RECORD_HASH, RECORDS_GRAPH
from ontology.record import mint_iri
from tests.fixtures.command import Cli
from tests.fixtures.web import BASE, House, portal

STRANGER = "https://data.example/id/dataset/city/STRANGER"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three public records, projected and left alone."""
    house = House(tmp_path)
    with house.atlas:
        house.submit("city", [portal(n, f"线路 {n}") for n in ("A", "B", "C")])
        house.submit("city", [portal("HIDDEN", "内部线路", is_open="非开放")])
        house.project()
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path))
    monkeypatch.setenv("ATLAS_BASE_IRI", BASE)
    return tmp_path


def compare(*options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    home = os.environ["ATLAS_HOME"]
    done = Cli(Path(home))(
        "index", "compare", *options, "--json", ATLAS_HOME=home, ATLAS_BASE_IRI=BASE
    )
    return done.code, {p["name"]: p for p in done.json["projections"]}


def damage(home: Path, *updates: str) -> None:
    """Change the database behind everybody's back, and publish that."""
    (path,) = (home / "graph").glob("store-*")
    store = ox.Store(str(path))
    for update in updates:
        store.update(update)
    del store
    (home / "graph" / "snapshots" / "current").unlink()
    house = House(home)
    with house.atlas:
        house.project()


def counts(found: dict[str, Any]) -> Sequence[int]:
    return [found[name] for name in ("missing", "extra", "different")]


@pytest.mark.slow
def test_what_is_whole_is_equal_both_ways(home: Path) -> None:
    for options in ([], ["--deep"]):
        code, found = compare(*options)
        assert code == 0
        assert found["graph"]["records"] == found["index"]["records"] == 3
        assert found["graph"]["deep"] is bool(options)
        assert found["index"]["deep"] is False


@pytest.mark.slow
def test_deep_finds_triples_that_the_notes_do_not_tell_of(home: Path) -> None:
    changed = mint_iri(BASE, "city", "B")
    damage(
        home,
        f'INSERT DATA {{ GRAPH <{changed}> {{ <{changed}> <http://example.org/p> "x" }} }}',
        f"INSERT DATA {{ GRAPH <{STRANGER}> {{ <{STRANGER}> a <http://example.org/T> }} }}",
    )
    assert compare()[0] == 0, "the notes say that all is well"
    code, found = compare("--deep")
    assert code == 1
    assert found["graph"]["examples"] == {
        "missing": [],
        "extra": [STRANGER],
        "different": [changed],
    }
    code, found = compare("--deep", "--repair")
    assert (code, found["graph"]["repaired"], counts(found["graph"])) == (0, 2, [0, 0, 0])
    code, found = compare("--deep")
    assert (code, counts(found["graph"])) == (0, [0, 0, 0])


@pytest.mark.slow
def test_two_notes_about_one_record_are_a_difference(home: Path) -> None:
    twice = mint_iri(BASE, "city", "A")
    damage(
        home,
        f'INSERT DATA {{ GRAPH <{RECORDS_GRAPH}> {{ <{twice}> <{RECORD_HASH}> "{"0" * 64}" }} }}',
    )
    code, found = compare()
    assert (code, counts(found["graph"])) == (1, [0, 0, 1])
    code, found = compare("--repair")
    assert (code, counts(found["graph"])) == (0, [0, 0, 0])
