"""All rows of a data file, as often as they are asked for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from harvesters.limits import DEFAULT
from harvesters.readers.data_rows import data_rows
from harvesters.readers.files import Input
from ontology.errors import AtlasError
from tests.fixtures.sheets import workbook

TEXT = "\n站名,区,里程\n静安寺,静安区,1.5\n\n人民广场,黄浦区\n徐家汇,徐汇区,3,多余\n"
ROWS = [["静安寺", "静安区", "1.5"], ["人民广场", "黄浦区", ""], ["徐家汇", "徐汇区", "3"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_any_encoding(encoding: str, delimiter: str) -> None:
    content = TEXT.replace(",", delimiter).encode(encoding)
    with data_rows(Input("x.csv", content=content), DEFAULT) as table:
        assert table.header == ("站名", "区", "里程")
        assert list(table.rows()) == ROWS
        assert list(table.rows()) == ROWS


def test_a_workbook_is_read_as_often_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(("站名", "里程"), ("静安寺", 1.5), ("徐家汇", 3)))
    with data_rows(Input("x.xlsx", path=path), DEFAULT) as table:
        assert table.header == ("站名", "里程")
        for _ in range(2):
            assert list(table.rows()) == [["静安寺", "1.5"], ["徐家汇", "3"]]


def test_cells_with_breaks_and_quotes_stay_one() -> None:
    out = io.StringIO(newline="")
    rows = [["a", "b"], ['他说"好"', "两\r\n行"]]
    csv.writer(out).writerows(rows)
    with data_rows(Input("x.csv", content=out.getvalue().encode()), DEFAULT) as table:
        assert list(table.rows()) == rows[1:]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\n,,\n", "file-empty"),
        ("区,名\n".encode() + "静安区".encode() * 20 + b",\xff\n", "wrong-encoding"),
        (b"a,b\n" + b"x" * (2 * 1024 * 1024), "bad-csv"),
        (b"a,b\n" + b'"' + b"x\n" * 200_000, "bad-csv"),
        (b"a,b\n" + b'"' + b"x\n" * 800_000, "bad-csv"),
        (b"PK\x03\x04 no archive", "bad-spreadsheet"),
    ],
    ids=["nothing", "blank", "broken-byte", "long-line", "open-quote", "long-cell", "no-workbook"],
)
def test_what_cannot_be_read_is_told(content: bytes, code: str) -> None:
    with (
        pytest.raises(AtlasError) as caught,
        data_rows(Input("x", content=content), DEFAULT) as table,
    ):
        list(table.rows())
    assert caught.value.code == code
