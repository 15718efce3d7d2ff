"""A house of which some days were measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from catalog_service.clock import SHANGHAI
from catalog_service.quality.service import evaluate
from catalog_service.reports.service import measure
from tests.fixtures.people import ORGANIZATION
from tests.fixtures.web import House, portal

TRANSPORT, WATER = f"{ORGANIZATION}transport", f"{ORGANIZATION}water"
PUDONG, JINGAN = f"{ORGANIZATION}district-pudong", f"{ORGANIZATION}district-jingan"
RECORDS = [
    portal("A", "甲", update_time="2026-08-20"),
    portal("B", "乙", update_time="2026-07-20"),
    portal("C", "丙", update_frequency="不定期", is_open="非开放"),
    portal("W", "丁", department="上海市水务局", update_time="2020-01-02"),
    portal("P", "戊", department="上海市浦东新区人民政府", isHighQuality=True),
    portal("J", "己", department="上海市静安区人民政府", update_time="2020-01-02"),
    portal("X", "庚", department="杭州市某某中心"),
]


def on(house: House, day: date) -> None:
    """Let it be noon of a day."""
    house.clock.today = lambda: day  # type: ignore[method-assign]
    house.clock.moment = datetime.combine(day, time(12), SHANGHAI).astimezone(UTC)


def measured(house: House, day: date) -> None:
    """Measure a day."""
    on(house, day)
    assert evaluate(house.atlas) is not None and measure(house.atlas) is not None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "var")
    with made.atlas:
        made.submit("city", RECORDS)
        yield made
