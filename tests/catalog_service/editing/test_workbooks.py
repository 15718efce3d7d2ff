"""Workbooks: downloaded, edited and sent back; a department's own; what cannot be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_service.accounts.service import OPERATOR
from catalog_service.editing import releasing, service, workbooks
from catalog_service.editing.field_values import FieldValues
from catalog_service.editing.form_fields import read_entries
from catalog_service.editing.form_view import sent as form_sent
from catalog_service.editing.forms import form_rules, form_writer
from catalog_service.editing.model import Draft
from catalog_service.editing.workbook_cells import WorkbookCells
from catalog_service.editing.workbook_columns import dataset_columns, part_sheets
from catalog_service.editing.workbook_model import ImportRow
from catalog_service.editing.workbook_preview import preview
from catalog_service.editing.workbook_writing import WorkbookWriter
from catalog_service.editing.workbooks import SENT
from harvesters.readers.files import Input
from harvesters.readers.workbook_tables import workbook_tables
from ontology.errors import AtlasError
from ontology.record import Record
from ontology.terms import SHD
from tests.catalog_service.editing.conftest import TRANSPORT
from tests.catalog_service.editing.test_forms import views
from tests.catalog_service.editing.workbooks_made import (
    DATASETS,
    FILES,
    ITEMS,
    Table,
    book,
    content,
    downloaded,
    released,
    seen,
    sent,
)
from tests.fixtures.web import House
from tests.fixtures.xls import label, xls
from translations import LANGUAGES

PARTS = {
    "dataItem__0__title__0": "名称",
    "dataItem__0__datatype__0": "string",
    "dataItem__1__title__0": "泊位数",
    "dataItem__1__required__0": "是",
    "distribution__0__title__0": "名录文件",
    "distribution__0__format__0": "CSV",
    "distribution__0__downloadURL__0": "https://data.sh.gov.cn/1",
    "keyword__0": "停车",
    "keyword__1": "交通",
    "theme__0": "道路交通",
    "contactPoint__0__hasTelephone__0": "021-12345678",
    "rowCount__0": "12",
}

# `_x0041_` is how a workbook writes an A; `_x005F_x0041_` how it writes `_x0041_`.
ESCAPED = ("_x0041_ 列，“_x000D_”为换行", "_x005F_x0041_")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose transport commission has two datasets."""
    house = House(tmp_path_factory.mktemp("workbooks") / "var")
    with house.atlas:
        released(house, **PARTS)
        strange = dict(zip(("description__0", "dataItem__0__title__0"), ESCAPED, strict=True))
        released(house, title__0="公交线路", title__1="Bus lines", keyword__0="=SUM(A1)", **strange)
        yield house


@pytest.fixture
def catalog(own: House) -> Iterator[House]:
    """The same after whose test no draft is open."""
    yield own
    for one in service.listed(own.atlas, OPERATOR):
        releasing.discard(own.atlas, OPERATOR, service.read(own.atlas, OPERATOR, one.id))


def applied(house: House, made: openpyxl.Workbook) -> dict[int, Draft]:
    """The drafts after everything was taken that can be."""
    upload = sent(house, made)
    rows = preview(house.atlas, upload).of("new", "changed")
    marks = {one.number: one.mark for one in rows}
    done = workbooks.apply(house.atlas, OPERATOR, upload, marks, {})
    assert not done.refused
    return {
        number: service.read(house.atlas, OPERATOR, draft) for number, draft in done.drafts.items()
    }


def only(rows: list[ImportRow]) -> ImportRow:
    (found,) = rows
    return found


def told(rows: list[ImportRow]) -> list[str]:
    return [problem.error.message("en") for row in rows for problem in row.problems]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_download_that_nobody_edited_changes_nothing(catalog: House, lang: str) -> None:
    found = seen(catalog, downloaded(catalog, lang))  # type: ignore[arg-type]
    assert [one.state for one in found.rows] == ["same", "same"]
    assert sum(found.parts.values()) == 4
    assert found.ignored == ()


def test_a_text_that_looks_like_an_escape_comes_back_as_it_is(catalog: House) -> None:
    writer = WorkbookWriter(catalog.atlas, form_rules(catalog.atlas), "zh")
    body = writer.records(TRANSPORT)[0]
    read = workbook_tables(Input("x.xlsx", content=body), SENT, 60)
    texts = {cell for sheet in read.sheets for _, cells in sheet.rows for cell in cells}
    assert set(ESCAPED) <= texts
    (row,) = [one for one in seen(catalog, body).rows if one.title == "公交线路"]
    assert row.state == "same"


def test_what_is_edited_becomes_a_draft_and_nothing_else_does(catalog: House) -> None:
    made = downloaded(catalog)
    table, items = Table(made), Table(made, ITEMS)
    row = table.row_of("停车场名录")
    before = only([one for one in seen(catalog, made).rows if one.number == row])
    table.put(row, "名称", "停车场全名录")
    table.put(row, "关键词", "停车；泊位")
    table.put(row, "数据量（条）", None)
    table.put(row, "更新日期", date(2026, 8, 1))
    identifier = table.get(row, "标识")
    first, second = items.rows_of(identifier)
    items.put(second, "数据项说明", "个")
    items.sheet.append([identifier, None, "地址"])
    assert items.get(first, "数据项名称") == "名称"
    found = seen(catalog, made)
    assert {one.state for one in found.rows} == {"same", "changed"}
    (draft,) = applied(catalog, made).values()
    assert before.after is not None
    gained = set(draft.record.lines) - set(before.after.lines)
    lost = set(before.after.lines) - set(draft.record.lines)
    said = sorted(line.partition("> ")[2].rpartition(" .")[0] for line in gained)
    assert len(lost) == 3
    assert len([line for line in said if "停车场全名录" in line]) == 1
    assert len([line for line in said if '"泊位"@zh' in line]) == 1
    assert len([line for line in said if "2026-08-01" in line]) == 1
    assert any('"个"@zh' in line for line in said)
    assert any("#field-003>" in line for line in said)
    # Sent once more, it is all there.
    assert [one.state for one in seen(catalog, made).rows] == ["same", "same"]


CELLS = {
    "名称": st.sampled_from(["停车场名录", "停车场 全名录", "=1+1", "甲、乙；丙"]),
    "摘要": st.sampled_from(["一句。\n又一句。", "说明", "'引号", "<b>x</b>"]),
    "开放属性": st.sampled_from(["有条件开放", "非开放", "", "无条件开放"]),
    "更新频率": st.sampled_from(["每日", "每年", ""]),
    "更新日期": st.sampled_from(["2026-08-01", "2026-08", ""]),
    "数据量（条）": st.sampled_from(["0", "123456789", ""]),
    "关键词": st.sampled_from(["停车", "停车\n泊位\n城市", "", "交通\n停车"]),
    "数据领域": st.sampled_from(["道路交通", "道路交通\n城市建设", ""]),
    "联系方式：电话": st.sampled_from(["021-12345678", "021-87654321", ""]),
    "数据协议：协议名称": st.sampled_from(["协议一", ""]),
}
ITEM = {
    "数据项名称": st.sampled_from(["名称", "地址", "泊位数"]),
    "数据类型": st.sampled_from(["string", "integer", ""]),
    "必填": st.sampled_from(["是", "否", ""]),
}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_export_edit_import_gives_exactly_the_edits(catalog: House, data: st.DataObject) -> None:
    atlas = catalog.atlas
    made = downloaded(catalog)
    table, items = Table(made), Table(made, ITEMS)
    row = table.row_of("停车场名录")
    identifier = table.get(row, "标识")
    edits = data.draw(st.fixed_dictionaries({}, optional=CELLS))
    for heading, text in edits.items():
        table.put(row, heading, text)
        table.sheet.cell(row, table.column(heading)).data_type = "s"
    rows = items.rows_of(identifier)
    item = data.draw(st.fixed_dictionaries({}, optional=ITEM))
    for heading, text in item.items():
        items.put(rows[0], heading, text)
    if data.draw(st.booleans()):
        items.sheet.delete_rows(rows[1])
        rows.pop()
    if data.draw(st.booleans()):
        items.sheet.append([identifier, None, "新项"])
        rows.append(items.sheet.max_row)
    wanted = {
        heading: table.get(row, heading) for heading in (c.value for c in table.sheet[1]) if heading
    }
    wanted_items = [
        [items.get(one, heading) for heading in ITEM] for one in items.rows_of(identifier)
    ]
    upload = sent(catalog, made)
    found = preview(atlas, upload)
    assert not told(found.of("error"))
    (one,) = [r for r in found.rows if r.number == row]
    record = one.after
    assert record is not None
    assert one.before is not None
    shown = WorkbookCells(FieldValues(atlas.vocabulary), atlas.settings.base_iri)
    texts = shown.of_dataset(record, "zh")
    for column in dataset_columns():
        if column.heading("zh") in wanted and column.field is not None:
            assert lines(texts[column.key]) == lines(wanted[column.heading("zh")]), column.key
    sheet = next(one for one in part_sheets() if one.field.key == "dataItem")
    headings = {c.heading("zh"): c.key for c in sheet.columns}
    assert [
        [part.texts[headings[heading]] for heading in ITEM]
        for part in shown.of_parts(record, sheet, "zh")
    ] == wanted_items
    untouched(one.before, record)
    # The other dataset is left alone.
    assert [r.state for r in found.rows if r.number != row] == ["same"]


def lines(text: str) -> list[str]:
    return sorted(" ".join(line.split()) for line in text.split("\n") if line.strip())


def untouched(before: Record, after: Record) -> None:
    """What has no column in the workbook, or none that was edited, is there to the letter."""
    kept = ("identifier", "publisher", "landingPage", "distribution", "downloadURL")
    for name in kept:
        assert [x for x in before.lines if f"/{name}>" in x or f"#{name}>" in x] == [
            x for x in after.lines if f"/{name}>" in x or f"#{name}>" in x
        ]


def test_what_others_changed_meanwhile_is_kept_or_chosen(catalog: House) -> None:
    atlas = catalog.atlas
    made = downloaded(catalog)
    table = Table(made)
    row = table.row_of("停车场名录")
    draft = service.begin_from(atlas, OPERATOR, "desk-transport", table.get(row, "标识"))
    entries = {"title/0": "他的名录", "keyword/0": "他的词"}
    theirs = form_writer(atlas).write(
        draft.record, read_entries({**form(draft), **entries}), complete=False
    )
    draft = service.save(atlas, OPERATOR, draft, theirs, version=1).draft
    table.put(row, "摘要", "新的摘要")
    merged = only(seen(catalog, made).of("changed"))
    assert merged.draft == draft.id
    assert merged.after is not None
    assert "他的名录" in merged.after.nquads
    assert "新的摘要" in merged.after.nquads
    table.put(row, "名称", "我的名录")
    upload = sent(catalog, made)
    asked = only(preview(atlas, upload).of("conflict"))
    (contradiction,) = asked.contradictions
    marks = {asked.number: asked.mark}
    undecided = workbooks.apply(atlas, OPERATOR, upload, marks, {})
    assert [error.code for error in undecided.refused.values()] == ["row-undecided"]
    choice = {asked.number: {contradiction.unit: "mine"}}
    done = workbooks.apply(atlas, OPERATOR, upload, marks, choice)  # type: ignore[arg-type]
    now = service.read(atlas, OPERATOR, done.drafts[asked.number])
    assert now.title == "我的名录"
    assert "新的摘要" in now.record.nquads
    assert "他的词" in now.record.nquads


def form(draft: Draft) -> dict[str, str]:
    return form_sent(views().groups(draft.record))


def test_a_row_that_was_shown_otherwise_is_not_taken(catalog: House) -> None:
    made = downloaded(catalog)
    table = Table(made)
    row = table.row_of("停车场名录")
    table.put(row, "摘要", "新的摘要")
    upload = sent(catalog, made)
    shown = only(preview(catalog.atlas, upload).of("changed"))
    draft = service.begin_from(catalog.atlas, OPERATOR, "desk-transport", table.get(row, "标识"))
    theirs = form_writer(catalog.atlas).write(
        draft.record, read_entries({**form(draft), "keyword/0": "别的"}), complete=False
    )
    service.save(catalog.atlas, OPERATOR, draft, theirs, version=1)
    marks = {shown.number: shown.mark}
    done = workbooks.apply(catalog.atlas, OPERATOR, upload, marks, {})
    assert [error.code for error in done.refused.values()] == ["row-changed"]
    assert not done.drafts


def test_an_own_list_brings_new_datasets_and_finds_those_that_are_there(catalog: House) -> None:
    made = book(
        ("上海市交通委员会数据清单",),
        ("序号", "数据集名称", "数据摘要", "开放属性", "更新频率", "数据项", "处室"),
        (
            1,
            "停车场名录",
            "全市经营性停车场的名称、地址和泊位数。",
            "无条件开放",
            "每月",
            "名称、泊位数",
            "一处",
        ),
        (2, "充电桩名录", "全市公共充电桩。", "有条件开放", "每周", "名称，地址、功率等", "二处"),
    )
    upload = sent(catalog, made)
    assert upload.match.header == 2
    assert upload.match.columns == {
        1: "title@zh",
        2: "description@zh",
        3: "accessRights",
        4: "accrualPeriodicity",
        5: "dataItem/title",
    }
    assert [one.state for one in preview(catalog.atlas, upload).rows] == ["same", "new"]
    (draft,) = applied(catalog, made).values()
    assert draft.title == "充电桩名录"
    assert f"<{TRANSPORT}>" in draft.record.nquads
    assert draft.record.nquads.count(f"<{SHD.dataItem}>") == 3
    assert "new-" not in draft.record.nquads
    # Sent again it is found by its title, and nothing is doubled.
    assert [one.state for one in seen(catalog, made).rows] == ["same", "same"]


def test_a_column_that_somebody_corrects_is_remembered(catalog: House) -> None:
    atlas = catalog.atlas
    made = book(("数据集名称", "更新频率", "备注信息"), ("公交线路", "每月", "全市公交。"))
    upload = sent(catalog, made)
    assert 2 not in upload.match.columns
    columns = {**upload.match.columns, 2: "description@zh"}
    workbooks.rematch(atlas, OPERATOR, upload, "清单", 1, columns)
    again = workbooks.find(atlas, OPERATOR, upload.id)
    assert again.match.columns[2] == "description@zh"
    assert only(preview(atlas, again).of("changed")).after is not None
    assert sent(catalog, made).match.columns[2] == "description@zh"
    workbooks.rematch(atlas, OPERATOR, again, "清单", 1, upload.match.columns)
    assert 2 not in sent(catalog, made).match.columns


def test_cells_that_are_wrong_are_named_with_what_to_do(catalog: House) -> None:
    made = book(
        ("标识", "名称", "开放属性", "更新日期", "数据量（条）", "详情页"),
        ("A-1", "甲", "开放吗", "2026-13-45", "很多", "data.sh.gov.cn"),
        ("A-1", "乙", None, None, None, None),
        ("A-2", None, "无条件开放", None, None, None),
        ("A-3", "丙", "无条件开放", "2026/8/1", "1,234", None),
    )
    made.active["E5"] = "=1+1"  # type: ignore[index]
    found = seen(catalog, made)
    assert [one.state for one in found.rows] == ["error"] * 4
    assert [text.partition(":")[0] for text in told(list(found.rows))] == [
        "Cell C2, '开放吗'",
        "Cell D2, '2026-13-45'",
        "Cell E2, '很多'",
        "Cell F2, 'data.sh.gov.cn'",
        "Row 3 is of the same dataset as row 2. Keep one of the two.",
        "Row 4 is of no dataset that is known, and has no title. Give it one.",
        "Cell E5, '='",
    ]
    made.active["E5"] = "1,234"  # type: ignore[index]
    right = only(seen(catalog, made).of("new"))
    assert right.after is not None
    assert '"2026-08-01"' in right.after.nquads
    assert '"1234"' in right.after.nquads
    for lang in LANGUAGES:
        assert all(p.error.message(lang) for row in found.rows for p in row.problems)


def test_a_version_that_never_was_is_told(catalog: House) -> None:
    made = downloaded(catalog)
    table = Table(made)
    table.put(2, "版本（请勿修改）", "0123456789abcdef")
    found = seen(catalog, made)
    assert [one.state for one in found.rows] == ["error", "same"]
    assert "has had no version" in told(list(found.rows))[0]


def test_hidden_rows_merged_cells_and_two_sheets(catalog: House) -> None:
    made = book(
        ("名称", "数据领域", "摘要"),
        ("甲", "道路交通", "一"),
        ("乙", None, "二"),
        ("丙", "城市建设", "三"),
    )
    sheet = made.active
    assert sheet is not None
    sheet.merge_cells("B2:B3")  # type: ignore[union-attr]
    sheet.row_dimensions[4].hidden = True  # type: ignore[union-attr]
    other = made.create_sheet("旧清单")
    other.append(["名称", "摘要"])
    other.append(["丁", "四"])
    made.create_sheet("说明").append(["读我"])
    upload = sent(catalog, made)
    found = preview(catalog.atlas, upload)
    assert [one.title for one in found.rows] == ["甲", "乙"]
    assert all(one.after and "/domain/4>" in one.after.nquads for one in found.rows)
    read = upload.sheet("清单")
    assert read is not None
    assert (read.merged, read.hidden_rows) == (1, (4,))
    assert found.ignored == ("旧清单", "说明")
    turned = workbooks.rematch(catalog.atlas, OPERATOR, upload, "旧清单", 1, {})
    assert [one.title for one in preview(catalog.atlas, turned).rows] == ["丁"]


def test_a_sheet_that_is_chosen_is_bounded_too(catalog: House) -> None:
    made = book(("名称", "摘要", "更新频率"), ("甲", "一", "每月"))
    other = made.create_sheet("很长")
    for row in [("名称", "摘要"), *[("甲", "乙")] * 2_001]:
        other.append(row)
    upload = sent(catalog, made)
    with pytest.raises(AtlasError, match="workbook-too-long"):
        workbooks.rematch(catalog.atlas, OPERATOR, upload, "很长", 1, {})


def test_parts_of_no_dataset_are_told(catalog: House) -> None:
    made = downloaded(catalog)
    made[FILES].append(["nobody", "无", "文件"])
    found = seen(catalog, made)
    assert [one.error.code for one in found.stray] == ["part-without-dataset"]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "empty.xlsx", "file-empty"),
        ("名称,摘要\n甲,乙\n".encode(), "renamed.xlsx", "no-workbook"),
        ("名称,摘要\n甲,乙\n".encode(), "list.csv", "no-workbook"),
        (b"PK\x03\x04 broken", "broken.xlsx", "bad-spreadsheet"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked.xlsx",
            "workbook-locked",
        ),
        (content(book(("甲", "乙"), (1, 2))), "unknown.xlsx", "no-dataset-headings"),
        (content(openpyxl.Workbook()), "nothing.xlsx", "no-dataset-headings"),
        (content(book(("名称", "摘要"), *[("甲", "乙")] * 2_001)), "l.xlsx", "workbook-too-long"),
    ],
    ids=["empty", "renamed-csv", "csv", "broken", "locked", "unknown", "nothing", "long"],
)
def test_what_is_no_list_of_datasets_is_answered(
    catalog: House, data: bytes, name: str, code: str
) -> None:
    with pytest.raises(AtlasError) as caught:
        sent(catalog, data, name)
    assert caught.value.code == code
    for lang in LANGUAGES:
        assert caught.value.message(lang)


def test_a_renamed_xls_is_read(catalog: House) -> None:
    cells = (label(0, 0, "名称"), label(0, 1, "摘要"), label(1, 0, "甲"), label(1, 1, "乙"))
    upload = sent(catalog, xls({"清单": cells}), "renamed.xlsx")
    assert not upload.sheets[0].hidden_known


def test_a_bomb_is_refused_before_it_is_unpacked(catalog: House) -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<a>" + b" " * 80_000_000)
    with pytest.raises(AtlasError) as caught:
        sent(catalog, output.getvalue())
    assert caught.value.code == "decompression-bomb"


def test_a_workbook_is_forgotten_when_its_time_is_over(catalog: House) -> None:
    upload = sent(catalog, book(("名称", "摘要"), ("甲", "乙")))
    assert workbooks.find(catalog.atlas, OPERATOR, upload.id).name == "清单.xlsx"
    before = catalog.clock.moment
    catalog.clock.moment += workbooks.KEPT + timedelta(seconds=1)
    try:
        with pytest.raises(AtlasError, match="unknown-import"):
            workbooks.find(catalog.atlas, OPERATOR, upload.id)
    finally:
        catalog.clock.moment = before
    workbooks.forget(catalog.atlas, OPERATOR, upload)
    with pytest.raises(AtlasError, match="unknown-import"):
        workbooks.find(catalog.atlas, OPERATOR, upload.id)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_offers_lists_and_help(catalog: House, lang: str) -> None:
    data = WorkbookWriter(catalog.atlas, form_rules(catalog.atlas), lang).template()  # type: ignore[arg-type]
    made = openpyxl.load_workbook(io.BytesIO(data))
    sheet = made.worksheets[0]
    assert sheet.freeze_panes == "B2"
    headings = [cell.value for cell in sheet[1]]
    usual = [one.heading(lang) for one in dataset_columns() if not one.rare and one.field]  # type: ignore[arg-type]
    assert [one for one in headings if one in usual] == usual
    assert all(sheet.cell(1, n).comment for n, text in enumerate(headings, 1) if text in usual[:5])
    assert len(sheet.data_validations.dataValidation) >= 10
    assert len(set(headings)) == len(headings)
    assert made.sheetnames[0] == (DATASETS if lang == "zh" else "Datasets")
