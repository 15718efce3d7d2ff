"""Rules that reports judge: R13 and R36 pass, and fail; R27's figure."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.open_list.service import draft, take
from catalog_service.open_list.taking import take_step
from catalog_service.reports.announcing import announce
from catalog_service.reports.model import Line
from catalog_service.reports.owed import owed
from catalog_service.reports.period import Period
from catalog_service.reports.service import CITY, compose
from catalog_service.reports.stored import names_on, write_day
from catalog_service.reports.tables import report_figures
from tests.catalog_service.reports.conftest import PUDONG, TRANSPORT, WATER, measured, on
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


def test_the_share_by_api_is_demanded_of_the_years_lists(house: House) -> None:
    """R15: of the datasets on the lists of the year in force; days before keep what was judged."""
    house.submit(
        "city",
        [
            portal("S", "接口", department="上海市水务局", api="https://data.sh.gov.cn/api/s"),
            portal("T", "文件", department="上海市水务局"),
            portal("A", "甲", api="https://data.sh.gov.cn/api/a"),
        ],
    )
    measured(house, DAY)
    with house.atlas.journal.writing_tables() as connection:
        # A day of a program that did not count it.
        connection.execute(report_figures.delete().where(report_figures.c.figure == "api-listed"))
    before = line(house, "api", CITY)
    assert before is not None and before.aim is not None and before.aim.value == 50
    on(house, DAY + timedelta(1))
    kept = compose(house.atlas, SEPTEMBER, CITY, DAY)
    draft(house.atlas, OPERATOR, WATER, DAY.year)
    for step in ("check", "review", "file", "accept"):
        # Without what the check of its items says.
        take_step(house.atlas, OPERATOR, (WATER, DAY.year), step)
    measured(house, DAY + timedelta(1))
    none = line(house, "api-listed", CITY)
    # A list that is not in force yet demands nothing.
    assert none is not None and (none.now.whole, none.reached) == (0, None)
    take(house.atlas, OPERATOR, WATER, DAY.year, "publish")
    measured(house, DAY + timedelta(1))
    found, everything = line(house, "api-listed", CITY), line(house, "api", CITY)
    assert found is not None and (found.now.counted, found.now.whole) == (1, 3)
    assert found.aim is not None and found.aim.value == 50 and found.reached is False
    assert everything is not None and everything.now.counted == 2 and everything.aim is None
    own = line(house, "api-listed", WATER)
    assert own is not None and (own.now.counted, own.now.whole) == (1, 3)
    assert compose(house.atlas, SEPTEMBER, CITY, DAY) == kept
    # The lists of a year that is over are none of the next one's.
    measured(house, date(2027, 1, 1))
    january = compose(house.atlas, Period.named("2027-01"), CITY).lines
    assert next(one.now.whole for one in january if one.kind.name == "api-listed") == 0
    house.project()
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        page = client.get("/quality?metric=api&lang=en", headers=HTML).text
        assert "on the year’s open lists" in page and "no text names a share" not in page
        assert client.get("/api/v1/quality?metric=api").json()["aims"] == []


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
