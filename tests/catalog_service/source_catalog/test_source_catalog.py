"""The source catalogue: read from tables, listed, written again, and held against datasets."""

from __future__ import annotations

import io

import httpx
import openpyxl
import pytest

from catalog_service.source_catalog.model import SourceItem, TableRow
from catalog_service.source_catalog.table_file import read_table
from harvesters.readers.files import Input
from ontology.errors import AtlasError
from tests.fixtures.command import Cli
from tests.fixtures.web import BASE, House

LIST = """市级数源目录,,,
数据项名称,数源部门,来源系统,更新频率
机构床位数,市民政局,养老服务平台,每日
,市民政局,,
道路编号,市交通委,路网系统,每月
"""
CATALOG = "/api/v1/source-catalog"
ITEMS = [
    SourceItem("机构床位数", "市民政局", "养老服务平台", "每日"),
    SourceItem("道路编号", "市交通委", "路网系统", "每月"),
]


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in LIST.splitlines():
        sheet.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [LIST.encode(), LIST.encode("gb18030"), _workbook()], ids=["utf-8", "gbk", "xlsx"]
)
def test_a_table_is_read_whatever_it_is_written_in(content: bytes) -> None:
    read = list(read_table(Input("list", content=content)).rows)
    assert [one for one in read if isinstance(one, TableRow)] == [
        TableRow(ITEMS[0], 3),
        TableRow(ITEMS[1], 5),
    ]
    (error,) = (one for one in read if isinstance(one, AtlasError))
    assert (error.code, error.place and error.place.line) == ("item-incomplete", 4)


def test_a_table_without_the_headings_is_refused() -> None:
    with pytest.raises(AtlasError, match="数据项"):
        read_table(Input("list", content="名称,部门\n甲,乙\n".encode()))


def test_from_a_file_to_conflicts(house: House, steward: httpx.Client, address: str) -> None:
    folder, base = house.settings.home.parent, {"ATLAS_BASE_IRI": BASE}
    atlas = Cli(folder)
    (folder / "list.csv").write_text(LIST, "utf-8")
    first = atlas("source-catalog", "import", "list.csv", "--json", **base)
    assert first.code == 1
    assert [first.json[n] for n in ("created", "updated", "rejected")] == [2, 0, 1]
    out = folder / "out.csv"
    assert atlas("source-catalog", "export", "--output", out, **base).code == 0
    written = [one.claim for one in read_table(Input("out", out)).rows if isinstance(one, TableRow)]
    assert written == sorted(ITEMS, key=lambda one: one.item)
    again = atlas("source-catalog", "import", out, "--json", **base)
    assert (again.code, again.json["unchanged"]) == (0, 2)

    # A department under another of its names is the same one; another department is a conflict.
    more = "数据项,责任部门\n道路编号,上海市交通委员会\n道路编号,市公安局\n"
    (folder / "more.csv").write_text(more, "utf-8")
    changed = atlas("source-catalog", "import", "more.csv", "--json", **base).json
    assert (changed["created"], changed["updated"]) == (1, 1)
    found = atlas("source-catalog", "conflicts", "--json", **base)
    twice, elsewhere = found.json["conflicts"]
    assert (found.code, twice["kind"], twice["item"]) == (1, "claimed-twice", "道路编号")
    assert (elsewhere["kind"], elsewhere["rule"]) == ("collected-elsewhere", "R35")
    assert [dataset["title"] for dataset in elsewhere["datasets"]] == ["床位统计"]

    page = steward.get(CATALOG, params={"limit": 2}).json()
    assert [one["item"] for one in page["items"]] == ["机构床位数"]
    rest = steward.get(CATALOG, params={"limit": 2, "after": page["next"]}).json()
    assert ([one["item"] for one in rest["items"]], rest["next"]) == (["道路编号"] * 2, None)
    own = {"department": "上海市公安局", "q": "道路"}
    assert len(steward.get(CATALOG, params=own).json()["items"]) == 1
    assert httpx.get(f"{address}{CATALOG}/conflicts").status_code == 401
    assert steward.get(f"{CATALOG}/conflicts").json() == found.json


def test_names_outside_the_vocabulary_and_repeated_rows_are_told(house: House) -> None:
    """A claim of its own by mistake, and a row that is dropped, are no silent ones."""
    folder, base = house.settings.home.parent, {"ATLAS_BASE_IRI": BASE}
    atlas = Cli(folder)
    table = (
        "数据项,责任部门,数据来源\n户籍人口,公安局,甲\n户籍人口（人）,公安局,乙\n"
        "面积,上海市民政局,甲\n面积（平方米）,市民政局,乙\n户籍人口,公安局,丙\n"
    )
    (folder / "names.csv").write_text(table, "utf-8")
    seen = atlas("source-catalog", "import", "names.csv", "--dry-run", "--json", **base).json
    (outside,) = seen["outside"]
    assert (outside["name"], outside["count"]) == ("公安局", 3)
    assert outside["nearest"][0]["name"]["zh"] == "上海市公安局"
    lines = [(one["line"], one["later_line"], one["later_item"]) for one in seen["repeated"]]
    assert lines == [
        (2, 6, "户籍人口"),
        (4, 5, "面积（平方米）"),
        (3, 6, "户籍人口"),
    ], "each names the row that holds"
    said = atlas("source-catalog", "import", "names.csv", LANG="en", **base)
    assert "公安局: the vocabulary knows no department of this name" in said.err
    assert "Row 4: 面积, 上海市民政局 is the same data item as row 5" in said.err
    none = atlas("source-catalog", "list", "--department", "民政局", LANG="en", **base)
    assert "民政局: the vocabulary knows no department" in none.err and "Did you mean" in none.err
    one = atlas("source-catalog", "set", "车位数", "市民正局", "--reason", "x", "--json", **base)
    assert one.json["outside"]["nearest"][0]["name"]["zh"] == "上海市民政局", "one character off"
    known = atlas("source-catalog", "set", "车位数", "市民政局", "--reason", "x", "--json", **base)
    assert known.json["outside"] is None
