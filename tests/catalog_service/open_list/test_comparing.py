"""What lists are compared with, and how it is given out: as page, JSON, workbook and RDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import httpx
import openpyxl
import pyoxigraph as ox
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.compared_files import written
from catalog_service.open_list.compared_rdf import CS, PREDICATES
from catalog_service.open_list.compared_workbook import write_compared
from catalog_service.open_list.comparing import Comparison, Side, compare
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.model import COLUMNS, Content, ListItem
from catalog_service.open_list.service import amend, draft, edit, get, propose, take
from ontology.errors import AtlasError
from ontology.terms import RDF
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT
from tests.fixtures.people import person, signed_in, use_counting_hasher
from tests.fixtures.web import HTML, House, portal, served

NAME = (TRANSPORT, 2026)
BUS, PARK = "transport/BUS", "transport/PARK"
FILES = "/api/v1/open-list/2026/transport/differences"


@pytest.fixture
def amended(house: House) -> House:
    """A list of which one item was changed and one withdrawn after it was published."""
    atlas = house.atlas
    there = draft(atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(atlas, OPERATOR, *NAME, step)
    bus, park = there.content.items[BUS], there.content.items[PARK]
    changed = replace(bus, note="=1+1", scope="中心城区")
    change = frozenset({ItemChange(bus, changed), ItemChange(park, None)})
    propose(atlas, OPERATOR, NAME, change, "停车场停止采集")
    amend(atlas, OPERATOR, *NAME)
    return house


@pytest.fixture
def client(amended: House) -> Iterator[httpx.Client]:
    with served(amended) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_what_was_filed_is_held_against_what_is_opened(amended: House) -> None:
    found = compare(amended.atlas, get(amended.atlas, *NAME), "filed")
    assert [(one.key, one.kind) for one in found.changes] == [(PARK, "withdrawn"), (BUS, "changed")]
    assert found.counts == {"withdrawn": 1, "changed": 1}
    # The earlier year comes first, whichever is asked about.
    draft(amended.atlas, OPERATOR, TRANSPORT, 2027)
    for year, against in ((2026, "2027"), (2027, "2026"), (2027, "")):
        one = compare(amended.atlas, get(amended.atlas, TRANSPORT, year), against)
        assert one.before.params == {"year": 2026}
        assert {change.key: change.kind for change in one.changes}[PARK] == "added"


def test_a_draft_is_held_against_the_catalogue(house: House) -> None:
    atlas = house.atlas
    bus = draft(atlas, OPERATOR, *NAME).content.items[BUS]
    assert compare(atlas, get(atlas, *NAME)).changes == []
    edit(atlas, OPERATOR, NAME, frozenset({ItemChange(bus, replace(bus, note="x"))}))
    house.submit("transport", [portal("TAXI", "出租车")])
    found = compare(atlas, get(atlas, *NAME), "catalog")
    assert {one.key: one.kind for one in found.changes} == {
        BUS: "changed",
        "transport/TAXI": "added",
    }
    for against, code in (
        ("filed", "open-list-not-filed"),
        ("2020", "unknown-open-list"),
        ("x", "parameter-invalid"),
    ):
        with pytest.raises(AtlasError) as caught:
            compare(atlas, get(atlas, *NAME), against)
        assert caught.value.code == code


def test_a_workbook_marks_what_changed(amended: House) -> None:
    found = compare(amended.atlas, get(amended.atlas, *NAME), "filed")
    book = openpyxl.load_workbook(io.BytesIO(written(amended.atlas, "en", found, "xlsx")))
    sheet = book.worksheets[0]
    columns = {name: number for number, name in enumerate(COLUMNS, start=2)}
    rows = {sheet.cell(row, columns["title"]).value: row for row in range(2, sheet.max_row + 1)}
    assert list(rows) == ["公交线路", "停车场"]
    bus, park = rows["公交线路"], rows["停车场"]
    scope = sheet.cell(bus, columns["scope"])
    assert scope.comment is not None
    assert (scope.value, scope.comment.text) == ("中心城区", "全市范围")
    assert scope.fill.fgColor.rgb == "00FFF2CC"
    # What did not change is not marked; a text is no formula.
    assert sheet.cell(bus, columns["title"]).comment is None
    note = sheet.cell(bus, columns["note"])
    assert (note.value, note.data_type) == ("=1+1", "s")
    assert sheet.cell(park, columns["title"]).font.strike
    assert [sheet.cell(row, 1).value for row in (bus, park)] == ["changed", "withdrawn"]


def test_characters_that_xml_forbids_keep_no_workbook_from_being_made() -> None:
    items = [ListItem("k", "甲\u0001", note=note) for note in ("乙\u0001\ufffe丙", "丁")]
    before, after = (Side("Catalogue", {}, Content.of([one])) for one in items)
    found = Comparison(TRANSPORT, 2026, "catalog", before, after)
    book = openpyxl.load_workbook(io.BytesIO(write_compared(found, "zh")))
    cells = [one for row in book.worksheets[0].iter_rows() for one in row]
    assert [one.comment.text for one in cells if one.comment and one.value == "丁"] == ["乙丙"]


def test_rdf_says_what_went_and_what_came(amended: House) -> None:
    found = compare(amended.atlas, get(amended.atlas, *NAME), "filed")
    store = ox.Store()
    store.load(written(amended.atlas, "zh", found, "ttl"), format=ox.RdfFormat.TURTLE)
    asked = store.query(
        f"SELECT ?reason ?old ?new {{ ?set <{CS.changeReason}> ?reason ; "
        f"<{CS.removal}> [ <{RDF.predicate}> <{PREDICATES['scope']}> ; <{RDF.object}> ?old ] ; "
        f"<{CS.addition}> [ <{RDF.predicate}> <{PREDICATES['scope']}> ; <{RDF.object}> ?new ] }}"
    )
    assert isinstance(asked, ox.QuerySolutions)
    (row,) = asked
    assert [one.value for one in row] == ["changed", "全市范围", "中心城区"]
    assert set(PREDICATES) == set(COLUMNS)


def test_everybody_reads_what_differs_between_versions(client: httpx.Client) -> None:
    page = client.get("/open-list/2026/transport/differences?lang=en", headers=HTML)
    assert page.status_code == 200
    for text in ("停车场", "withdrawn", "中心城区", "Version 1 of 2026"):
        assert text in page.text
    answer = client.get(f"{FILES}.json?against=v2").json()
    assert answer["counts"] == {"withdrawn": 1, "changed": 1}
    assert client.get(f"{FILES}.xlsx").content[:2] == b"PK"
    assert "ChangeSet" in client.get(f"{FILES}.ttl").text
    for against, status in (("v9", 404), ("2025", 404), ("x", 400), ("catalog", 400)):
        assert client.get(f"{FILES}.json?against={against}").status_code == status
    # What is not public is not told.
    assert client.get("/open-list/2025/transport/differences", headers=HTML).status_code == 404


def test_who_works_on_a_list_sees_what_differs(amended: House, client: httpx.Client) -> None:
    use_counting_hasher(amended.atlas)
    account = person(amended.atlas, "steward", Role.STEWARD, "transport")
    steward = signed_in(client, amended.atlas, account)
    path = "/workbench/open-lists/2026/transport/differences"
    page = steward.get(f"{path}?against=filed&lang=en")
    assert page.status_code == 200
    assert "As it was filed, number 1" in page.text
    assert steward.get(f"{path}.json?against=filed").json()["counts"]["withdrawn"] == 1
    # Others' lists are not theirs.
    draft(amended.atlas, OPERATOR, CIVIL, 2026)
    assert steward.get("/workbench/open-lists/2026/civil-affairs/differences").status_code == 403
