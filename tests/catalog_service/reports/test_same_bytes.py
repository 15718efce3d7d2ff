"""A past day's report comes out byte for byte the same, whatever happened since.

On SQLite and PostgreSQL: 1,000 later changes, lists, names and days; graph and index made anew;
the journal restored from a copy (of PostgreSQL: opened anew).
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.open_list.service import draft
from catalog_service.quality.service import evaluate
from catalog_service.reports.files import FORMATS
from catalog_service.reports.period import Period
from catalog_service.reports.service import CITY, compose, measure
from tests.catalog_service.reports.conftest import RECORDS, TRANSPORT, WATER, measured, on
from tests.fixtures.web import House, portal

DAY = date(2026, 9, 2)
SEPTEMBER, QUARTER = Period.named("2026-09"), Period.named("2026-Q3")


def digests(house: House) -> dict[str, str]:
    """Return the hash of every file of some reports as of the day."""
    found = {}
    for period, organization in ((SEPTEMBER, CITY), (SEPTEMBER, TRANSPORT), (QUARTER, CITY)):
        report = compose(house.atlas, period, organization, DAY)
        for ending, form in FORMATS.items():
            for lang in ("zh", "en"):
                if ending == "pdf" and (lang == "en" or organization != CITY):
                    continue
                body = form.write(report, lang)  # type: ignore[arg-type]  # of two literals
                key = f"{period.name} {organization} {ending} {lang}"
                found[key] = hashlib.sha256(body).hexdigest()
    return found


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_report_of_a_past_day_stays(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    folder, more = tmp_path / "var", {}
    if database == "postgresql":
        more["database_url"] = request.getfixturevalue("empty_postgres")
    house = House(folder, **more)
    with house.atlas:
        house.submit("city", RECORDS)
        measured(house, date(2026, 8, 31))
        measured(house, date(2026, 9, 1))
        on(house, DAY)
        draft(house.atlas, OPERATOR, TRANSPORT, 2026)
        measured(house, DAY)
        house.project()
        before = digests(house)
        assert len(before) == 3 * 5 * 2 + 2
        on(house, DAY + timedelta(1))
        # Another name, other publishers, other openness; then 1,000 changes.
        house.submit(
            "city",
            [
                portal("A", "甲", department="上海市水务局"),
                portal("X", "庚", department="杭州市新名中心", is_open="非开放"),
            ],
        )
        house.submit(
            "more", [portal(f"N{n}", f"新{n}", update_time="2020-01-02") for n in range(1000)]
        )
        house.withdraw("city", "B")
        draft(house.atlas, OPERATOR, WATER, 2026)
        evaluate(house.atlas)
        measure(house.atlas)
        # The clock that goes back measures nothing.
        on(house, DAY)
        assert measure(house.atlas) is None
        on(house, DAY + timedelta(40))
        measured(house, house.clock.today())
        assert digests(house) == before
        assert compose(house.atlas, SEPTEMBER, CITY).lines[0].now.counted > 1_000
    if database == "sqlite":
        copy = tmp_path / "restored"
        copy.mkdir()
        for file in folder.glob("journal.sqlite*"):
            shutil.copy(file, copy)
        folder = copy
    else:
        for made in ("graph", "index"):
            shutil.rmtree(folder / made, ignore_errors=True)
    again = House(folder, **more)
    with again.atlas:
        on(again, DAY + timedelta(41))
        assert digests(again) == before
        again.project()
        assert digests(again) == before
