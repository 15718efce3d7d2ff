"""A sample's file: the same bytes by the same seed, no cell of a person, no small group."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_service.samples.making import MOST_GROUPS, make_sample
from catalog_service.samples.model import Made, Plan
from harvesters.limits import DEFAULT
from harvesters.privacy.table_cells import is_personal
from harvesters.readers.data_rows import data_rows
from harvesters.readers.files import Input
from ontology.errors import AtlasError
from tests.fixtures.sheets import workbook

HEADER = ["编号", "区", "车型", "里程", "备注", "联系电话", "联系人"]
PLANTED = (
    "请找李四 13912345678",
    "身份证号310101199001011234",
    "zhangsan@qq.com",
    "微信号：abc12345",
    "家庭住址：南京东路100号5室",
)


def table(rows: list[list[str]], header: list[str] = HEADER) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def made_from(content: bytes, plan: Plan) -> Made:
    with data_rows(Input("x.csv", content=content), DEFAULT) as opened:
        return make_sample(opened, plan)


def read(made: Made) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def whole() -> bytes:
    chance = random.Random(7)
    rows = []
    for number in range(1, 1_001):
        district = "崇明区" if number <= 3 else chance.choice(["浦东新区", "徐汇区", "静安区"])
        note = chance.choice(PLANTED) if number % 10 == 0 else chance.choice(["正常", "", "检修"])
        phone = f"138{chance.randrange(10**7, 10**8)}" if number % 5 else "021-62345678"
        rows.append(
            [
                f"P{number:05d}",
                district,
                chance.choice("AB"),
                str(round(chance.expovariate(0.1), 2)),
                note,
                phone,
                chance.choice(["张三", "李小明", "王芳"]),
            ]
        )
    return table(rows)


def test_the_same_seed_gives_the_same_bytes(whole: bytes) -> None:
    plan = Plan(200, "42", ("区",), (), 5)
    first = made_from(whole, plan)
    assert made_from(whole, plan) == first
    assert made_from(whole, Plan(200, "43", ("区",), (), 5)).content != first.content
    assert first.content.startswith("\ufeff编号,区".encode())
    assert (first.report.rows, first.report.whole_rows) == (200, 1_000)


def test_a_workbook_gives_the_bytes_of_its_csv(whole: bytes) -> None:
    rows = list(csv.reader(io.StringIO(whole.decode())))
    book = workbook(*(tuple(row) for row in rows[:201]))
    plan = Plan(50, "1", ("区",))
    with data_rows(Input("x.xlsx", content=book), DEFAULT) as opened:
        from_book = make_sample(opened, plan)
    assert from_book == made_from(table(rows[1:201]), plan)


def test_no_cell_of_a_person_is_in_the_file(whole: bytes) -> None:
    made = made_from(whole, Plan(1_000, "42"))
    text = made.content.decode()
    for planted in (
        "李四",
        "13912345678",
        "310101199001011234",
        "zhangsan",
        "abc12345",
        "100号5室",
    ):
        assert planted not in text
    for row in read(made):
        for heading, cell in row.items():
            assert not is_personal((heading,), cell)
        # A column that is mostly of persons is left out as a whole, with what was not recognized.
        assert (row["联系电话"], row["联系人"]) == ("", "")
    columns = {one.name: one for one in made.report.columns}
    assert columns["备注"].left_out == 100
    assert columns["联系人"].kind == "personal"
    assert not columns["联系人"].bins
    told = [one.label for column in made.report.columns for one in column.bins]
    assert not any(is_personal((), label) for label in told)


def test_strata_keep_their_shares_and_small_groups_are_left_out(whole: bytes) -> None:
    made = made_from(whole, Plan(100, "42", ("区",), (), 5))
    districts = [row["区"] for row in read(made)]
    assert "崇明区" not in made.content.decode()
    assert (made.report.suppressed_groups, made.report.suppressed_rows) == (1, 3)
    assert made.report.groups == 4
    column = next(one for one in made.report.columns if one.name == "区")
    for one in column.bins:
        assert one.sample == pytest.approx(one.whole, abs=0.02)
    assert len(districts) == 100
    assert "崇明区" not in [one.label for one in column.bins]
    # Drawn without a smallest group they are there.
    assert "崇明区" in made_from(whole, Plan(1_000, "42", ("区",))).content.decode()


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("甲乙丙"), st.sampled_from("男女"), st.sampled_from("123")),
        min_size=10,
        max_size=80,
    ),
    smallest=st.integers(1, 8),
    seed=st.text(max_size=5),
)
@settings(max_examples=40)
def test_no_group_below_the_smallest_gives_a_row(
    rows: list[tuple[str, str, str]], smallest: int, seed: str
) -> None:
    header = ["街道", "性别", "年龄段"]
    content = table([list(row) for row in rows], header)
    plan = Plan(40, seed, ("街道",), ("性别", "年龄段"), smallest)
    try:
        made = made_from(content, plan)
    except AtlasError as error:
        assert error.code == "sample-empty"
        assert all(rows.count(row) < smallest for row in rows)
        return
    drawn = [tuple(row.values()) for row in read(made)]
    assert all(rows.count(row) >= smallest for row in drawn)  # type: ignore[arg-type]
    kept = sum(rows.count(row) >= smallest for row in rows)
    assert len(drawn) == min(40, kept)
    assert made.report.suppressed_rows == len(rows) - kept
    assert made_from(content, plan) == made


def test_no_cell_is_run_as_a_formula_and_numbers_stay() -> None:
    rows = [["=1+1", "-5", "+3.5", "@x"] for _ in range(10)]
    made = made_from(table(rows, ["甲", "乙", "丙", "丁"]), Plan(10, "1"))
    assert list(read(made)[0].values()) == ["'=1+1", "-5", "+3.5", "'@x"]


@pytest.mark.parametrize(
    ("header", "plan", "code"),
    [
        (["甲", "乙"], Plan(10, "1", ("丙",)), "sample-column"),
        (["甲", "甲"], Plan(10, "1"), "sample-header"),
        (["甲", ""], Plan(10, "1"), "sample-header"),
        (["甲", "13812345678"], Plan(10, "1"), "sample-header"),
        (["甲", "乙"], Plan(9, "1"), "sample-too-large"),
        (["甲", "乙"], Plan(10**9, "1"), "sample-too-large"),
        (["甲", "乙"], Plan(10, "1", ("甲",), (), 100), "sample-empty"),
    ],
    ids=["column", "twice", "unnamed", "person", "small", "large", "empty"],
)
def test_what_cannot_be_drawn_is_told(header: list[str], plan: Plan, code: str) -> None:
    with pytest.raises(AtlasError) as caught:
        made_from(table([["a", "b"]] * 20, header), plan)
    assert caught.value.code == code


def test_groups_are_bounded() -> None:
    rows = [[str(number), "x"] for number in range(MOST_GROUPS + 1)]
    with pytest.raises(AtlasError) as caught:
        made_from(table(rows, ["甲", "乙"]), Plan(10, "1", ("甲",)))
    assert caught.value.code == "sample-groups"
