"""`profile.md` is complete: every property of datasets, every label of the platforms."""

from __future__ import annotations

import re

import pytest

from ontology.ontology import ONTOLOGY_FILE, load_ontology
from ontology.terms import DCAT, PREFIXES
from ontology.vocabulary import Scheme

PROFILE = ONTOLOGY_FILE.with_name("profile.md").read_text("utf-8")

# The labels of the city platform's pages and lists, and of the open lists; see the profile's
# table, which says where each goes.
LABELS = [
    "摘要", "数据标签", "关键词", "更新频率", "国家主题分类", "数据量（条）", "数据大小",
    "首次发布日期", "更新日期", "空间范围", "时间范围", "联系方式", "最新数据集", "开放条件",
    "开放条件补充", "数据协议", "数据来源部门", "访问次数", "下载次数", "调用次数", "数据样例",
    "数据集推荐", "用户评分及评论", "收藏", "订阅", "纠错", "分享", "应用场景", "数据领域",
    "资源类型", "开放属性", "数据部门", "综合评分", "是否高质量", "appScenarios", "dataDomain",
    "openResType", "openType", "orgId", "generalScore", "isHighQuality", "datasetId",
    "datasetName", "dataset_name", "open_list_abstract", "data_label", "data_domain",
    "cou_theme_cls", "create_date", "update_date", "open_rate", "org_name", "open_type",
    "contact_way", "docType", "name", "path", "file_type", "updateDate", "resId", "resName",
    "公共数据开放主体名称", "数据格式", "数据集领域", "数据集名称", "数据项", "数据摘要",
    "序号", "编号", "提供部门", "数据项名称", "数据项描述", "数据项内容（包括但不仅限于）",
    "领域",
]  # fmt: skip


def rows() -> list[tuple[set[str], list[str]]]:
    table = PROFILE.split("## Every label of the platform", 1)[1].split("\n## ", 1)[0]
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and "`" in cells[2]:
            labels = {re.sub(r" \(2014\)$", "", label.strip()) for label in cells[0].split(",")}
            found.append((labels, re.findall(r"`(\w+:\w+)`", cells[2])))
    return found


@pytest.mark.parametrize("label", LABELS)
def test_every_label_of_the_platforms_has_a_term(label: str) -> None:
    assert any(label in labels and terms for labels, terms in rows())


def test_the_terms_of_the_table_exist_and_stand_in_the_shape() -> None:
    shape = PROFILE.split("## Every label of the platform", 1)[0]
    for _, terms in rows():
        for term in terms:
            prefix, name = term.split(":")
            assert prefix in PREFIXES
            assert re.search(rf"{term}\b", shape), term
            if prefix == "shd":
                assert name in load_ontology().terms


def test_every_prefix_in_the_profile_is_known() -> None:
    used = set(re.findall(r"`(\w+):\w", PROFILE))
    assert used - set(PREFIXES) == set()


def test_every_scheme_in_the_profile_is_a_scheme() -> None:
    named = set(re.findall(r"`vocab:([a-z0-9-]+)", PROFILE))
    assert named
    assert named - set(Scheme.__args__) == set()


@pytest.mark.parametrize(
    "name",
    [t.name for t in load_ontology().terms.values() if t.domain == (DCAT.Dataset,)],
)
def test_every_property_of_datasets_stands_in_the_shape(name: str) -> None:
    shape = PROFILE.split("## Every label of the platform", 1)[0]
    assert f"`shd:{name}`" in shape
