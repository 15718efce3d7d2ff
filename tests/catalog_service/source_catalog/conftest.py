"""One service with public datasets, and its source catalogue, empty before each test."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.fixtures.web import House, portal, served


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house") / "var")
    columns = {"columns": ["机构床位数", "机构名称"]}
    with found.atlas:
        found.submit(
            "city",
            [
                portal("OWN", "养老机构", department="上海市民政局", **columns),
                portal("ELSE", "床位统计", department="上海市统计局", **columns),
                portal(
                    "CLOSED", "内部床位", department="上海市公安局", is_open="非开放", **columns
                ),
            ],
        )
        found.project()
        yield found


@pytest.fixture(scope="package")
def address(house: House) -> Iterator[str]:
    with served(house) as found:
        yield found


@pytest.fixture(scope="package")
def token(house: House) -> str:
    """The secret of a steward of all sources."""
    return house.token("steward")["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def steward(address: str, token: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, timeout=60, headers=headers) as client:
        yield client


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """Whoever opens pages: no token but in forms."""
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    with httpx.Client(base_url=address, timeout=60, headers=headers) as client:
        yield client


@pytest.fixture(autouse=True)
def empty(house: House) -> Iterator[None]:
    """Leave the next test a catalogue without items."""
    yield
    with house.atlas.journal.writing_tables() as connection:
        for table in ("source_catalog_items", "source_catalog_changes"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
