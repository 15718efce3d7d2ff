"""A date in any form is one day in Shanghai: on the page, in feed, index, rules, schema.org."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.mapping.value_parsing import parse_date
from ontology.dates import SHANGHAI, day_of, earliest, latest, read_date, shown_date, written_date
from ontology.freshness import judge
from ontology.record import Record
from search.analysis.sort_keys import date_key, day_number
from shapes.engines import PyShaclEngine, ShaclEngine
from shapes.normalization import normalized
from shapes.rules import Rules
from tests.fixtures.web import HTML, House, opened

ROOT = Path(__file__).resolve().parents[2]
FORMS = {
    "2026-03-01Z": ("2026-03-01", None),
    "2026-04-02+08:00": ("2026-04-02", None),
    "2026-11-20-05:00": ("2026-11-20", None),
    "2026-11-20": ("2026-11-20", None),
    "2026-1-5": ("2026-01-05", None),
    "2026年1月5日": ("2026-01-05", None),
    "20260105": ("2026-01-05", None),
    "1982": ("1982", None),
    "1982Z": ("1982", None),
    "2026年": ("2026", None),
    "2026-05": ("2026-05", None),
    "2026-05+08:00": ("2026-05", None),
    "2026年5月": ("2026-05", None),
    "2026-06-01 22:05": ("2026-06-01", "2026-06-01T22:05:00+08:00"),
    "2026-07-31T20:30:00Z": ("2026-08-01", "2026-08-01T04:30:00+08:00"),
    "2022-10-28T13:37:00Z": ("2022-10-28", "2022-10-28T21:37:00+08:00"),
    "2026-08-01T01:00:00+08:00": ("2026-08-01", "2026-08-01T01:00:00+08:00"),
    "2026-08-01T01:00:00+0900": ("2026-08-01", "2026-08-01T00:00:00+08:00"),
    "2026-08-15T24:00:00": ("2026-08-16", "2026-08-16T00:00:00+08:00"),
    "2026-12-31T24:00:00Z": ("2027-01-01", "2027-01-01T08:00:00+08:00"),
    "2026-11-20T09:37:25.626789+08:00": ("2026-11-20", "2026-11-20T09:37:25.626789+08:00"),
    "2026-11-20T23:59:59.9999999Z": ("2026-11-21", "2026-11-21T07:59:59.999999+08:00"),
    "1785525600": ("2026-08-01", "2026-08-01T03:20:00+08:00"),
    "1785525600000.0": ("2026-08-01", "2026-08-01T03:20:00+08:00"),
    "２０２６-０６-０１ 22：05": ("2026-06-01", "2026-06-01T22:05:00+08:00"),
    "1785525600000": ("2026-08-01", "2026-08-01T03:20:00+08:00"),
}
NONE = [
    "",
    "长期",
    "2026-02-30",
    "2026-13",
    "0000",
    "12026-01-01",
    "-0044-03-15",
    "2026-08-15T24:00:01",
    "2026-08-15T25:00:00",
    "2026-08-15T10:00:00+15:00",
    "9999-12-31T23:00:00Z",
    "2026-08-15T10",
    "n" * 100_000,
]


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_read(text: str) -> None:
    shown, instant = FORMS[text]
    found = read_date(f" {text}\n")
    assert found is not None
    assert (found.shown, found.text) == (shown, instant or shown)
    assert (found.instant is None) == (instant is None)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date_is_left_as_it_is(text: str) -> None:
    assert read_date(text) is None
    assert (day_of(text), day_number(text), shown_date(text)) == (None, 0, text)
    assert written_date(text) == text


def test_a_year_or_a_month_stands_for_its_days() -> None:
    year, month = read_date("2024"), read_date("2024-02")
    assert year is not None
    assert month is not None
    assert (year.first, year.last) == (date(2024, 1, 1), date(2024, 12, 31))
    assert (month.first, month.last) == (date(2024, 2, 1), date(2024, 2, 29))


moments = st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30))  # noqa: DTZ001
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, offsets)
def test_an_instant_is_itself_in_any_zone(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    found = read_date(aware.isoformat())
    assert found is not None
    assert found.start == aware
    assert found.day == aware.astimezone(SHANGHAI).date()
    again = read_date(found.text)
    assert again is not None
    assert (again.start, again.text) == (aware, found.text)


@given(st.dates(), st.sampled_from(["", "Z", "+08:00", "-11:00"]))
def test_a_day_is_the_day_that_is_written(day: date, zone: str) -> None:
    assert day_of(day.isoformat() + zone) == day
    assert shown_date(day.isoformat() + zone) == day.isoformat()


@given(moments, moments, offsets, offsets)
def test_dates_sort_as_time_runs(
    one: datetime, two: datetime, here: timezone, there: timezone
) -> None:
    first, second = sorted([one.replace(tzinfo=here), two.replace(tzinfo=there)])
    texts = [first.isoformat(), second.isoformat()]
    keys = [date_key(text, "x") for text in texts]
    assert keys == sorted(keys)
    assert earliest(texts) == written_date(texts[0])
    assert latest(texts) == written_date(texts[1])


@given(st.text(max_size=40))
def test_any_text_is_read_or_left(text: str) -> None:
    found = read_date(text)
    assert parse_date(text) is None or found is not None
    if found is not None:
        assert found.first <= found.day <= found.last
        assert read_date(found.text) is not None


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ('"1785525600000"^^<http://www.w3.org/2001/XMLSchema#long>', '"2026-08-01"'),
        ('"2026年6月1日"@zh', '"2026-06-01"'),
        ('"--08-01"^^<http://www.w3.org/2001/XMLSchema#gMonthDay>', None),
        ('"长期"@zh', None),
    ],
)
def test_rules_see_the_day_of_a_date_of_any_type(given: str, seen: str | None) -> None:
    line = "<http://a.example/1> <http://purl.org/dc/terms/modified> {} ."
    record = Record.from_lines(
        [line.format(given)], iri="http://a.example/1", source="s", remote_id="1"
    )
    assert normalized(record).record.lines == [line.format(seen or given)]


def test_of_several_a_year_is_no_later_than_its_first_day() -> None:
    assert latest(["2026", "2026-03-01Z", "bad"]) == "2026-03-01"
    assert earliest(["2026", "2026-03-01Z", "bad"]) == "2026"
    assert latest(["bad", "worse"]) == "worse"
    assert latest([]) is None


@pytest.mark.parametrize(
    ("updated", "verdict"),
    [
        ("2026-11", "ontime"),
        ("2026", "vague"),
        ("2025", "late"),
        ("2027", "future"),
        ("2026-11-30T17:00:00Z", "future"),
        ("2026-11-20Z", "ontime"),
        ("9", "nodate"),
    ],
)
def test_a_promise_is_broken_only_where_no_day_of_the_date_keeps_it(
    updated: str, verdict: str
) -> None:
    assert judge(updated, "monthly", date(2026, 11, 30)).verdict == verdict


# -- one record, everywhere -----------------------------------------------------------------------

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TYPED = {
    "z1": ('"2026-08-20Z"^^xsd:date', "2026-08-20", "2026-08-20T00:00:00+08:00"),
    "z2": ('"2026-08-20+08:00"^^xsd:date', "2026-08-20", "2026-08-20T00:00:00+08:00"),
    "z3": ('"2026-08"^^xsd:gYearMonth', "2026-08", "2026-08-01T00:00:00+08:00"),
    "z4": (
        '"2026-08-20T09:37:25.626789+08:00"^^xsd:dateTimeStamp',
        "2026-08-20",
        "2026-08-20T09:37:25.626789+08:00",
    ),
    "z5": ('"2026"^^xsd:gYear', "2026", "2026-01-01T00:00:00+08:00"),
    "z6": ('"2026-08-20"^^xsd:date', "2026-08-20", "2026-08-20T00:00:00+08:00"),
    "z7": ('"2026-08-15T24:00:00"^^xsd:dateTime', "2026-08-16", "2026-08-16T00:00:00+08:00"),
    "z8": ('"2026-07-31T20:30:00Z"^^xsd:dateTime', "2026-08-01", "2026-08-01T04:30:00+08:00"),
    "z9": ('"2026-06-01 22:05"^^xsd:dateTime', "2026-06-01", "2026-06-01T22:05:00+08:00"),
    "za": ('"2026-07-28T20:37:00Z"^^xsd:date', "2026-07-29", "2026-07-29T04:37:00+08:00"),
    "zb": ('"2026-08-15"', "2026-08-15", "2026-08-15T00:00:00+08:00"),
}
Site = tuple[House, httpx.Client]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened(tmp_path_factory.mktemp("dates")) as (house, client):
        house.submit_turtle(
            "dates",
            PREFIXES
            + "".join(
                f'<https://d.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;\n'
                f'  dct:title "日期 {name}"@zh ; dct:modified {literal} .\n'
                for name, (literal, _, _) in TYPED.items()
            ),
        )
        house.project()
        yield house, client


@pytest.mark.parametrize("name", TYPED)
def test_page_api_and_schema_org_say_the_same_day(site: Site, name: str) -> None:
    _, shown, instant = TYPED[name]
    text = site[1].get(f"/dataset/dates/{name}", headers=HTML).text
    about = text.partition("<aside")[2]
    assert f'<dt>更新日期</dt><dd><time datetime="{shown}">{shown}</time>' in re.sub(
        r"<dd>\s+", "<dd>", about
    )
    glance = text.partition('<div class="glance">')[2].partition("<nav")[0]
    assert shown in glance
    assert "没有说明上次更新" not in glance
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert json.loads(block)["dateModified"] == shown
    assert f"({shown[:4]})" in text.partition('id="cite"')[2]
    answer = site[1].get(f"/api/v1/datasets/dates/{name}").json()
    modified = answer["description"]["modified"]
    assert modified == (shown if instant.endswith("T00:00:00+08:00") else instant) or name == "z7"


def test_the_feed_says_the_same_instants_and_never_1970(site: Site) -> None:
    feed = ET.fromstring(site[1].get("/feeds/datasets.atom?source=dates").content)
    atom = "{http://www.w3.org/2005/Atom}"
    told = {
        (e.findtext(f"{atom}title") or "").partition(" ")[2]: e.findtext(f"{atom}updated")
        for e in feed.iter(f"{atom}entry")
    }
    assert told == {name: instant for name, (_, _, instant) in TYPED.items()}
    order = [datetime.fromisoformat(told[name] or "") for name in told]
    assert order == sorted(order, reverse=True), "newest first"


def test_exports_and_results_say_the_same_day(site: Site) -> None:
    lines = site[1].get("/api/v1/search.jsonl?source=dates").text.splitlines()
    found = {(hit := json.loads(line))["remote_id"]: hit["modified"] for line in lines}
    assert {name: shown_date(text) for name, text in found.items()} == {
        name: shown for name, (_, shown, _) in TYPED.items()
    }
    rows = site[1].get("/api/v1/search.csv?source=dates").text.splitlines()
    assert {name for name in TYPED if any(f"/dataset/dates/{name}," in row for row in rows)} == set(
        TYPED
    )
    page = site[1].get("/datasets?source=dates", headers=HTML).text
    for _, shown, _ in TYPED.values():
        assert f'datetime="{shown}"' in page


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2026-08-20", "2026-08-20", {"z1", "z2", "z4", "z6"}),
        ("2026-08-01", "2026-08-01", {"z3", "z8"}),
        ("2026-08-16", "2026-08-16", {"z7"}),
        ("2026-01-01", "2026-01-01", {"z5"}),
        ("2026-07-28", "2026-07-31", {"za"}),
    ],
)
def test_ranges_find_them(site: Site, first: str, last: str, names: set[str]) -> None:
    address = f"/api/v1/search?source=dates&modified_from={first}&modified_to={last}"
    assert {hit["remote_id"] for hit in site[1].get(address).json()["hits"]} == names


def test_the_facets_of_year_and_freshness_know_them(site: Site) -> None:
    facets = site[1].get("/api/v1/search?source=dates").json()["facets"]
    assert {f["value"]: f["count"] for f in facets["year"]} == {"2026": len(TYPED)}
    assert "unknown" not in {f["value"] for f in facets["freshness"]}


# -- rules -----------------------------------------------------------------------------------------

TODAY = date(2026, 9, 1)
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def engines() -> tuple[ShaclEngine, PyShaclEngine]:
    rules = Rules.load()
    return ShaclEngine(rules, TODAY), PyShaclEngine(rules, TODAY)


def dated(issued: str, modified: str) -> Record:
    def term(text: str) -> str:
        lexical, _, datatype = text.partition("^")
        return f'"{lexical}"^^<{XSD}{datatype}>'

    iri = "https://data.example/id/dataset/s/1"
    terms = "http://purl.org/dc/terms/"
    lines = [
        f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://www.w3.org/ns/dcat#Dataset> .",
        f'<{iri}> <{terms}title> "x"@zh .',
        f"<{iri}> <{terms}accrualPeriodicity> <https://w3id.org/shdata/vocab/frequency/never> .",
        f"<{iri}> <{terms}issued> {term(issued)} .",
        f"<{iri}> <{terms}modified> {term(modified)} .",
    ]
    return Record.from_lines(lines, iri=iri, source="s", remote_id="1")


RULES = ("V-update-order", "V-never-updated", "V-future-date", "V-old-date", "D-date-type")


@pytest.mark.parametrize(
    ("issued", "modified", "rules"),
    [
        ("2026-03-01Z^date", "2026-03-01^date", set()),
        ("2026-03-01^date", "2026-02-28T20:30:00Z^dateTime", set()),
        ("2026-03-01^date", "2026-02-28T10:00:00Z^dateTime", {"V-update-order"}),
        ("2026-03-01^date", "2026-03-02+08:00^date", {"V-never-updated"}),
        ("2026^gYear", "2026-05-01^date", set()),
        ("2026-05-01^date", "2026^gYear", set()),
        ("2026-05-01^date", "2025^gYear", {"V-update-order"}),
        ("2024^gYear", "2025-01^gYearMonth", {"V-never-updated"}),
        ("2025-01^gYearMonth", "2025-01-31T24:00:00^dateTime", {"V-never-updated"}),
        ("2026-08-31^date", "2026-08-31T20:00:00Z^dateTime", {"V-never-updated"}),
        ("2026-09-01^date", "2026-09-01T17:00:00Z^dateTime", {"V-never-updated", "V-future-date"}),
        ("2026^gYear", "2026-09^gYearMonth", set()),
        ("1899-12-31Z^date", "1899-12-31^date", {"V-old-date"}),
        ("2026-03-01T10:00:00Z^date", "2026-03-01^date", {"D-date-type"}),
        ("2026-03-01T10:00:00Z^dateTimeStamp", "2026-03-01^date", set()),
        ("2026-03-01T10:00:00^dateTimeStamp", "2026-03-01^date", {"D-date-type"}),
        ("2026-03-01 10:00^dateTime", "2026-03-01^date", {"D-date-type"}),
        ("2026-03-01^dateTime", "2026-03-02^date", {"D-date-type"}),
        ("20260301^date", "2026-03-02^date", {"D-date-type"}),
        ("2026^gYearMonth", "2026-03-02^date", {"D-date-type"}),
        ("2026-02-30^date", "2026-03-02^date", {"D-date-type"}),
        ("2026-03-01T25:00:00^dateTime", "2026-03-02^date", {"D-date-type"}),
        ("2026-03-01^date", "2026-09-01T16:30:00Z^date", {"D-date-type", "V-future-date"}),
        ("12026-03-01^date", "2026-03-02^date", {"V-future-date"}),
        ("-0044-03-01^date", "2026-03-02^date", {"V-old-date"}),
    ],
)
def test_the_rules_compare_days_in_shanghai_with_either_engine(
    engines: tuple[ShaclEngine, PyShaclEngine], issued: str, modified: str, rules: set[str]
) -> None:
    record = dated(issued, modified)
    gate, referee = (engine.validate(record) for engine in engines)
    assert gate == referee
    assert {f.rule_id for f in gate.findings if f.rule_id in RULES} == rules
    assert engines[0].validate_many([record, record]) == [gate, gate]


def test_a_finding_names_the_value_of_the_record(
    engines: tuple[ShaclEngine, PyShaclEngine],
) -> None:
    record = dated("2026-01-01^date", "2027-01-01T24:00:00Z^dateTime")
    for engine in engines:
        (found,) = [f for f in engine.validate(record).findings if f.rule_id == "V-future-date"]
        assert found.value == f'"2027-01-01T24:00:00Z"^^<{XSD}dateTime>'


def test_two_values_of_one_day_are_still_two() -> None:
    record = dated("2026-03-01^date", "2026-03-01Z^date")
    two = replace(
        record,
        nquads="".join(
            sorted(
                [
                    *record.nquads.splitlines(keepends=True),
                    f"<{record.iri}> <http://purl.org/dc/terms/modified> "
                    f'"2026-03-01"^^<{XSD}date> .\n',
                ]
            )
        ),
    )
    assert normalized(two).record.nquads.count("/modified>") == 2


# -- nobody cuts dates by hand ---------------------------------------------------------------------

ALLOWED = {
    "ontology/dates.py": "reads them",
    "catalog_service/http/times.py": "times in addresses, given by clients",
    "catalog_service/dumps/making.py": "days of dumps, written by ourselves",
    "catalog_service/participation/model.py": "days of our own steps",
    "catalog_service/oai_pmh/requests.py": "times in addresses, given by clients",
    "catalog_service/operations/service.py": "the time of a status of our own",
    "catalog_service/quality/data/columns.py": "cells, within DuckDB: there are millions of them",
    "catalog_service/reconciliation/matching.py": "dates that ontology.dates has read",
    "catalog_service/sources/harvests/queries.py": "times of decisions, written by ourselves",
    "catalog_service/sources/notices/texts.py": "the time of a notice of our own",
    "harvesters/platforms/city_position.py": "bookmarks of our own",
    "harvesters/platforms/ckan.py": "bookmarks of our own, and dates that ontology.dates has read",
    "harvesters/readers/xls.py": "cells as a process of our own writes them",
    "shapes/placeholders.py": "days of a table of our own",
    "shapes/rule_files.py": "days of our own rules",
}
BY_HAND = re.compile(
    r"fromisoformat|strptime|(?:date|issued|modified|day|hit|time)\w*[^\n]{0,20}\[:(?:10|4|7)\]"
)


def test_dates_are_read_in_one_place() -> None:
    rooms = ("ontology", "shapes", "harvesters", "search", "catalog_service")
    found = {
        str(path.relative_to(ROOT))
        for room in rooms
        for pattern in ("*.py", "*.html")
        for path in (ROOT / room).rglob(pattern)
        if BY_HAND.search(path.read_text("utf-8"))
    }
    assert found - set(ALLOWED) == set(), "read dates with ontology.dates"
    assert BY_HAND.search("{{ hit.modified[:10] }}")
    assert BY_HAND.search("description.issued[:10]")


def test_the_portals_dates_are_read_by_the_same_function() -> None:
    assert parse_date(1785513600000) == ("2026-08-01", "date")
    assert parse_date("2026-08-15T24:00:00") == ("2026-08-16", "date")
    assert parse_date(datetime(2026, 7, 31, 20, 30, tzinfo=UTC)) == (
        "2026-07-31T20:30:00+00:00",
        "dateTime",
    )
