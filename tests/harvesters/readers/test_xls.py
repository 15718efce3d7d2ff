"""XLS workbooks: read in a process of their own, which a hostile one may end, and nothing else."""

from __future__ import annotations

import json
import resource
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from harvesters.limits import Limits
from harvesters.readers import xls as xls_reader
from harvesters.readers.sheet_cells import CalamineBook
from harvesters.readers.xls import xls_book
from harvesters.readers.xls_program import encoded
from ontology.errors import AtlasError
from ontology.limits import MIB
from tests.fixtures.xls import dimensions, label, merged, number, record, xls
from tests.harvesters.conftest import Result
from tests.harvesters.readers.test_bad_input import FAR, SHEET, refused, zipped

Read = Callable[..., Result]

PLAIN = xls(
    {
        "清单": [
            dimensions(3, 3),
            *(label(0, n, text) for n, text in enumerate(("编号", "数据集名称", "提供单位"))),
            label(1, 0, "1"),
            label(1, 1, "公交线路"),
            label(1, 2, "上海市交通委员会"),
            number(2, 0, 2.5),
            label(2, 1, "=“引号”\\n, 逗号"),
            merged(1, 2, 2, 2),
        ],
        "暗": [label(0, 0, "x")],
        "空": [],
    },
    hidden=["暗"],
)

CORNERS = [label(0, 0, "a"), label(65_535, 255, "b")]
SIXTEEN_GIGABYTES = xls({f"s{n}": CORNERS for n in range(40)})


def reason(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(AtlasError) as caught, xls_book(content, "a.xls", limits or Limits()):
        pass
    assert caught.value.code == "bad-spreadsheet"
    assert "a.xls" in str(caught.value)
    return caught.value.message("en")


def test_what_comes_out_of_the_process_is_what_the_library_gives() -> None:
    here = CalamineBook(PLAIN, "a.xls", Limits())
    with xls_book(PLAIN, "a.xls", Limits()) as there:
        assert there.sheets == here.sheets == [("清单", True), ("暗", False), ("空", True)]
        for name in ("清单", "空"):
            assert there.cells(name) == here.cells(name)


@pytest.mark.parametrize(
    "value",
    [
        "文字",
        2.5,
        7,
        True,
        date(2026, 9, 1),
        datetime.fromisoformat("2026-09-01T12:30"),
        time(12, 30),
        timedelta(days=1, seconds=3),
    ],
    ids=str,
)
def test_every_kind_of_value_comes_out_as_it_went_in(value: object) -> None:
    line = json.loads(json.dumps([value], default=encoded))
    (found,) = map(xls_reader._decoded, line)
    assert (found, type(found)) == (value, type(value))


def test_an_open_list_in_an_xls(read: Read) -> None:
    result = read(PLAIN, "list.xls")
    assert [one.record.remote_id for one in result.mapped] == ["1", "2.5"]
    assert result.codes == []
    publishers = [[t for t in one.record.lines if "publisher" in t] for one in result.mapped]
    assert publishers[0] and len(publishers[0]) == len(publishers[1])


def test_sheets_that_reach_far_cost_the_process_its_life_and_the_caller_nothing() -> None:
    assert len(SIXTEEN_GIGABYTES) < 16_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "MiB" in reason(SIXTEEN_GIGABYTES)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_a_sheet_over_the_limit_is_told_with_its_extent(read: Read) -> None:
    far = xls({"远": [label(0, 0, "a"), label(9_999, 199, "b")]})
    error = refused(read, far, "far.xls", limits=Limits(cells=1_999_999))
    assert error.code == "sheet-too-large"
    assert (error.params["rows"], error.params["columns"]) == (10_000, 200)


def test_an_xls_with_an_archive_behind_it_is_read_in_the_process_too(read: Read) -> None:
    assert refused(read, SIXTEEN_GIGABYTES + zipped(a="x"), "two.xls").code == "bad-spreadsheet"
    # What the archive holds is looked at all the same.
    behind = PLAIN + zipped(**{"xl/worksheets/s.xml": SHEET % FAR})
    assert refused(read, behind, "two.xls").code == "sheet-too-large"


def test_a_text_that_many_cells_share_does_not_fill_the_disk() -> None:
    text = b"x" * 8_000
    shared = record(0x00FC, struct.pack("<IIHB", 1, 1, len(text), 0) + text)
    cells = [
        record(0x00FD, struct.pack("<HHHI", row, column, 0, 0))
        for row in range(1_000)
        for column in range(4)
    ]
    content = xls({"s": cells}, shared=shared)
    with xls_book(content, "a.xls", Limits()) as book:
        rows = book.cells("s").numbered
    assert len(rows) == 1_000
    assert rows[0][1] == [text.decode()] * 4
    assert "MiB" in reason(content, Limits(document=MIB))


@pytest.mark.parametrize("end", [0, 8, 600, 1_200, 3_000])
def test_one_that_was_cut_is_refused(end: int) -> None:
    assert reason(PLAIN[:end])


def test_one_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls_reader, "SECONDS", 0)
    assert "longer than 0 s" in reason(PLAIN)


def test_a_program_that_ends_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "other.py"
    program.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "utf-8")
    monkeypatch.setattr(xls_reader.xls_program, "__file__", str(program))
    assert "ends the program" in reason(PLAIN)
    program.write_text("print('[[\"s\", true]]')\n", "utf-8")
    with xls_book(PLAIN, "a.xls", Limits()) as book, pytest.raises(AtlasError) as caught:
        book.cells("s")
    assert caught.value.code == "bad-spreadsheet"
