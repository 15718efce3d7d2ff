"""Whole harvests over real HTTP: the catalogue ends in what the simulated platform holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.service import harvest
from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.server import serve
from harvesters.simulator.shapes.registry import all_shapes
from tests.fixtures.web import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    with made.atlas:
        yield made


def visit(house: House, source: str, **more: bool) -> dict[str, int]:
    result = harvest(house.atlas, source, actor="test", **more)
    assert result.status == "done", result.error
    return {name: count for name, count in result.counters.items() if count}


def public(house: House, source: str) -> set[str]:
    return {
        one.remote_id
        for one in house.atlas.journal.list_records(source=source, limit=1_000)
        if one.public
    }


@pytest.mark.parametrize("kind", ["city", "ckan"])
def test_the_catalogue_follows_the_platform(house: House, kind: str) -> None:
    catalogue = Catalogue(60, seed=7)
    with serve(catalogue, *all_shapes()) as platform:
        connect(
            house.atlas,
            "there",
            kind=kind,
            url=platform.url,
            given={"allow": (f"127.0.0.1:{platform.port}",), "requests_per_second": 10_000},
        )
        first = visit(house, "there")
        assert first["read"] == first["created"] == 60
        assert len(public(house, "there")) == len(catalogue.public_ids())
        assert visit(house, "there", full=True) == {"read": 60, "skipped": 60}
        names = sorted(catalogue.public_ids())
        catalogue.close(names[0])
        catalogue.rename(names[1])
        catalogue.edit(names[2])
        added = catalogue.add().id
        changed = visit(house, "there")
        assert (changed["created"], changed["updated"]) == (1, 3)
        catalogue.delete(added)
        assert visit(house, "there", full=True)["missing"] == 1
        assert len(public(house, "there")) == len(catalogue.public_ids())
