"""Workbooks made to harm, at their page: a clear answer, in bounded time and memory."""

from __future__ import annotations

import io
import resource
import socket
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.editing import desk_records, releasing, service
from catalog_service.editing.tables import workbook_headings
from catalog_service.editing.workbook_preview import preview
from tests.catalog_service.editing.test_workbook_pages import path_of, send, ticked
from tests.catalog_service.editing.workbooks_made import book, content, released, sent
from tests.fixtures.people import Browser, person, signed_in
from tests.fixtures.web import House

SECONDS: Final = 30
"""That one may take on a busy machine; each takes less than two."""
MEGABYTES: Final = 150
"""That the process may grow by one."""
LONGEST_PAGE: Final = 3_000_000
HEADINGS = ("名称", "摘要", "更新频率")
PLAIN = content(book(HEADINGS, ("候客点", "候客点的位置。", "每月")))
SHEET: Final = "xl/worksheets/sheet1.xml"
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]>"
)
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def changed(parts: Mapping[str, bytes | Callable[[bytes], bytes]]) -> bytes:
    """A plain workbook with other parts."""
    given, output = dict(parts), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(PLAIN)) as old,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in (*old.namelist(), *(one for one in given if one not in old.namelist())):
            body = old.read(name) if name in old.namelist() else b""
            made = given.get(name, body)
            new.writestr(name, made(body) if callable(made) else made)
    return output.getvalue()


def with_entities(body: bytes) -> bytes:
    return ENTITIES + (body.partition(b"?>")[2] if body.startswith(b"<?xml") else body)


def ending(more: bytes) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(b"</sheetData>", more + b"</sheetData>")


def text_of(count: int) -> bytes:
    cell = b'<c r="A3" t="inlineStr"><is><t>' + b"x" * count + b"</t></is></c>"
    return b'<row r="3">' + cell + b"</row>"


REFUSED = {
    "laughs-sheet": (changed({SHEET: with_entities}), "declares a DTD"),
    "laughs-workbook": (changed({"xl/workbook.xml": with_entities}), "declares a DTD"),
    "laughs-strings": (changed({"xl/sharedStrings.xml": ENTITIES}), "declares a DTD"),
    "bomb": (changed({"xl/media/a.bin": b" " * 80_000_000}), "unpacks to more"),
    "many-parts": (changed({f"p{n}.bin": b"" for n in range(10_001)}), "unpacks to more"),
    "far-cell": (
        changed({SHEET: ending(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}),
        "over the limit of 1000000 cells",
    ),
    "long-text": (changed({SHEET: ending(text_of(6_000_000))}), "Cell A3 of sheet"),
    "wide": (
        content(book(("名称", "摘要", *(f"c{n}" for n in range(10_000))), ("甲", "乙"))),
        "10,002 columns",
    ),
    "cut-half": (PLAIN[: len(PLAIN) // 2], "cannot be opened"),
    "cut-end": (PLAIN[:-30], "cannot be opened"),
    "no-sheet": (changed({SHEET: b""}), "cannot be opened"),
    "half-sheet": (changed({SHEET: lambda body: body[: len(body) // 2]}), "cannot be opened"),
    "not-xml": (changed({SHEET: b"\x00\xff" * 5_000}), "cannot be opened"),
    "deep-xml": (changed({SHEET: b"<a>" * 500_000}), "cannot be opened"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le") * 50, "protected by a password"),
    "ole-noise": (OLE + bytes(range(256)) * 500, "cannot be opened"),
}


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    headers = {"Accept-Language": "en"}
    with httpx.Client(base_url=address, timeout=120, headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def steward(house: House, client: httpx.Client) -> Iterator[Browser]:
    yield signed_in(client, house.atlas, person(house.atlas, "hao", Role.STEWARD, "transport"))
    # What was chosen of columns here is remembered for the organization, whose other tests follow.
    with house.atlas.journal.writing_tables() as connection:
        connection.execute(workbook_headings.delete())


@pytest.fixture
def bounded() -> Iterator[None]:
    """Time and memory of what a test sends."""
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - began < SECONDS
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < MEGABYTES * 1024, f"{grown // 1024} MiB"


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.usefixtures("bounded")
def test_what_would_harm_is_refused_on_its_page(steward: Browser, name: str) -> None:
    data, text = REFUSED[name]
    answer = send(steward, data)
    assert answer.status_code in (413, 422)
    assert text in answer.text and 'type="file"' in answer.text
    assert len(answer.content) < LONGEST_PAGE


@pytest.mark.usefixtures("bounded")
def test_a_million_empty_rows_and_three_thousand_sheets_are_read(steward: Browser) -> None:
    sheet = b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>'
    sheets = b"".join(sheet % (n, n + 9) for n in range(3_000))
    for made in (
        changed({SHEET: ending(b"<row/>" * 1_048_574)}),
        changed(
            {"xl/workbook.xml": lambda body: body.replace(b"</sheets>", sheets + b"</sheets>")}
        ),
    ):
        page = steward.get(path_of(send(steward, made)))
        assert page.status_code == 200 and len(ticked(page.text)) == 1
        assert len(page.content) < LONGEST_PAGE


def test_neither_links_nor_macros_nor_formulas_are_followed(steward: Browser) -> None:
    made = book(HEADINGS, ("候客点", "=1+1", "每月"), ("=cmd|' /C calc'!A0", "乙", "每月"))
    links = "xl/externalLinks/"
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0)
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/x.xlsx".encode()
        target = (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="rId1" Target="' + address + b'" TargetMode="External" Type="http://'
            b'schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/>'
            b"</Relationships>"
        )
        output = io.BytesIO(content(made))
        with zipfile.ZipFile(output, "a") as archive:
            archive.writestr(f"{links}externalLink1.xml", b"<externalLink/>")
            archive.writestr(f"{links}_rels/externalLink1.xml.rels", target)
            archive.writestr("xl/vbaProject.bin", OLE + b"\0" * 4_000)
        page = steward.get(path_of(send(steward, output.getvalue(), name="a.xlsm")))
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert page.status_code == 200
    # A formula without a stored result is no value, and is told with its cell.
    assert "B2" in page.text and not ticked(page.text)


def test_cells_of_the_wrong_kind_are_named(steward: Browser) -> None:
    rows = [
        (1, True, date(2026, 1, 1)),
        ("x" * 30_000, "\u202e反\u0007", "#REF!"),
        ("<script>alert(1)</script>", '" onload="x', "每月"),
    ]
    answer = send(steward, content(book(HEADINGS[:2], *(row[:2] for row in rows[2:]))))
    page = steward.get(path_of(answer)).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    answer = send(steward, content(book(HEADINGS, *rows[:1])), name="../../<b>x\r\n.xlsx")
    page = steward.get(path_of(answer)).text
    assert "C2" in page and "<b>x" not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "match", "sheet": "清单", "header": "9" * 5_000},
        {"action": "match", "sheet": "清单", "header": "99999999999999999999"},
        {"action": "match", "sheet": "清单", "header": "\u0661"},
        {"action": "match", "sheet": "清单", "header": "1", "column." + "9" * 5_000: "title@zh"},
        {"action": "match", "sheet": "清单", "header": "1", "column.99999": "title@zh"},
        {"action": "match", "sheet": "\u0000", "header": "-1"},
        {"action": "take", "take." + "9" * 5_000: "x", "page": "9" * 5_000},
        {"action": "take", "take.99999999999999999999": "x", "page": "0"},
        {"action": "take", "take.2": "x" * 10_000, "choose.2.9999999999": "mine"},
    ],
    ids=[
        "long",
        "beyond-64-bits",
        "arabic",
        "long-column",
        "far-column",
        "none",
        "long-row",
        "far-row",
        "mark",
    ],
)
def test_numbers_that_are_none_are_passed_over(steward: Browser, fields: dict[str, str]) -> None:
    path = path_of(send(steward, PLAIN))
    assert steward.post(path, **fields).status_code in (200, 303)
    assert steward.get(path).status_code == 200
    assert steward.post(path, action="forget").status_code == 303


def test_more_datasets_than_are_compared_are_told_and_found_by_identifier(
    house: House, steward: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [released(house, title__0=f"很多之{n}") for n in range(2)]
    monkeypatch.setattr(desk_records, "DESK_MOST", 1)
    monkeypatch.setattr("catalog_service.editing.workbook_preview.DESK_MOST", 1)
    names = [one.remote_id for one in made]
    upload = sent(house, book(("标识", "名称", "摘要"), *((one, "改名", "乙") for one in names)))
    found = preview(house.atlas, upload)
    assert found.beyond == 1 and [row.state for row in found.rows] == ["changed", "changed"]
    page = steward.get(f"/workbench/datasets/import/{upload.id}").text
    assert "The organization has more than 1 datasets" in page
    # An open draft beyond them is found, too.
    drafts = [
        service.begin_from(house.atlas, OPERATOR, one.source, one.remote_id).id for one in made
    ]
    assert [row.draft for row in preview(house.atlas, upload).rows] == drafts
    for one, name in zip(made, drafts, strict=True):
        draft = service.read(house.atlas, OPERATOR, name)
        releasing.discard(house.atlas, OPERATOR, draft)
        house.withdraw(one.source, one.remote_id)
