"""One service with two people who edit, and one that may only look."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.fixtures.web import House, portal, served

TRANSPORT = "https://w3id.org/shdata/vocab/organization/transport"


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house") / "var")
    with found.atlas:
        found.submit("city", [portal("PARK", "公共停车场")])
        found.project()
        yield found


@pytest.fixture(scope="package")
def address(house: House) -> Iterator[str]:
    with served(house) as found:
        yield found


def _client(house: House, address: str, name: str, scope: str = "admin") -> httpx.Client:
    secret = house.atlas.tokens.create(name, (scope,)).secret
    headers = {
        "Authorization": f"Bearer {secret}",
        "Accept": "text/html",
        "Accept-Language": "en",
    }
    return httpx.Client(base_url=address, timeout=60, headers=headers, follow_redirects=True)


@pytest.fixture
def author(house: House, address: str) -> Iterator[httpx.Client]:
    with _client(house, address, "author") as client:
        yield client


@pytest.fixture
def other(house: House, address: str) -> Iterator[httpx.Client]:
    with _client(house, address, "other") as client:
        yield client


@pytest.fixture
def reader(house: House, address: str) -> Iterator[httpx.Client]:
    with _client(house, address, "reader", "query") as client:
        yield client
