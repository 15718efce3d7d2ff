"""Rules that reports judge: R13 and R36 pass, and fail; R27's figure."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from catalog_service.reports.announcing import announce
from catalog_service.reports.model import Line
from catalog_service.reports.owed import owed
from catalog_service.reports.period import Period
from catalog_service.reports.service import CITY, compose
from catalog_service.reports.stored import names_on, write_day
from tests.catalog_service.reports.conftest import PUDONG, TRANSPORT, measured, on
from tests.fixtures.web import HTML, House, portal, served

DAY = date(2026, 9, 1)
SEPTEMBER = Period.named("2026-09")


def line(house: House, figure: str, organization: str) -> Line | None:
    lines = compose(house.atlas, SEPTEMBER, organization).lines
    return next((one for one in lines if one.kind.name == figure), None)


@pytest.mark.parametrize(("items", "reached"), [(50, True), (49, False)])
def test_a_pilot_district_lists_fifty_items(house: House, items: int, reached: bool) -> None:
    measured(house, DAY)
    none = line(house, "list-items", PUDONG)
    # A pilot without a list has none of them; of others no number is demanded.
    assert none is not None and none.now.value == 0 and none.reached is False
    assert line(house, "list-items", TRANSPORT) is None
    with house.atlas.journal.writing_tables() as connection:
        # Of each day that was counted, the city has all figures.
        figures = {("list-items", one): (items, None) for one in (CITY, PUDONG, TRANSPORT)}
        named = names_on(connection, DAY).values()
        write_day(connection, DAY, figures, {}, named)
    pilot, other = line(house, "list-items", PUDONG), line(house, "list-items", TRANSPORT)
    assert pilot is not None and pilot.aim is not None and pilot.aim.value == 50
    assert pilot.reached is reached
    assert other is not None and other.aim is None and other.reached is None


def test_reports_that_are_owed(house: House) -> None:
    """R36: a report of each period, which is announced; before the first day nothing is owed."""
    on(house, DAY)
    assert owed(house.atlas) == []
    measured(house, date(2026, 9, 29))
    on(house, date(2026, 10, 1))
    # The day after is the worker's to tell in.
    assert owed(house.atlas) == []
    on(house, date(2026, 10, 2))

    def found() -> list[tuple[str, str]]:
        return [(one.period.name, one.reason) for one in owed(house.atlas)]

    assert found() == [("2026-09", "untold"), ("2026-Q3", "untold")]
    announce(house.atlas)
    assert found() == []
    # A month of which no day was counted has no report.
    measured(house, date(2026, 12, 30))
    assert found() == [("2026-11", "uncounted"), ("2026-10", "uncounted")]
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        page = client.get("/reports?lang=en", headers=HTML).text
        assert 'id="owed"' in page and "2026-11" in page and "no day of it was counted" in page
        answer = client.get("/api/v1/reports").json()["owed"]
        assert answer[0] == {"period": "2026-11", "kind": "month", "reason": "uncounted"}


def test_livelihood_datasets_on_a_list_are_counted(house: House) -> None:
    house.submit(
        "city",
        [
            portal("L", "养老机构", category="民生服务"),
            portal("M", "内部名册", category="民生服务", is_open="非开放"),
        ],
    )
    measured(house, DAY + timedelta(1))
    found = line(house, "livelihood", CITY)
    assert found is not None and (found.now.counted, found.now.whole) == (0, 1)
