"""How two datasets hang together."""

from __future__ import annotations

import pytest

from ontology.terms import VOCAB
from ontology.vocabulary import load_vocabulary
from search.index.model import SearchDocument
from search.relations.fields import KeyItemIndex, field_key
from search.relations.relate import relate

KEYS = KeyItemIndex(load_vocabulary())
CREDIT = f"{VOCAB}key-item/credit-code"


def dataset(
    n: int, title: str, publisher: str = "a", fields: str = "", text: str = ""
) -> SearchDocument:
    return SearchDocument(
        *(f"urn:{n}", "s", str(n), "", title),
        description=text,
        fields=tuple(fields.split()),
        facets={"publisher": (publisher,)},
    )


def kinds(one: SearchDocument, other: SearchDocument) -> list[str]:
    return [relation.kind for relation in relate(one, other, KEYS)]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("取水许可信息", "取水许可信息.xlsx", "replica"),
        ("取水许可信息", "取水许可信息_副本(1)", "replica"),
        ("取水许可信息", "取水许可信息接口服务", "variant"),
        ("徐汇区空气质量（2020年）", "徐汇区空气质量（2021年）", "version"),
        ("徐汇区养老机构", "长宁区养老机构", "parallel"),
    ],
)
def test_titles_tell(one: str, other: str, kind: str) -> None:
    assert kinds(dataset(1, one), dataset(2, other)) == [kind]
    assert kinds(dataset(2, other), dataset(1, one)) == [kind]


def test_another_body_publishes_a_parallel_and_no_replica() -> None:
    assert kinds(dataset(1, "养老机构"), dataset(2, "养老机构", "b")) == ["parallel"]


def test_nothing_in_common_is_no_relation_and_nothing_relates_to_itself() -> None:
    one = dataset(1, "养老机构", fields="机构名称 床位数")
    assert relate(one, dataset(2, "公园名录", fields="公园面积"), KEYS) == []
    assert relate(one, one, KEYS) == []


def test_editions_near_in_time_weigh_more() -> None:
    one = dataset(1, "就业2020年")
    near, far = dataset(2, "就业2021年"), dataset(3, "就业2010年")
    assert relate(one, near, KEYS)[0].weight > relate(one, far, KEYS)[0].weight
    evidence = relate(one, near, KEYS)[0].evidence
    assert (evidence.edition, evidence.other_edition) == ((2020,), (2021,))


def test_fields_tell_of_parts_overlaps_and_keys() -> None:
    whole = dataset(1, "甲", fields="学校名称 教职工数 校舍面积 办学类型 邮编 序号")
    part = dataset(2, "乙乙", fields="学校名称 教职工数（人） 校舍面积 办学类型")
    assert kinds(part, whole) == ["subset"]
    assert kinds(whole, part) == ["superset"]
    other = dataset(3, "丙丙", fields="学校名称 教职工数 校舍面积 食堂数 操场面积")
    (overlap,) = relate(whole, other, KEYS)
    assert overlap.kind == "schema-overlap"
    assert overlap.evidence.fields == ("学校名称", "教职工数", "校舍面积")


def test_rows_can_be_joined_by_a_key_in_other_words() -> None:
    one = dataset(1, "行政处罚", fields="社会信用代码 处罚日期")
    other = dataset(2, "企业名录", fields="统一社会信用代码 注册资本")
    (relation,) = relate(one, other, KEYS)
    assert (relation.kind, relation.evidence.key_items) == ("joinable", (CREDIT,))


def test_items_that_stand_everywhere_tell_nothing() -> None:
    assert (
        kinds(dataset(1, "甲", fields="序号 备注 名称"), dataset(2, "乙", fields="序号 备注 名称"))
        == []
    )


def test_units_and_width_do_not_part_names() -> None:
    assert field_key("占地面积(平方米)") == field_key("占地面积（亩）") == field_key("占地面積")
    assert field_key("（一）") != ""


def test_numbers_of_different_registers_join_nothing() -> None:
    fields = "证书编号 姓名"
    one, other = dataset(1, "甲证", "a", fields), dataset(2, "乙证", "b", fields)
    assert relate(one, other, KEYS) == []
    assert kinds(one, dataset(2, "乙证", "a", fields)) == ["joinable"]


def test_a_name_and_an_address_alone_join_nothing() -> None:
    one = dataset(1, "养老机构", fields="机构名称 地址 床位数")
    assert kinds(one, dataset(2, "会计师事务所", "b", fields="企业名称 注册地址 合伙人数")) == []
