"""One catalogue under its own true address, for clients that follow what it links to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from catalog_service.dumps import work
from tests.fixtures.web import House, portal, served


@dataclass(frozen=True)
class Served:
    """A house that is served, and where."""

    house: House
    url: str

    @property
    def sparql(self) -> str:
        return f"{self.url}/sparql"


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Five datasets, the first of them with an earlier version; a dump of all."""
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    house = House(tmp_path_factory.mktemp("clients") / "house", base_iri=base, public_url=base)
    with house.atlas, served(house, listener) as url:
        house.submit(
            "city",
            [
                portal("BUS1", "公交线路"),
                portal("BUS2", "公交站点"),
                portal("PARK", "停车场", category="民生服务"),
                # Of a publisher that no vocabulary has: its IRI is minted here.
                portal("MAP1", "地图册", department="地图绘制中心"),
                portal("MAP2", "地名录", department="地图绘制中心"),
            ],
        )
        house.clock.step()
        house.submit("city", [portal("BUS1", "公交线路（新）")])
        house.project()
        work.create(house.atlas)
        yield Served(house, url)
