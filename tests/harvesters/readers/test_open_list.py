from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from harvesters.readers.formats import open_reader
from harvesters.readers.remote_ids import identity_digest
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary
from tests.harvesters.conftest import BASE, Result, collect

Read = Callable[..., Result]

OLD = "编号,提供部门,数据项名称,数据项描述,数据项内容（包括但不仅限于）,领域\n"
NINE = (
    "序号",
    "数据集名称",
    "公共数据开放主体名称",
    "更新频率",
    "开放属性",
    "数据格式",
    "数据集领域",
)
NINE += ("数据项", "数据摘要")
ROW = [
    "1",
    "学校名录",
    "市教委",
    "每年",
    "无条件开放",
    "xls,csv",
    "教育科技",
    "名称、地址",
    "全市学校",
]


def nine(*rows: list[str], title: str = "") -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    if title:
        writer.writerow([title])
        writer.writerow([])
    writer.writerow(NINE)
    writer.writerows(rows)
    return out.getvalue()


def test_the_real_list_of_2014(shared_data: Path, vocabulary: Vocabulary) -> None:
    path = shared_data / "shanghai" / "open_list_2014.csv"
    result = collect(open_reader(path, source="sh2014", base_iri=BASE, vocabulary=vocabulary))
    assert (len(result.mapped), result.errors) == (190, [])
    publishers = [len(result.lines("dc/terms/publisher", n)) for n in range(190)]
    assert min(publishers) == 1
    joint = [count for count in publishers if count > 1]
    assert len(joint) == 9
    assert set(joint) <= {2, 3}
    # Every department of 2014 is a concept: none had to be minted.
    assert "/id/organization/" not in result.text
    assert "unmappedValue" not in result.text
    assert result.text.count('listYear> "2014"^^') == 190
    assert all(item.remote_id.isdigit() for item in result.incoming)


def test_rows_become_records_after_the_profile(read: Read) -> None:
    result = read(
        OLD + "7,市教委、市体育局,体育场馆,全市场馆,名称、地址（区、街道）、电话等,公共服务\n",
        "l.csv",
    )
    record = result.mapped[0].record
    assert record.iri == f"{BASE}/id/dataset/s/7"
    assert len(result.lines("dc/terms/publisher")) == 2
    titles = [line.split('"')[1] for line in result.lines("csvw#title")]
    assert titles == ["名称", "地址（区、街道）", "电话"]
    assert result.lines("#list-item> <http://purl.org/dc/terms/identifier>") == [
        f'<{record.iri}#list-item> <http://purl.org/dc/terms/identifier> "7" .'
    ]
    assert result.lines("domain-2014/")


def test_columns_added_to_a_known_list_are_read(read: Read) -> None:
    head = OLD.rstrip("\n") + ",开放类型,更新频率,开放范围,主题\n"
    row = "7,市教委,体育场馆,全市场馆,名称、地址,公共服务,无条件开放,每年,全市,教育科技\n"
    result = read(head + row, "l.csv")
    assert result.lines("accessRights> <https://w3id.org/shdata/vocab/open-type/unconditional>")
    assert result.lines("accrualPeriodicity") and result.lines('openScope> "全市"')
    assert result.lines("domain-2014/")
    assert result.text.count('listYear> "2014"^^') == 1
    assert not [one for one in result.mapped[0].warnings if one.code == "unknown-column"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_separators_give_the_same(read: Read, encoding: str, delimiter: str) -> None:
    text = OLD + "7,市教委,体育场馆,全市场馆,名称、地址,公共服务\n"
    plain = read(text, "l.csv")
    other = read(text.replace(",", delimiter).encode(encoding), "l.csv", format="open-list")
    assert other.errors == []
    assert other.text == plain.text
    assert other.incoming[0].fingerprint == plain.incoming[0].fingerprint


def test_a_header_below_title_rows_gives_the_year(read: Read) -> None:
    result = read(nine(ROW, title="上海市2023年度公共数据开放清单"), "list.csv")
    assert result.errors == []
    assert result.lines('listYear> "2023"')
    assert len(result.lines("dcat#distribution")) == 2
    assert result.lines("accessRights> <https://w3id.org/shdata/vocab/open-type/unconditional>")
    assert result.lines("organization/education")


def test_without_codes_the_first_provider_and_the_title_identify(read: Read) -> None:
    first = read(nine(ROW), "a.csv").incoming[0].remote_id
    moved = read(nine(["9", "其他", *ROW[2:]], ["2", *ROW[1:]]), "a.csv").incoming[1].remote_id
    assert first == moved == identity_digest("市教委", "学校名录")


def test_columns_in_any_order_and_under_other_names(read: Read) -> None:
    order = list(range(9))
    random.Random(7).shuffle(order)
    shuffled = "\n".join(",".join(f'"{row[i]}"' for i in order) for row in (list(NINE), ROW))
    assert (
        read(shuffled, "a.csv").mapped[0].record.hash
        == read(nine(ROW), "a.csv").mapped[0].record.hash
    )
    other = read("资源名称,数源单位,更新周期 *,开放条件\n学校,市教委,每季度,需申请\n", "b.csv")
    assert other.lines("frequency/quarterly")
    assert other.lines("odrl/2/hasPolicy")


def test_the_same_in_a_workbook(read: Read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2023年清单"])
    sheet.append(list(NINE))
    sheet.append(["1.0", *ROW[1:]])
    notes = book.create_sheet("说明")
    notes.append(["填表说明"])
    out = io.BytesIO()
    book.save(out)
    result = read(out.getvalue(), "list.xlsx")
    plain = read(nine(ROW, title="2023年"), "list.csv")
    assert result.errors == []
    assert result.text == plain.text
    assert str(result.incoming[0].place) == "list.xlsx[Sheet]:3"


def test_broken_rows_are_named_and_the_rest_goes_on(read: Read) -> None:
    content = (
        (OLD + "1,市教委,一,描述,名称,公共服务\n").encode()
        + b"2,\xff\xfe,x,x,x,x\n"
        + '3,市教委,三,描述,名称,公共服务,多余\n4,市教委,,,,\n5,"市教委,五,描述\n'.encode()
        + "6,市教委,六,描述,名称,公共服务\n".encode()
    )
    result = read(content, "rows.csv")
    assert dict(zip(result.codes, result.places, strict=True)) == {
        "wrong-encoding": "rows.csv:3:3",
        "row-too-long": "rows.csv:4:7",
        "no-title": "rows.csv:5",
        "unclosed-quote": "rows.csv:6:2",
    }
    assert [m.record.remote_id for m in result.mapped] == ["1", "6"]


def test_an_identifier_twice_with_other_content(read: Read) -> None:
    row = "1,市教委,一,描述,名称,公共服务\n"
    result = read(OLD + row + row + row.replace("描述", "别的"), "d.csv")
    assert [item.remote_id for item in result.incoming] == ["1", "1"]
    assert result.incoming[0].fingerprint == result.incoming[1].fingerprint
    assert result.codes == ["duplicate-identifier"]
    assert "d.csv:4" in result.places[0]
    assert "d.csv:2" in result.errors[0].message("en")
    assert "d.csv:2" in result.errors[0].message("zh")


def test_a_missing_header_names_what_was_found(read: Read) -> None:
    with pytest.raises(AtlasError) as caught:
        read("甲,乙,丙\n1,2,3\n", "h.csv")
    assert caught.value.code == "header-missing"
    assert "甲、乙、丙" in caught.value.message("zh")
    assert "数据集名称" in caught.value.message("en")


def test_bytes_that_no_encoding_explains(read: Read) -> None:
    with pytest.raises(AtlasError) as caught:
        read("numéro,département\n1,2\n".encode("latin-1"), "w.csv")
    assert caught.value.code == "wrong-encoding"
    assert str(caught.value.place) == "w.csv:1:4"


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("市教委、市体育局", 2),
        ("市教委/市体育局；市公安局", 3),
        ("文化、卫生处", 1),
        ("某某（一、二）中心", 1),
        ("市财政局，市税务局", 2),
    ],
)
def test_several_providers_in_one_cell(read: Read, cell: str, count: int) -> None:
    result = read(f'{OLD}1,"{cell}",一,描述,名称,公共服务\n', "p.csv")
    assert len(result.lines("dc/terms/publisher")) == count


def row(number: int) -> str:
    return f"{number},市教委,项{number},描述,名称,公共服务\n"


@pytest.mark.parametrize(
    ("broken", "column"),
    [
        ('2,市教委,项2,描述,名称,"公共服务\n', 6),
        ('2,"市教委,项2,描述,名称,公共服务\n', 2),
        ('2,市教委,项2,"描述,名称,公共服务\n', 4),
    ],
)
@pytest.mark.parametrize("below", [row(3) + row(4), row(3) + '4,"市教委",项4,描述,名称,公共服务\n'])
def test_an_unclosed_quote_costs_its_own_row_only(
    read: Read, broken: str, column: int, below: str
) -> None:
    result = read(OLD + row(1) + broken + below, "q.csv")
    assert (result.codes, result.places) == (["unclosed-quote"], [f"q.csv:3:{column}"])
    assert [m.record.remote_id for m in result.mapped] == ["1", "3", "4"]


def test_a_quote_closed_far_below_is_told_where_it_opens(read: Read) -> None:
    swallowed = "".join(map(row, range(3, 9)))
    result = read(f'{OLD}{row(1)}2,市教委,项2,描述,名称,"公\n{swallowed}"\n', "q.csv")
    assert result.places[0] == "q.csv:3:6"
    assert [m.record.remote_id for m in result.mapped] == ["1", *map(str, range(3, 9))]


@pytest.mark.parametrize(
    "cell", ["描\n述", "一,二,三,四,五,六\n述", '他说""好""\n再见', "\n".join("甲乙丙丁戊己庚辛")]
)
def test_line_breaks_in_a_cell_are_no_fault(read: Read, cell: str) -> None:
    result = read(f'{OLD}{row(1)}2,市教委,项2,"{cell}",名称,公共服务\n{row(3)}', "q.csv")
    assert result.errors == []
    assert [m.record.remote_id for m in result.mapped] == ["1", "2", "3"]


def test_an_unknown_column_is_told_once(read: Read) -> None:
    head = "资源名称,数源单位,更新周期,序号,保密级别,更新频次说明\n"
    result = read(f"{head}学校,市教委,每季度,1,内部,x\n医院,市教委,每季度,2,内部,y\n", "u.csv")
    told = [[w.code for w in m.warnings] for m in result.mapped]
    assert told == [["unknown-column"] * 2, []]
    first = result.mapped[0].warnings[0]
    assert str(first.place) == "u.csv:1:5"
    assert "保密级别" in first.message("zh")
    assert "synonyms" in first.message("en")
    assert "安全级别" in first.message("zh")
    (other,) = read("名称,单位,qqq\n学校,市教委,x\n", "v.csv").mapped[0].warnings
    assert "数据集名称、数据摘要" in other.message("zh"), "nothing is like it: the usual ones"


def test_the_known_lists_have_no_unknown_column(read: Read, shared_data: Path) -> None:
    content = (shared_data / "shanghai" / "open_list_2014.csv").read_bytes()
    assert [w.code for m in read(content, "l.csv").mapped for w in m.warnings] == []
    assert [w.code for m in read(nine(ROW), "n.csv").mapped for w in m.warnings] == []


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("上海市统汁局", "上海市统计局"),
        ("上海市统局", "上海市统计局"),
        ("上海市统计计局", "上海市统计局"),
        ("上海市统计局", None),
        ("上海市某某研究院", None),
        ("某某公司", None),
    ],
)
def test_a_publisher_one_character_from_a_known_one(
    read: Read, name: str, near: str | None
) -> None:
    result = read(f"{OLD}1,{name},一,描述,名称,公共服务\n", "p.csv")
    assert result.lines("dc/terms/publisher")
    warnings = result.mapped[0].warnings
    assert [w.code for w in warnings] == (["near-publisher"] if near else [])
    assert near is None or near in warnings[0].message("en")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_that_are_no_items_are_left_out_and_told_without_persons(
    read: Read, ending: str
) -> None:
    rows = [
        ["名称", "提供单位", "开放类型"],
        ["学校名录", "市教委", "无条件开放"],
        ["名称", "提供单位", "开放类型"],
        ["体育场馆", "市体育局", "无条件开放"],
        ["合计", "2", ""],
        ["备注：按季度更新", "", ""],
        ["填报人：张三", "审核人：李四", ""],
        ["填报人 张三", "", ""],
        ["", "填报人：张三", ""],
        ["合计", "市教委", "无条件开放"],
    ]
    if ending == "csv":
        body = "\n".join(",".join(row) for row in rows).encode()
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        output = io.BytesIO()
        book.save(output)
        body = output.getvalue()
    result = read(body, f"l.{ending}")
    assert (len(result.mapped), result.codes) == (3, [])
    told = [one for m in result.mapped for one in m.warnings if one.code == "row-left-out"]
    assert [(one.place and one.place.line, one.codes["why"]) for one in told] == [
        (3, "headings"),
        (5, "total"),
        (6, "note"),
        (7, "signature"),
        (8, "signature"),
        (9, "signature"),
    ]
    said = "".join(
        one.message(lang) for m in result.mapped for one in m.warnings for lang in ("zh", "en")
    )
    assert not any(name in said + result.text for name in ("张三", "李四"))


@pytest.mark.parametrize("faulty", [3, 1_500])
def test_rows_that_cannot_be_read_come_in_their_turn(read: Read, faulty: int) -> None:
    rows = ["名称,提供单位,开放类型", "学校名录,市教委,无条件开放"]
    rows += [",市教委,无条件开放"] * faulty
    rows += ["填报人：张三,审核人：李四,", "体育场馆,市体育局,无条件开放"]
    result = read("\n".join(rows), "l.csv")
    assert result.codes == ["no-identity"] * faulty
    told = [[one.code for one in m.warnings] for m in result.mapped]
    # An item waits for so many rows at most: the next one tells of what is left out after them.
    assert told == ([["row-left-out"], []] if faulty < 1_000 else [[], ["row-left-out"]])
