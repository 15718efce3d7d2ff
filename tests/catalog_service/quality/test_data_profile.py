"""Profiles of whole files: right to the cell, bounded, and without what a person could be in."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from catalog_service.quality.data.headings import Declared, shown
from catalog_service.quality.data.json_rows import NotReadableError, records
from catalog_service.quality.data.model import DeclaredItem, FileKind, Profile
from catalog_service.quality.data.process import answer
from catalog_service.quality.data.running import profile_file

ITEMS = (
    DeclaredItem(("企业名称", "ent_name"), "text", 12),
    DeclaredItem(("信用代码",), "text", None, "credit-code"),
    DeclaredItem(("注册资本",), "number"),
    DeclaredItem(("成立日期",), "date"),
    DeclaredItem(("区划代码",), None, None, "division-code"),
    DeclaredItem(("没有的项",)),
)
CODES = {"division-code": ("310101", "310115")}
HEAD = ["企业名称", "信用代码", "注册资本", "成立日期", "区划代码", "有效", "备注"]
GOOD, BAD = "91310000132149237G", "91310000132149237H"


def told(tmp_path: Path, name: str, content: bytes, kind: FileKind = "csv") -> Any:
    """Return what a process would say, asked in this one."""
    path = tmp_path / name
    path.write_bytes(content)
    folder = tmp_path / f"{name}.folder"
    folder.mkdir()
    items = [
        {"names": one.names, "kind": one.kind, "length": one.length, "key_item": one.key_item}
        for one in ITEMS
    ]
    return answer(
        {"path": path, "folder": folder, "kind": kind, "items": items, "codes": dict(CODES)}
    )


def profiled(tmp_path: Path, name: str, content: bytes, kind: FileKind = "csv") -> Profile:
    return Profile.read(told(tmp_path, name, content, kind)["profile"])


def rows_of(count: int) -> list[list[str]]:
    rng = random.Random(7)
    rows = [
        [
            f"上海{rng.randrange(count)}公司"
            + ("名称很长很长很长" if not rng.randrange(50) else ""),
            rng.choice((GOOD, GOOD, BAD, "x")),
            rng.choice(("1,200.50", "3", "-4.5e3", "无", "", "  ", "1.2.3")),
            rng.choice(("2020-01-05", "2021/2/3", "20190809", "2018年7月1日", "2017", "31", "")),
            rng.choice(("310101", "310199", "320000", "31")),
            rng.choice(("是", "否")),
            rng.choice(('含"引号"', "两\n行", "a,b", "")),
        ]
        for _ in range(count)
    ]
    return rows + rows[: count // 100]


def expected(rows: list[list[str]]) -> dict[str, Any]:
    """Count in the plainest way."""
    days = {"2020-01-05", "2021/2/3", "20190809", "2018年7月1日", "2017"}
    return {
        "rows": len(rows),
        "duplicates": len(rows) - len({tuple(row) for row in rows}),
        "empty": [sum(not row[n].strip() for row in rows) for n in range(7)],
        "wrong": [
            sum(len(row[0]) > 12 for row in rows),
            0,
            sum(row[2] in ("无", "1.2.3") for row in rows),
            sum(bool(row[3]) and row[3] not in days for row in rows),
            *(0, 0, 0),
        ],
        "uncoded": [
            0,
            sum(row[1] != GOOD for row in rows),
            *(0, 0),
            sum(row[4] in ("310199", "31") for row in rows),
            *(0, 0),
        ],
    }


def check(found: Profile, rows: list[list[str]]) -> None:
    wanted = expected(rows)
    assert (found.rows, found.duplicates) == (wanted["rows"], wanted["duplicates"])
    for name in ("empty", "wrong", "uncoded"):
        assert [getattr(one, name) for one in found.columns] == wanted[name], name
    assert [one.name for one in found.columns] == HEAD and found.missing == ("没有的项",)
    assert [one.declared for one in found.columns] == [True] * 5 + [False] * 2
    assert [one.kind for one in found.columns] == [
        *("text", "text", "text", "text", "integer", "boolean", "text")
    ]
    assert (found.first, found.last) == ("2017-01-01", "2021-02-03")
    assert (found.long, found.broken, found.replaced) == (0, 0, 0)
    assert found.cells == found.rows * 7 and found.undeclared == 2


def as_csv(rows: list[list[str]], encoding: str = "utf-8", head: str = "") -> bytes:
    lines = [HEAD, *rows]
    text = head + "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in lines
    )
    return text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_right_to_the_cell(tmp_path: Path, encoding: str) -> None:
    rows = rows_of(2_000)
    found = profiled(tmp_path, "a.csv", as_csv(rows, encoding, "某局企业名单\r\n"))
    check(found, rows)
    assert found.encoding == {"utf-8-sig": "utf-8"}.get(encoding, encoding)


def test_it_equals_duckdb_over_the_whole_of_20_mb(tmp_path: Path) -> None:
    path = tmp_path / "whole.csv"
    rows = rows_of(270_000)
    path.write_bytes(as_csv(rows))
    assert path.stat().st_size > 20_000_000
    told = profile_file(path, "csv", ITEMS, CODES)
    assert told.profile is not None, told.reason
    assert told.megabytes < 500
    check(told.profile, rows)
    whole = duckdb.connect()
    whole.execute(
        f"CREATE TABLE t AS FROM read_csv('{path}', all_varchar=true, header=true, quote='\"')"
    )
    (count, distinct), *_ = whole.execute(
        "SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT * FROM t)) FROM t"
    ).fetchall()
    assert (told.profile.rows, told.profile.duplicates) == (count, count - distinct)
    for number, column in enumerate(told.profile.columns):
        [(filled,)] = whole.execute(
            f"SELECT count(nullif(trim(\"{HEAD[number]}\", ' \n'), '')) FROM t"
        ).fetchall()
        assert column.empty == count - filled


def test_json_geojson_and_workbooks_say_the_same(tmp_path: Path) -> None:
    rows = rows_of(400)
    objects = [dict(zip(HEAD, row, strict=True)) for row in rows]
    text = json.dumps({"code": 0, "data": {"list": [], "rows": objects}}, ensure_ascii=False)
    check(profiled(tmp_path, "a.json", text.encode(), "json"), rows)
    check(profiled(tmp_path, "b.json", json.dumps(objects).encode(), "json"), rows)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["某局企业名单"], [], HEAD, *rows):
        sheet.append([cell or None for cell in row])
    stream = BytesIO()
    book.save(stream)
    check(profiled(tmp_path, "a.xlsx", stream.getvalue(), "xlsx"), rows)
    point = {"type": "Point", "coordinates": [121.4, 31.2]}
    features = [{"type": "Feature", "properties": one, "geometry": point} for one in objects]
    geo = profiled(
        tmp_path,
        "a.geojson",
        json.dumps({"type": "FeatureCollection", "features": features}).encode(),
        "geojson",
    )
    assert [one.name for one in geo.columns] == [*HEAD, "geometry"]
    assert geo.rows == len(rows) and [one.empty for one in geo.columns][:7] == [
        *expected(rows)["empty"]
    ]


def test_cells_of_workbooks_are_what_they_show(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["注册资本", "成立日期", "时刻", "x"])
    moment = datetime.fromisoformat("2021-01-01T05:00")
    for n in range(30):
        sheet.append([n * 1.5, date(2020, 1, 1 + n), moment, 3])
    stream = BytesIO()
    book.save(stream)
    found = profiled(tmp_path, "a.xlsx", stream.getvalue(), "xlsx")
    assert [one.kind for one in found.columns] == ["number", "date", "datetime", "integer"]
    assert (found.first, found.last, found.wrong) == ("2020-01-01", "2021-01-01", 0)


@pytest.mark.parametrize(
    ("name", "content", "kind", "reason"),
    [
        ("empty", b"", "csv", "no-records"),
        ("blank", b"\n\n", "csv", "no-records"),
        ("text", b"not a book", "xlsx", "bad-spreadsheet"),
        ("json", b'{"a": [{"b": 1}', "json", "bad-json"),
        ("open", b'[{"b": "1', "json", "bad-json"),
        ("number", b"12", "json", "no-records"),
        ("none", b"[]", "json", "no-records"),
        ("wrong", b'[{"b": nul}]', "json", "bad-json"),
        ("deep", b"[" + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"]", "json", "nested-too-deeply"),
        ("brackets", b"[" * 100_000, "json", "nested-too-deeply"),
        ("cell", b'[{"a":' + b"[" * 300 + b"]" * 300 + b"}]", "json", "nested-too-deeply"),
        (
            *("geo", b'{"features":[{"properties":{"a":' + b"[" * 300 + b"]" * 300 + b"}}]}"),
            *("geojson", "nested-too-deeply"),
        ),
        # A quote that nobody closed.
        ("quote", b'"a,b\n' + b"1,2\n" * 40_000, "csv", "cell-too-large"),
        ("title", b'list\n"a,b\n' + b"1,2\n" * 40_000, "csv", "cell-too-large"),
        ("wide", b",".join(b"c%d" % n for n in range(1_001)), "csv", "too-many-columns"),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, name: str, content: bytes, kind: FileKind, reason: str
) -> None:
    assert told(tmp_path, name, content, kind) == {"refused": reason}


def test_odd_rows_are_counted(tmp_path: Path) -> None:
    content = "甲,乙\n1,2\n1,2,3\n4\n\n".encode() + b"5,\xff\xfe\n"
    found = profiled(tmp_path, "a.csv", content)
    assert (found.rows, found.long, found.replaced) == (4, 1, 2)
    assert [one.empty for one in found.columns] == [0, 1]


def test_json_is_cut_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [{"a": 'x"]}\\', "b": [1, {"c": "["}]}, {"a": None}]
    text = json.dumps({"n": "[{", "rows": found, "more": [1]}).encode()
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr("catalog_service.quality.data.json_rows._CHUNK", size)
        assert list(records(BytesIO(text))) == found
    with pytest.raises(NotReadableError):
        list(records(BytesIO(b'{"a": {"b": {"c": {"d": [{}]}}}}')))


def test_headings_that_may_be_of_a_person_are_not_kept(tmp_path: Path) -> None:
    found = profiled(tmp_path, "a.csv", "张伟,13812345678\n李娜,13987654321\n".encode())
    assert [one.name for one in found.columns] == [None, None]
    said = json.dumps(found.written(), ensure_ascii=False)
    assert "张伟" not in said and "138" not in said


@pytest.mark.parametrize(
    "row",
    [
        "王小明,徐汇区漕溪北路18号301室",
        "某公司,310101199001011234,在业",
        "某公司,13812345678,在业",
        "沪A12345,小型汽车,违停",
        "6222020200112233446,某银行",
        "zhangsan@qq.com,某公司",
        "13800000001.0,某公司",
        "高程,E12345678,某街道",
        "赵六,35,某街道",
        "欧阳小红,2020-01-05,某街道",
    ],
)
def test_of_a_row_of_data_with_a_person_no_cell_is_a_heading(tmp_path: Path, row: str) -> None:
    found = profiled(tmp_path, "a.csv", f"{row}\n{row}\n".encode())
    assert [one.name for one in found.columns] == [None] * len(row.split(","))
    said = json.dumps(found.written(), ensure_ascii=False)
    assert not any(cell in said for cell in row.split(","))


def test_keys_of_json_that_may_be_of_a_person_are_not_kept(tmp_path: Path) -> None:
    text = json.dumps([{"13812345678": 1, "某街道": 2}, {"13812345678": 3}]).encode()
    found = profiled(tmp_path, "a.json", text, "json")
    assert [one.name for one in found.columns] == [None, None]


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("姓名,年龄,住址", ["姓名", "年龄", "住址"]),
        # Words that begin like a name, beside names of columns and years.
        ("站点,高程,水位", ["站点", None, "水位"]),
        ("指标,方法,2019,2020", ["指标", None, None, None]),
        ("1号线客流,联系电话,车牌号", ["1号线客流", "联系电话", "车牌号"]),
        ("统一社会信用代码,路段,号牌种类", ["统一社会信用代码", "路段", "号牌种类"]),
    ],
)
def test_headings_stay(tmp_path: Path, row: str, names: list[str | None]) -> None:
    found = profiled(tmp_path, "a.csv", f"{row}\n".encode() + b"1,2,3,4\n")
    assert [one.name for one in found.columns] == names


def test_a_declared_heading_tells_that_its_row_is_one() -> None:
    declared = Declared((DeclaredItem(("企业名称",)),))
    found = shown(["企业名称", "经办 13812345678", "备注"], declared)
    assert found == ["企业名称", None, "备注"]


def test_what_stands_before_a_cell_too_large_tells_enough(tmp_path: Path) -> None:
    shape = "MULTIPOLYGON" + "121.4 31.2," * 20_000
    found = profiled(tmp_path, "a.csv", f'区,范围\n某区,"{shape}"\n'.encode())
    assert ([one.name for one in found.columns], found.rows) == (["区", "范围"], 1)


def test_days_of_birth_and_of_few_are_not_told(tmp_path: Path) -> None:
    rows = "".join(f"1990-01-{n:02},2020-03-{n:02}\n" for n in range(1, 29))
    found = profiled(tmp_path, "a.csv", f"出生日期,登记日期\n{rows}".encode())
    assert (found.first, found.last) == ("2020-03-01", "2020-03-28")
    few = profiled(tmp_path, "b.csv", "登记日期,x\n2020-01-02,1\n".encode())
    assert (few.first, few.last) == (None, None)


def test_a_profile_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(rows_of(100))
    assert profile_file(path, "csv", megabytes=1).reason == "took-too-much"
    assert profile_file(path, "csv", seconds=0).reason == "took-too-long"
    assert Counter(path.parent.iterdir()) == Counter([path])
