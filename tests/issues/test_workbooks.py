"""Hidden parts of a workbook stay hidden and that is said; merged cells hold for all their rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from harvesters.readers.formats import open_reader, read_bytes
from ontology.errors import AtlasError
from ontology.openness import doubts, is_open
from ontology.vocabulary import Vocabulary, load_vocabulary
from tests.harvesters.conftest import Result, collect

HEADINGS = ("编号", "数据集名称", "数据提供单位", "开放属性", "更新频率")
GREENERY = "https://w3id.org/shdata/vocab/organization/greenery"


def row(code: str, title: str, provider: str = "上海市绿化和市容管理局") -> tuple[str, ...]:
    return (code, title, provider, "无条件开放", "每月")


def book(*sheets: tuple[str, tuple[tuple[str, ...], ...]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    return made


def content(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


Read = Callable[..., Result]


@pytest.fixture(scope="module")
def read(vocabulary: Vocabulary) -> Read:
    def run(data: bytes | openpyxl.Workbook, name: str = "l.xlsx") -> Result:
        given = data if isinstance(data, bytes) else content(data)
        return collect(
            read_bytes(
                given, name=name, source="s", base_iri="https://a.example", vocabulary=vocabulary
            )
        )

    return run


def told(result: Result) -> list[tuple[str, str]]:
    return [(w.code, str(w.params.get("what", ""))) for m in result.mapped for w in m.warnings]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read(read: Read, state: str) -> None:
    made = book(
        ("草稿", (HEADINGS, row("S1", "旧稿"), row("S9", "只在草稿里"))),
        ("清单", (HEADINGS, row("S1", "停车场名录"))),
    )
    made["草稿"].sheet_state = state
    result = read(made)
    assert [i.remote_id for i in result.incoming] == ["S1"]
    assert '"停车场名录"@zh' in result.text
    assert result.errors == []
    assert told(result) == [("hidden-left-out", "the whole sheet")]
    said = result.mapped[0].warnings[0].message("zh")
    assert "草稿" in said and "整个工作表" in said and "sheet" not in said


def hide_rows(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


def filtered(sheet: Worksheet) -> None:
    sheet.auto_filter.ref = "A1:E4"
    sheet.auto_filter.add_filter_column(0, ["S1", "S3"])
    sheet.row_dimensions[3].hidden = True


def collapsed(sheet: Worksheet) -> None:
    sheet.row_dimensions.group(3, 3, hidden=True)


@pytest.mark.parametrize("hide", [hide_rows, filtered, collapsed])
def test_hidden_rows_are_left_out_and_counted(
    read: Read, hide: Callable[[Worksheet], None]
) -> None:
    made = book(("清单", (HEADINGS, row("S1", "一"), row("S2", "二"), row("S3", "三"))))
    hide(made["清单"])
    result = read(made)
    assert [i.remote_id for i in result.incoming] == ["S1", "S3"]
    assert told(result) == [("hidden-left-out", "1 行 · rows (3)")]


def test_hidden_columns_are_left_out_and_named(read: Read) -> None:
    made = book(
        ("清单", ((*HEADINGS, "数据摘要"), (*row("S1", "一"), "内部讨论稿，不公开。"))),
    )
    made["清单"].column_dimensions["F"].hidden = True
    result = read(made)
    assert "内部讨论稿" not in result.text
    assert told(result) == [("hidden-left-out", "1 列 · columns (数据摘要)")]


def test_a_workbook_that_hides_all_of_it_says_so(read: Read) -> None:
    made = book(("清单", (HEADINGS, row("S1", "一"))), ("说明", (("说明",),)))
    made["清单"].sheet_state = "hidden"
    with pytest.raises(Exception, match="hidden-left-out"):
        read(made)
    rows = book(("清单", (HEADINGS, row("S1", "一"))))
    rows["清单"].row_dimensions[2].hidden = True
    with pytest.raises(Exception, match="hidden-left-out"):
        read(rows)


def test_a_format_that_cannot_tell_says_so(read: Read) -> None:
    # ODS in its smallest form.
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in cells
        )
        + "</table:table-row>"
        for cells in (HEADINGS, row("S1", "一"))
    )
    ns = "urn:oasis:names:tc:opendocument:xmlns:"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{ns}manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{ns}office:1.0" xmlns:table="{ns}table:1.0"'
            f' xmlns:text="{ns}text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="清单">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    result = read(out.getvalue(), "l.ods")
    assert [i.remote_id for i in result.incoming] == ["S1"]
    assert [w.code for w in result.mapped[0].warnings] == ["hidden-unknown"]


def test_a_duplicate_names_the_sheet_of_the_first(read: Read) -> None:
    result = read(
        book(
            ("一月", (HEADINGS, row("K1", "甲"))),
            ("二月", (HEADINGS, row("K0", "占位"), row("K1", "乙"))),
        )
    )
    assert result.codes == ["duplicate-identifier"]
    assert str(result.errors[0].params["first"]) == "l.xlsx[一月]:2"
    assert str(result.errors[0].place) == "l.xlsx[二月]:3"


def without_codes(*rows: tuple[str, ...]) -> openpyxl.Workbook:
    return book(("清单", (HEADINGS[1:], *(cells[1:] for cells in rows))))


def test_a_merged_provider_holds_for_each_of_its_rows(read: Read) -> None:
    plain = read(without_codes(row("", "古树"), row("", "公园"), row("", "绿道")))
    made = without_codes(row("", "古树"), row("", "公园"), row("", "绿道"))
    made["清单"].merge_cells("B2:B4")
    result = read(made)
    assert [i.remote_id for i in result.incoming] == [i.remote_id for i in plain.incoming]
    assert [m.record.nquads for m in result.mapped] == [m.record.nquads for m in plain.mapped]
    assert all(f"<{GREENERY}>" in m.record.nquads for m in result.mapped)


def test_a_merged_provider_whose_first_row_is_hidden(read: Read) -> None:
    made = without_codes(row("", "古树"), row("", "公园"))
    made["清单"].merge_cells("B2:B3")
    made["清单"].row_dimensions[2].hidden = True
    (mapped,) = read(made).mapped
    assert f"<{GREENERY}>" in mapped.record.nquads


def test_only_what_is_merged_is_filled(read: Read) -> None:
    made = without_codes(row("", "古树"), row("", "公园"), row("", "绿道", ""))
    made["清单"].merge_cells("B2:B3")
    result = read(made)
    assert GREENERY not in result.mapped[2].record.nquads
    assert [w.code for w in result.mapped[2].warnings] == ["publisher-above"]


def test_a_header_of_two_rows(read: Read) -> None:
    made = book(
        (
            "清单",
            (
                ("上海市公共数据开放清单（2025年）", "", "", "", ""),
                ("编号", "数据集名称", "数据提供单位", "开放情况", ""),
                ("", "", "", "开放属性", "更新频率"),
                row("S1", "古树"),
            ),
        )
    )
    for area in ("A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"):
        made["清单"].merge_cells(area)
    result = read(made)
    assert [i.remote_id for i in result.incoming] == ["S1"]
    assert result.errors == []
    text = result.text
    assert "vocab/open-type/" in text
    assert "accrualPeriodicity" in text
    assert result.mapped[0].warnings == ()


def test_cells_without_a_value_are_told(read: Read) -> None:
    made = without_codes(row("", "古树"), row("", "公园"))
    data = content(made)
    source = io.BytesIO(data)
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            xml = old.read(part)
            if part.endswith("sheet1.xml"):
                xml = re.sub(
                    rb'<c r="D2"[^>]*>.*?</c>', b'<c r="D2" t="e"><f>X1</f><v>#REF!</v></c>', xml
                )
                xml = re.sub(
                    rb'<c r="D3"[^>]*>.*?</c>', b'<c r="D3"><f>A1&amp;"x"</f><v/></c>', xml
                )
            new.writestr(part, xml)
    result = read(out.getvalue())
    warnings = [
        (w.code, w.params["value"], str(w.place)) for m in result.mapped for w in m.warnings
    ]
    assert warnings == [
        ("cell-without-value", "#REF!", "l.xlsx[清单]:2:4"),
        ("cell-without-value", "=", "l.xlsx[清单]:3:4"),
    ]
    assert "accrualPeriodicity" not in result.text


def test_errors_that_were_exported_as_texts(read: Read) -> None:
    text = "编号,数据集名称,数据提供单位,数据摘要\n1,古树,市教委,#REF!\n2,公园,#N/A,好\n"
    result = read(text.encode(), "l.csv")
    assert "#REF!" not in result.text
    assert "#N/A" not in result.text
    assert [w.code for w in result.mapped[0].warnings] == ["cell-without-value"]
    assert {w.code for w in result.mapped[1].warnings} == {"cell-without-value", "publisher-above"}


def test_a_csv_exported_from_merged_cells_is_warned_of(read: Read) -> None:
    text = "数据集名称,数据提供单位,更新频率\n古树,上海市绿化和市容管理局,每月\n公园,,每月\n"
    result = read(text.encode(), "l.csv")
    assert result.mapped[0].warnings == ()
    (warning,) = result.mapped[1].warnings
    assert (warning.code, str(warning.place)) == ("publisher-above", "l.csv:3:2")
    assert warning.params["above"] == "上海市绿化和市容管理局"


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("05-xlsx-merged/min.xlsx", ["d2bda45f9623e4d5", "77e26880eff98814"]),
        ("06-xlsx-hidden/list.xlsx", ["S1"]),
        ("06-xlsx-hidden/min.xlsx", ["S1"]),
    ],
)
def test_the_cases_of_the_issue(
    shared_data: Path, vocabulary: Vocabulary, case: str, expected: list[str]
) -> None:
    path = shared_data / "cases" / case
    reader = open_reader(path, source="s", base_iri="https://a.example", vocabulary=vocabulary)
    result = collect(reader)
    assert [i.remote_id for i in result.incoming] == expected
    assert all("dc/terms/publisher>" in m.record.nquads for m in result.mapped)


def test_what_closes_does_so_in_a_hidden_column_too(read: Read) -> None:
    made = book(("a", (HEADINGS, row("1", "甲"), row("2", "乙"), row("3", "丙"))))
    made["a"]["D3"] = "非开放"
    made["a"]["D4"] = "×"
    made["a"].column_dimensions["D"].hidden = True
    one, two, three = (mapped.record for mapped in read(made).mapped)
    assert "accessRights" not in one.nquads
    assert (is_open(one), is_open(two), is_open(three)) == (True, False, True)
    assert [bool(doubts(record)) for record in (one, two, three)] == [False, False, True]


def test_an_open_type_without_a_value_is_in_doubt(read: Read) -> None:
    made = book(("a", (HEADINGS, row("1", "甲"), row("2", "乙"))))
    made["a"]["D2"] = '=IF(A2="1","非开放","无条件开放")'
    one, two = (mapped.record for mapped in read(made).mapped)
    assert [bool(doubts(record)) for record in (one, two)] == [True, False]
    (error,) = read("数据集名称,提供部门,开放属性\n甲,市教委,#REF!\n".encode(), "a.csv").mapped
    assert doubts(error.record)


def test_merges_over_each_other_are_refused_before_they_are_filled(read: Read) -> None:
    made = book(("清单", (HEADINGS, row("S1", "停车场名录"), row("S2", "公园名录"))))
    with zipfile.ZipFile(io.BytesIO(content(made))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    merges = b"<mergeCells>" + b'<mergeCell ref="A1:E3"/>' * 2 + b"</mergeCells>"
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", b"</sheetData>" + merges)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    with pytest.raises(AtlasError, match="bad-spreadsheet"):
        read(out.getvalue())
