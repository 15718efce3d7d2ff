"""Lists as workbooks: given out, edited, and taken back as exactly what was edited."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from catalog_service.open_list.differences import diff
from catalog_service.open_list.exchange.columns import KEY
from catalog_service.open_list.exchange.merging import merged, resolve
from catalog_service.open_list.exchange.model import RowChange, SentList, cell_of
from catalog_service.open_list.exchange.rows import rows_of
from catalog_service.open_list.exchange.sheets import read_sent
from catalog_service.open_list.exchange.writing import ListWriter
from catalog_service.open_list.model import COLUMNS, OPEN_TYPES, Content, ListItem
from harvesters.readers.workbook_tables import column_letters
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from ontology.vocabulary import load_vocabulary
from translations import LANGUAGES

TRANSPORT = f"{VOCAB}organization/transport"
FIELDS = tuple(COLUMNS)

# What cells must keep as it is: formulas, escapes, numbers and dates as texts, lines, marks.
AWKWARD = (
    *("=1+1", "+86", "-", "@x", "_x0041_", "0012", "2024-01-02", "1.50", "TRUE", "#N/A", "'引号"),
    *("一行\n又一行", "“引号”", "a<b>&c", "每日", "𠮷野家", "x" * 300, "a_x000D_b"),
)
TEXTS = st.sampled_from(AWKWARD) | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cn")), max_size=12
)


def book_of(content: Content, lang: Any = "zh") -> bytes:
    return ListWriter(load_vocabulary(), lang).workbook(
        content, TRANSPORT, 2026, "上海市交通委员会"
    )


def edited(body: bytes, change: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(body))
    change(book.worksheets[0])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def changes_of(
    body: bytes, base: Content, theirs: Content | None = None
) -> tuple[SentList, list[RowChange], list[AtlasError]]:
    titles = {one.title for one in base.items.values()}
    sent = SentList.from_json(read_sent("list.xlsx", body, titles).as_json())
    assert sent.base == base.hash
    rows = rows_of(sent, base, "upload")
    problems = [one for row in rows for one in row.problems]
    is_whole = not sent.hidden_rows and not problems
    return sent, merged(base, theirs or base, rows, is_whole=is_whole), problems


def item(number: int, **values: str) -> ListItem:
    return ListItem(f"city/{number}", f"数据集{number}", **values)


THREE = Content.of([item(n, open_type="无条件开放", frequency="每日") for n in range(3)])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_that_nobody_edited_changes_nothing(lang: str) -> None:
    items = [
        ListItem(f"k/{n}", f"标题{n}", note=text, description=text, scope=text)
        for n, text in enumerate(AWKWARD)
    ]
    content = Content.of([*items, ListItem("k/long", "长", description="长" * 40_000)])
    sent, changes, problems = changes_of(book_of(content, lang), content)
    assert (changes, problems) == ([], [])
    assert (sent.organization, sent.year) == (TRANSPORT, "2026")
    assert not sent.other_sheets
    assert not sent.not_taken


def test_it_opens_as_people_expect() -> None:
    book = openpyxl.load_workbook(io.BytesIO(book_of(THREE)))
    assert book.sheetnames == ["开放清单", "说明", "取值"]
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:-1] == [zh for zh, _ in COLUMNS.values()]
    assert sheet.freeze_panes == "B2"
    offered = {one.sqref: one.formula1 for one in sheet.data_validations.dataValidation}
    assert len(offered) == 4
    (required,) = [cell for cell in sheet[1] if cell.value == "开放类型"]
    assert required.comment is not None
    types = [cell.value for cell in book["取值"]["A"]]
    assert [one for one in types if one] == list(OPEN_TYPES)


def _items() -> st.SearchStrategy[list[dict[str, str]]]:
    of_one = st.fixed_dictionaries(
        {"open_type": st.sampled_from(("", *OPEN_TYPES))},
        optional=dict.fromkeys(("content", "conditions", "note", "frequency"), TEXTS),
    )
    return st.lists(of_one, min_size=1, max_size=4)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(("set", "delete", "add")),
        st.integers(0, 9),
        st.sampled_from([one for one in FIELDS if one not in ("title", "open_type")]),
        TEXTS,
    ),
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(_items(), EDITS)
def test_exactly_the_edits_come_back(
    items: list[dict[str, str]], edits: list[tuple[str, int, str, str]]
) -> None:
    base = Content.of(item(n, **values) for n, values in enumerate(items))
    wanted: dict[str, dict[str, str]] = {
        key: {field: getattr(one, field) for field in FIELDS} for key, one in base.items.items()
    }
    added: list[dict[str, str]] = []

    def change(sheet: Worksheet) -> None:
        keys = [str(row[-1].value) for row in sheet.iter_rows(min_row=2)]
        for kind, number, field, text in edits:
            if kind == "add":
                fresh = {"title": f"新增{len(added)}", field: cell_of(text)}
                added.append(fresh)
                # Below all rows that there were: none is made of another by it.
                row = len(items) + 1 + len(added)
                for name, value in fresh.items():
                    _type(sheet, row, FIELDS.index(name) + 1, value)
                continue
            key = keys[number % len(keys)]
            row = keys.index(key) + 2
            if kind == "delete":
                for column in range(1, len(FIELDS) + 2):
                    sheet.cell(row, column).value = None
                wanted.pop(key, None)
            elif key in wanted:
                _type(sheet, row, FIELDS.index(field) + 1, cell_of(text))
                if cell_of(text) != cell_of(wanted[key][field]):
                    wanted[key][field] = cell_of(text)

    _, changes, problems = changes_of(edited(book_of(base), change), base)
    assert not problems
    resolved = [resolve(one, {}) for one in changes]
    after = {**base.items}
    new = []
    for one in resolved:
        assert one is not None
        if one.after is None:
            del after[one.key]
        elif one.before is None:
            new.append({f: getattr(one.after, f) for f in FIELDS if getattr(one.after, f)})
        else:
            after[one.key] = one.after
    expected = {key: ListItem(key, **values) for key, values in wanted.items()}
    assert diff(Content(after), Content(expected)) == frozenset()
    assert new == [{f: v for f, v in one.items() if v} for one in added]


def _type(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """As people type into a cell that is formatted as text."""
    cell = sheet.cell(row, column)
    cell.value = text.replace("_x", "_x005F_x") if "_x" in text else text
    cell.data_type = "s"


def test_rows_in_another_order_are_the_same_items() -> None:
    def change(sheet: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=4)]
        for number, values in enumerate(reversed(rows), start=2):
            for column, value in enumerate(values, start=1):
                sheet.cell(number, column).value = value

    assert changes_of(edited(book_of(THREE), change), THREE)[1] == []


def _problem(change: Callable[[Worksheet], None]) -> list[tuple[str, str]]:
    _, changes, problems = changes_of(edited(book_of(THREE), change), THREE)
    assert all(one.state != "removed" for one in changes)
    return [(one.kind.code, one.message("zh")) for one in problems]


def _at(row: int, field: str) -> str:
    return f"{column_letters(FIELDS.index(field))}{row}"


def put(row: int, field: str, value: Any) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[_at(row, field)].value = value
        sheet[_at(row, field)].number_format = "General"

    return change


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (put(2, "note", "=A2&A3"), "open-list-cell-formula", _at(2, "note")),
        (put(3, "open_type", "随便"), "open-list-cell-open-type", _at(3, "open_type")),
        (put(4, "title", None), "open-list-row-title", "4"),
        (
            lambda sheet: sheet.merge_cells(f"{_at(2, 'description')}:{_at(2, 'content')}"),
            "open-list-cell-merged",
            f"{_at(2, 'description')}:{_at(2, 'content')}",
        ),
        (
            lambda sheet: setattr(sheet.cell(3, len(FIELDS) + 1), "value", "city/77"),
            "open-list-row-key",
            "city/77",
        ),
        (
            lambda sheet: setattr(sheet.cell(3, len(FIELDS) + 1), "value", "city/0"),
            "open-list-row-repeated",
            "3",
        ),
    ],
    ids=["formula", "open-type", "title", "merged", "key", "repeated"],
)
def test_what_is_wrong_is_told_at_its_cell(
    change: Callable[[Worksheet], None], code: str, told: str
) -> None:
    (found,) = _problem(change)
    assert found[0] == code
    assert told in found[1]


def test_a_date_is_no_text() -> None:
    def change(sheet: Worksheet) -> None:
        from datetime import date

        cell = sheet[_at(2, "frequency")]
        cell.value, cell.number_format = date(2026, 3, 4), "yyyy-mm-dd"

    (found,) = _problem(change)
    assert found[0] == "open-list-cell-date"
    assert "2026-03-04" in found[1]


def test_hidden_rows_are_not_removed() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet[_at(2, "note")].value = "改"

    sent, changes, _ = changes_of(edited(book_of(THREE), change), THREE)
    assert sent.hidden_rows == (3,)
    assert [(one.state, one.key) for one in changes] == [("changed", "city/0")]


def test_merged_rows_have_the_value_of_the_first() -> None:
    def change(sheet: Worksheet) -> None:
        sheet[_at(2, "note")].value = "合并"
        sheet.merge_cells(f"{_at(2, 'note')}:{_at(3, 'note')}")

    sent, changes, _ = changes_of(edited(book_of(THREE), change), THREE)
    assert sent.merged == 1
    assert [one.here.note for one in changes] == ["合并", "合并"]


class TestMeanwhile:
    """What the list became after the workbook was given out."""

    @pytest.fixture
    def body(self) -> bytes:
        def change(sheet: Worksheet) -> None:
            sheet[_at(2, "note")].value = "我的"
            sheet[_at(3, "note")].value = "我的"
            for column in range(1, len(FIELDS) + 2):
                sheet.cell(4, column).value = None

        return edited(book_of(THREE), change)

    def content(self, *items: ListItem) -> Content:
        return Content.of(items)

    def test_other_cells_stay_as_others_wrote_them(self, body: bytes) -> None:
        zero, one, two = THREE.items.values()
        theirs = self.content(_with(zero, scope="他们的"), _with(one, note="我的"), two)
        _, changes, _ = changes_of(body, THREE, theirs)
        assert [(c.state, c.key) for c in changes] == [
            ("removed", "city/2"),
            ("changed", "city/0"),
        ]
        assert changes[1].after == _with(zero, scope="他们的", note="我的")

    def test_the_same_cell_is_chosen_about(self, body: bytes) -> None:
        zero, one, two = THREE.items.values()
        theirs = self.content(_with(zero, note="他们的"), one, two)
        _, changes, _ = changes_of(body, THREE, theirs)
        (conflict,) = [c for c in changes if c.state == "conflict"]
        assert conflict.units == ("note",)
        with pytest.raises(AtlasError, match="nothing was written"):
            resolve(conflict, {})
        assert resolve(conflict, {"note": "theirs"}) is None
        mine = resolve(conflict, {"note": "mine"})
        assert mine is not None
        assert mine.after == _with(zero, note="我的")

    def test_what_was_removed_on_one_side_is_chosen_about(self, body: bytes) -> None:
        _, one, two = THREE.items.values()
        theirs = self.content(one, _with(two, note="他们的"))
        _, changes, _ = changes_of(body, THREE, theirs)
        found = {c.key: c for c in changes if c.state == "conflict"}
        assert {key: c.units for key, c in found.items()} == {
            "city/0": ("item",),
            "city/2": ("item",),
        }
        assert resolve(found["city/2"], {"item": "theirs"}) is None
        again = resolve(found["city/0"], {"item": "mine"})
        assert again is not None
        assert again.after is not None
        assert again.after.note == "我的"


def _with(one: ListItem, **values: str) -> ListItem:
    from dataclasses import replace

    return replace(one, **values)


def test_a_list_of_ones_own_is_told_apart_by_names() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2026年开放清单"])
    sheet.append(["序号", "数据名称", "更新频率"])
    sheet.append([1, "数据集0", "每月"])
    sheet.append([2, "数据集9", "每日"])
    output = io.BytesIO()
    book.save(output)
    sent = read_sent("own.xlsx", output.getvalue())
    assert (sent.base, KEY in sent.fields, sent.not_taken) == ("", False, ("序号",))
    rows = rows_of(sent, THREE, "upload")
    changes = merged(THREE, THREE, rows)
    assert [(one.state, one.here.title) for one in changes] == [
        ("removed", "数据集1"),
        ("removed", "数据集2"),
        ("changed", "数据集0"),
        ("new", "数据集9"),
    ]


SIDE = {
    "total": ("合计", "总 计", "小计：2", "Total"),
    "note": (
        "备注：以上数据按季度更新",
        "注：1.不含涉密数据",
        "说明1：",
        "填报说明：见附件",
        "Note: x",
    ),
    "signature": (
        *("填报人：张三", "填表人:李四", "审核人", "联系电话：021-12345678", "部门负责人签字："),
        *(
            "填报单位（盖章）：上海市交通委员会",
            "填报日期：2026年5月",
            "制表：张三",
            "主要负责人（签字）：",
        ),
        *("联系人：张三   电话：123", "单位（盖章）", "Prepared by: x", "负责人"),
    ),
}


@pytest.mark.parametrize(
    ("text", "why"), [(one, why) for why, all_ in SIDE.items() for one in all_]
)
def test_signatures_notes_and_totals_are_no_items(text: str, why: str) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(6, 1).value = text
        sheet.merge_cells("A6:F6")
        sheet.cell(7, 1).value = text
        sheet.cell(7, 3).value = "张三"

    sent, changes, problems = changes_of(edited(book_of(THREE), change), THREE)
    assert (changes, problems) == ([], [])
    assert [(one.number, one.why) for one in sent.aside] == [(6, why), (7, why)]
    if why == "signature":
        # Neither told nor kept.
        assert "张三" not in sent.as_json().decode()


@pytest.mark.parametrize(
    "title",
    [
        *(
            "合计用电量",
            "备注信息",
            "联系电话号码归属地",
            "审核人员名录",
            "注册企业名录",
            "填报单位名录",
        ),
        *(
            "说明书目录",
            "负责人信息：企业",
            "总计划",
            "日期表",
            "签名墙",
            "Total water use",
            "电话亭",
        ),
    ],
)
def test_names_of_datasets_are_no_signatures(title: str) -> None:
    _, changes, problems = changes_of(
        edited(book_of(THREE), lambda sheet: _type(sheet, 6, 1, title)), THREE
    )
    assert [(one.state, one.here.title) for one in changes] == [("new", title)]
    assert problems == []


def test_a_row_with_a_key_or_an_open_type_is_an_item() -> None:
    def change(sheet: Worksheet) -> None:
        _type(sheet, 2, 1, "合计")
        _type(sheet, 6, 1, "备注：目录")
        _type(sheet, 6, FIELDS.index("open_type") + 1, "无条件开放")

    sent, changes, _ = changes_of(edited(book_of(THREE), change), THREE)
    assert sent.aside == ()
    assert [(one.state, one.here.title) for one in changes] == [
        ("changed", "合计"),
        ("new", "备注：目录"),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ("编制", "市编办", "有条件", "每年"),
        ("联系方式", "市交委", "无条件", "每月"),
        ("主管部门", "市交委", "", "每月", "公交"),
        ("说明：线路", "市交委", "", "每月", "公交"),
    ],
)
def test_an_item_with_a_fault_is_told_and_not_left_out(cells: tuple[str, ...]) -> None:
    named = dict(zip(("title", "provider", "open_type", "frequency", "note"), cells, strict=False))

    def change(sheet: Worksheet) -> None:
        for field, text in named.items():
            _type(sheet, 6, FIELDS.index(field) + 1, text)

    sent, changes, problems = changes_of(edited(book_of(THREE), change), THREE)
    assert sent.aside == ()
    wrong = ["open-list-cell-open-type"] if named["open_type"] else []
    assert [one.code for one in problems] == wrong
    assert [one.here.title for one in changes] == ([] if wrong else [cells[0]])


def test_an_item_of_the_list_is_one_whatever_it_is_called() -> None:
    listed = Content.of([*THREE.items.values(), ListItem("transport/X", "主管部门")])

    def change(sheet: Worksheet) -> None:
        for line in range(2, 2 + len(listed.items)):
            if sheet.cell(line, 1).value == "主管部门":
                sheet.cell(line, sheet.max_column).value = None

    _, changes, problems = changes_of(edited(book_of(listed), change), listed)
    assert (changes, problems) == ([], [])


def test_labels_with_their_values_are_a_signature() -> None:
    def change(sheet: Worksheet) -> None:
        for at, text in enumerate(("填表人", "张三", "科室：信息科", "电话", "62345678"), 1):
            sheet.cell(6, at).value = text

    sent, changes, problems = changes_of(edited(book_of(THREE), change), THREE)
    assert (changes, problems) == ([], [])
    assert [(one.why, one.text) for one in sent.aside] == [("signature", "填表人 电话")]


def test_titles_above_and_headings_once_more_are_left_out() -> None:
    def change(sheet: Worksheet) -> None:
        headings = [cell.value for cell in sheet[1]]
        sheet.append([])
        sheet.append(headings)
        sheet.insert_rows(1, 2)
        sheet["A1"].value = "2026年公共数据开放清单"
        sheet["A2"].value = "填报单位：上海市交通委员会"

    sent, changes, problems = changes_of(edited(book_of(THREE), change), THREE)
    assert (changes, problems) == ([], [])
    found = [(one.text[:7], one.why) for one in sent.aside]
    assert found[:2] == [("2026年公共", "above"), ("填报单位", "above")]
    assert [why for _, why in found[2:]] == ["headings"]


def test_all_faults_of_a_row_are_told_at_once() -> None:
    def change(sheet: Worksheet) -> None:
        for field, value in (("title", None), ("open_type", "公开"), ("note", "=1+1")):
            sheet.cell(2, FIELDS.index(field) + 1).value = value
        sheet.cell(2, FIELDS.index("frequency") + 1).value = date(2026, 5, 1)

    _, changes, problems = changes_of(edited(book_of(THREE), change), THREE)
    assert changes == []
    assert [one.code for one in problems] == [
        "open-list-cell-date",
        "open-list-cell-formula",
        "open-list-row-title",
        "open-list-cell-open-type",
    ]


@pytest.fixture
def no_list() -> Iterator[bytes]:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["甲", "乙"])
    output = io.BytesIO()
    book.save(output)
    yield output.getvalue()


def test_what_is_no_list_is_refused(no_list: bytes) -> None:
    with pytest.raises(AtlasError) as told:
        read_sent("x.xlsx", no_list)
    assert told.value.kind.code == "open-list-workbook-headings"
    with pytest.raises(AtlasError) as told:
        read_sent("x.xlsx", b"a,b\n1,2\n")
    assert told.value.kind.code == "no-workbook"
