"""A report's figures as Data Cubes that hold the vocabulary's constraints."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.open_list.service import draft
from catalog_service.reports.linked_data import as_turtle
from catalog_service.reports.period import Period
from catalog_service.reports.service import CITY, compose
from tests.catalog_service.reports.conftest import TRANSPORT, measured
from tests.fixtures.data_cube import CONSTRAINTS, QB
from tests.fixtures.web import BASE, House

SEPTEMBER = Period.named("2026-09")
REPORTS = f"{BASE}/reports"


def store_of(body: bytes) -> ox.Store:
    store = ox.Store()
    store.load(body, format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture
def measured_house(house: House) -> House:
    measured(house, date(2026, 8, 31))
    measured(house, date(2026, 9, 1))
    draft(house.atlas, OPERATOR, TRANSPORT, 2026)
    measured(house, date(2026, 9, 2))
    return house


@pytest.mark.parametrize("organization", [CITY, TRANSPORT])
def test_the_cubes_hold_the_constraints(measured_house: House, organization: str) -> None:
    report = compose(measured_house.atlas, SEPTEMBER, organization)
    store = store_of(as_turtle(report))
    for name, pattern in CONSTRAINTS.items():
        assert not store.query(f"{QB} ASK {{ {pattern} }}"), name
    # What is there is what the report says: each of its shares and counts on each of its days.
    rows = store.query(
        f"""{QB} SELECT ?figure ?day ?counted ?whole ?share {{
            ?one <{REPORTS}#organization> <{organization or REPORTS + "#city"}> ;
                <{REPORTS}#figure> ?figure ; <{REPORTS}#counted> ?counted ;
                <http://purl.org/linked-data/sdmx/2009/dimension#refPeriod> ?day
            OPTIONAL {{ ?one <{REPORTS}#whole> ?whole ; <{REPORTS}#share> ?share }} }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = {
        (row["figure"].value.partition("#figure-")[2], row["day"].value): (
            int(row["counted"].value),
            None if row["whole"] is None else int(row["whole"].value),
            None if row["share"] is None else Decimal(row["share"].value),
        )
        for row in rows
    }
    expected = {
        (line.kind.name, one.day.isoformat()): (
            one.counted,
            one.whole,
            None if one.percent is None else Decimal(f"{one.percent:.4f}"),
        )
        for line in report.lines
        for one in (line.now, line.before, *line.course)
        if one is not None and (one.whole is None or one.whole)
    }
    assert found == expected and len({day for _, day in found}) == 3


def test_the_city_has_each_organization(measured_house: House) -> None:
    report = compose(measured_house.atlas, SEPTEMBER, CITY)
    store = store_of(as_turtle(report))
    rows = store.query(f"SELECT DISTINCT ?of {{ ?one <{REPORTS}#organization> ?of }}")
    assert isinstance(rows, ox.QuerySolutions)
    peers = {one.organization.iri for one in report.peers}
    assert {row["of"].value for row in rows} == {f"{REPORTS}#city", *peers}


def test_constraints_find_what_is_wrong(measured_house: House) -> None:
    store = store_of(as_turtle(compose(measured_house.atlas, SEPTEMBER, CITY)))
    store.update(f"DELETE WHERE {{ ?one <{REPORTS}#share> ?share }}")
    assert store.query(f"{QB} ASK {{ {CONSTRAINTS['IC-14']} }}")
    store.update(f"DELETE WHERE {{ <{REPORTS}#figure-on-time> ?p ?o }}")
    assert store.query(f"{QB} ASK {{ {CONSTRAINTS['IC-19']} }}")


def test_another_process_writes_the_same_bytes(measured_house: House) -> None:
    """Prefixes are written in an order that hangs on a process's own seed."""
    body = as_turtle(compose(measured_house.atlas, SEPTEMBER, CITY))
    code = (
        "import sys, datetime; from catalog_service.clock import SystemClock\n"
        "from catalog_service.atlas import Atlas; from catalog_service.settings import Settings\n"
        "from catalog_service.reports.linked_data import as_turtle\n"
        "from catalog_service.reports.service import Period, compose\n"
        "from pathlib import Path\n"
        f"home = Path({str(measured_house.settings.home)!r})\n"
        f"settings = Settings(home=home, base_iri={BASE!r})\n"
        "with Atlas(settings, SystemClock()) as atlas:\n"
        "    found = compose(atlas, Period.named('2026-09'), '', datetime.date(2026, 9, 2))\n"
        "    sys.stdout.buffer.write(as_turtle(found))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, env=dict(os.environ)
    )
    assert done.stdout == body
