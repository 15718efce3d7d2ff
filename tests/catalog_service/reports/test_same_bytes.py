"""A past day's report comes out byte for byte the same, whatever happened since.

On SQLite and PostgreSQL: 1,000 later changes, an amended list, other names and days; the journal
restored from a backup that was made while the service ran (SQLite's own, ``pg_dump``); graph and
index made anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.open_list.differences import diff
from catalog_service.open_list.model import Content
from catalog_service.open_list.service import amend, draft, get, propose, take
from catalog_service.quality.service import evaluate
from catalog_service.reports.files import FORMATS
from catalog_service.reports.period import Period
from catalog_service.reports.service import CITY, compose, measure
from tests.catalog_service.reports.conftest import RECORDS, TRANSPORT, WATER, measured, on
from tests.fixtures.people import ORGANIZATION
from tests.fixtures.postgres import new_database, program
from tests.fixtures.web import House, portal

CIVIL = f"{ORGANIZATION}civil-affairs"
IN_ORDER = {
    "department": "上海市民政局",
    "open_scope": "全市",
    "fields": ["机构名称"],
    "secrecy_review": "2019-12-01",
}
DAY = date(2026, 9, 2)
SEPTEMBER, OCTOBER, QUARTER = map(Period.named, ("2026-09", "2026-10", "2026-Q3"))


def digests(house: House) -> dict[str, str]:
    """Return the hash of every file of some reports as of the day."""
    found = {}
    for period, organization in ((SEPTEMBER, CITY), (SEPTEMBER, CIVIL), (QUARTER, CITY)):
        report = compose(house.atlas, period, organization, DAY)
        for ending, form in FORMATS.items():
            for lang in ("zh", "en"):
                if ending == "pdf" and (lang == "en" or organization != CITY):
                    continue
                body = form.write(report, lang)  # type: ignore[arg-type]  # of two literals
                key = f"{period.name} {organization} {ending} {lang}"
                found[key] = hashlib.sha256(body).hexdigest()
    return found


def list_published(house: House) -> None:
    """Publish a list with items, which the reports of the day count."""
    house.submit("lists", [portal(f"L{n}", f"机构{n}", **IN_ORDER) for n in range(3)])
    house.project()
    draft(house.atlas, OPERATOR, CIVIL, DAY.year)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, CIVIL, DAY.year, step)


def changed(house: House) -> None:
    """Other publishers and names, other openness, other lists; and 1,000 records."""
    more = {"department": "上海市水务局"}
    renamed = portal("X", "庚", department="杭州市新名中心", is_open="非开放")
    house.submit("city", [portal("A", "甲", **more), renamed])
    new = [portal(f"N{n}", f"新{n}", update_time="2020-01-02") for n in range(1000)]
    house.submit("more", new)
    house.withdraw("city", "B")
    draft(house.atlas, OPERATOR, WATER, DAY.year)
    there = get(house.atlas, CIVIL, DAY.year).content
    first, *others = there.items.values()
    other = Content.of([replace(first, note="改"), *others[1:]])
    propose(house.atlas, OPERATOR, (CIVIL, DAY.year), diff(there, other), "并入")
    amend(house.atlas, OPERATOR, CIVIL, DAY.year)


@contextmanager
def restored(house: House, folder: Path, server: str | None) -> Iterator[House]:
    """Yield a house over a backup that was made while the other one was open."""
    folder.mkdir()
    if server is None:
        there = house.settings.home / "journal.sqlite"
        with (
            closing(sqlite3.connect(there)) as source,
            closing(sqlite3.connect(folder / there.name)) as copy,
        ):
            source.backup(copy)
        yield House(folder)
        return
    dump = folder / "journal.dump"
    address = str(house.settings.database_url)
    subprocess.run([program("pg_dump"), "--format=custom", f"--file={dump}", address], check=True)
    with new_database(server) as other:
        options = ["--exit-on-error", "--no-owner", f"--dbname={other}"]
        subprocess.run([program("pg_restore"), *options, dump], check=True)
        yield House(folder, database_url=other)


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]
)
def test_a_report_of_a_past_day_stays(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    folder, more, server = tmp_path / "var", {}, None
    if database == "postgresql":
        server = str(request.getfixturevalue("postgres_url"))
        more["database_url"] = request.getfixturevalue("empty_postgres")
    house = House(folder, **more)
    with house.atlas:
        house.submit("city", RECORDS)
        measured(house, date(2026, 8, 31))
        measured(house, date(2026, 9, 1))
        on(house, DAY)
        draft(house.atlas, OPERATOR, TRANSPORT, DAY.year)
        list_published(house)
        measured(house, DAY)
        house.project()
        lasting = digests(house)
        on(house, DAY + timedelta(1))
        before = digests(house)
        # While the day lasted its files said so, but for those of figures alone.
        same = {key.split(" ")[-2] for key, told in lasting.items() if before[key] == told}
        assert same == {"csv", "ttl"}
        assert len(before) == 3 * (len(FORMATS) - 1) * 2 + 2
        assert items(house, SEPTEMBER, DAY) == 3
        changed(house)
        evaluate(house.atlas)
        measure(house.atlas)
        # The clock that goes back measures nothing.
        on(house, DAY)
        assert measure(house.atlas) is None
        on(house, DAY + timedelta(40))
        measured(house, house.clock.today())
        assert digests(house) == before
        assert (items(house, SEPTEMBER, DAY), items(house, OCTOBER)) == (3, 2)
        october = compose(house.atlas, OCTOBER, CITY)
        assert october.lines[0].now.counted > 1_000
        with restored(house, tmp_path / "restored", server) as again, again.atlas:
            on(again, DAY + timedelta(41))
            assert digests(again) == before
            # From nothing: graph and index of the restored journal are made anew.
            again.project()
            assert digests(again) == before


def items(house: House, period: Period, day: date | None = None) -> float | None:
    """How many items the list has, as the month's report says at the end of a day."""
    lines = compose(house.atlas, period, CIVIL, day).lines
    return next(one for one in lines if one.kind.name == "list-items").now.value
