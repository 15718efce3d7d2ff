"""The first rows of files: what is read, and what is left out of it."""

from __future__ import annotations

import pytest

from harvesters.readers.sample_rows import MAX_CELL, MAX_COLUMNS, Kind, sample_rows
from ontology.errors import AtlasError
from tests.fixtures.sheets import workbook

HEADER = ("站名", "经度", "姓名", "备注")


def test_csv_in_its_encodings() -> None:
    text = "站名,经度\n人民广场,121.47\n静安寺,121.44\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        found = sample_rows(text.encode(encoding), "x.csv", "csv", 1)
        assert found.header == ("站名", "经度"), encoding
        assert found.rows == (("人民广场", "121.47"),)
    assert sample_rows(text.replace(",", ";").encode(), "x.csv", "csv", 5).columns == 2


def test_json_and_workbooks() -> None:
    rows = b'{"data": [{"a": 1, "b": {"c": [2]}}, {"a": null, "d": "x"}]}'
    found = sample_rows(rows, "x.json", "json", 5)
    assert found.header == ("a", "b", "d")
    assert found.rows == (("1", '{"c":[2]}', ""), ("", "", "x"))
    found = sample_rows(workbook(("站名", "经度"), ("静安寺", 121.44)), "x.xlsx", "xlsx", 5)
    assert found.rows == (("静安寺", "121.44"),)


def test_persons_are_left_out() -> None:
    rows = [
        ("人民广场", "121.47", "张三", "请致电张三，手机 13812345678"),
        ("黄浦", "121.48", "李小明", "身份证 11010519491231002X"),
    ]
    text = "\n".join(",".join(row) for row in (HEADER, *rows))
    found = sample_rows(text.encode(), "x.csv", "csv", 5)
    assert [row[2:] for row in found.rows] == [(None, None), (None, None)]
    assert [row[0] for row in found.rows] == ["人民广场", "黄浦"]
    assert found.left_out == 4
    assert "张三" not in str(found)


def test_persons_are_left_out_where_no_header_says_what_they_are() -> None:
    rows = "黄浦区,张三,13812345678\n静安区,李小明,13912345678\n"
    found = sample_rows(rows.encode(), "x.csv", "csv", 5)
    assert found.header == ("黄浦区", "", "")
    assert found.rows == (("静安区", None, None),)
    assert found.left_out == 4


def test_headings_below_a_title_count() -> None:
    rows = [("附件一", "", ""), ("区", "姓名", "name"), ("静安区", "张三", "Li Xiaoming")]
    text = "\n".join(",".join(row) for row in rows)
    found = sample_rows(text.encode(), "x.csv", "csv", 5)
    assert found.header == ("附件一", "", "")
    assert found.rows == (("区", "姓名", "name"), ("静安区", None, None))


@pytest.mark.parametrize("name", ["Zhang San", "ZHANG SAN", "john smith"])
def test_names_in_latin_letters_are_left_out_below_their_heading(name: str) -> None:
    found = sample_rows(f"name,x\n{name},1\n".encode(), "x.csv", "csv", 5)
    assert found.rows == ((None, "1"),)


def test_wide_long_and_empty_files_are_bounded() -> None:
    wide = ",".join(f"c{n}" for n in range(90)) + "\n" + ",".join("x" * 900 for _ in range(90))
    found = sample_rows(wide.encode(), "x.csv", "csv", 5)
    assert len(found.header) == len(found.rows[0]) == MAX_COLUMNS
    assert found.columns == 90
    assert all(len(cell or "") <= MAX_CELL for cell in found.rows[0])
    assert sample_rows(b"", "x.csv", "csv", 5).header == ()
    assert len(sample_rows(b"a\n" * 9_000, "x.csv", "csv", 5).rows) == 5


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xfe\xfd broken \x80\xff" * 9, "csv"),
        (b"{", "json"),
        (b"[1, 2", "json"),
        (b"no workbook", "xlsx"),
        (b"PK\x03\x04 cut", "xlsx"),
        (b"<html>not what it says</html>", "json"),
        (b"[" + b'{"a":' * 900 + b"1" + b"}" * 900 + b"]", "json"),
    ],
)
def test_what_cannot_be_read_is_an_error_of_ours(content: bytes, kind: Kind) -> None:
    try:
        found = sample_rows(content, "x", kind, 5)
    except (AtlasError, ValueError):
        return
    assert kind == "csv"
    assert len(found.rows) <= 5
