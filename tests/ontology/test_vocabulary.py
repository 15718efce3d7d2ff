"""Each spelling that platforms.md names, and what must never be guessed."""

from __future__ import annotations

from typing import get_args

import pytest

from ontology.terms import VOCAB
from ontology.vocabulary import Known, Scheme, Unknown, load_vocabulary

VOCABULARY = load_vocabulary()


def meaning(scheme: Scheme, text: str) -> str:
    found = VOCABULARY.find(scheme, text)
    if isinstance(found, Known):
        return found.concept.notation + (f" {found.interval}" if found.interval else "")
    return f"?{found.reason}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("无条件开放", "unconditional"),
        ("无条件开发", "unconditional"),
        ("無條件開放", "unconditional"),
        (" 无条件 开放 ", "unconditional"),
        ("公开", "unconditional"),
        ("普遍开放", "unconditional"),
        ("普通公开", "unconditional"),
        ("普通公开，简单注册用户可下载", "unconditional"),
        ("普通公开,简单注册用户可下载", "unconditional"),
        ("有条件开放", "conditional"),
        ("有条件开发", "conditional"),
        ("依申请公开", "conditional"),
        ("依申请开放", "conditional"),
        ("实名注册用户可下载", "conditional"),
        ("非开放", "none"),
        ("不予开放", "none"),
        ("http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC", "none"),
        ("无条件共享", "?other-scheme"),
        ("安全开放", "?not-in-scheme"),
        ("无条件", "?not-in-scheme"),
        ("有条件", "?not-in-scheme"),
        ("无", "?not-in-scheme"),
        ("None", "?not-in-scheme"),
        ("none", "?not-in-scheme"),
        ("", "?not-in-scheme"),
        ("1", "?bare-code"),
        ("2", "?bare-code"),
        ("３", "?bare-code"),
        ("01", "?bare-code"),
        ("A", "?bare-code"),
        ("无条件开放吗", "?unexplained"),
    ],
)
def test_open_type(text: str, expected: str) -> None:
    assert meaning("open-type", text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "eu"),
    [
        ("实时", "continuous", "UPDATE_CONT"),
        ("即时", "continuous", "UPDATE_CONT"),
        ("每日", "daily", "DAILY"),
        ("每天", "daily", "DAILY"),
        ("每周", "weekly", "WEEKLY"),
        ("每月", "monthly", "MONTHLY"),
        ("每季度", "quarterly", "QUARTERLY"),
        ("季度", "quarterly", "QUARTERLY"),
        ("每半年", "semiannual", "ANNUAL_2"),
        ("每年", "annual", "ANNUAL"),
        ("‘每年’", "annual", "ANNUAL"),
        ("年", "annual", "ANNUAL"),
        ("按年更新", "annual", "ANNUAL"),
        ("按年", "annual", "ANNUAL"),
        ("每两年", "biennial", "BIENNIAL"),
        ("不定期", "irregular", "IRREG"),
        ("不更新", "never", "NEVER"),
        ("其他", "other", "OTHER"),
        ("自定义", "other", "OTHER"),
    ],
)
def test_frequency_and_its_eu_concept(text: str, expected: str, eu: str) -> None:
    found = VOCABULARY.find("frequency", text)
    assert isinstance(found, Known)
    assert (found.concept.notation, found.interval) == (expected, None)
    authority = f"http://publications.europa.eu/resource/authority/frequency/{eu}"
    assert authority in VOCABULARY.matches(found.concept.iri)["exactMatch"]
    assert VOCABULARY.find("frequency", authority) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每 2 日", "other P2D"),
        ("每 121 日", "other P121D"),
        ("每2天", "other P2D"),
        ("每 3 月", "quarterly"),
        ("每三个月", "quarterly"),
        ("每 4 个月", "other P4M"),
        ("每 1 年", "annual"),
        ("每4年", "other P4Y"),
        ("每十五日", "other P15D"),
        ("每二十天", "other P20D"),
        ("每３周", "other P21D"),
        ("四年一次", "other P4Y"),
        ("每两周", "biweekly"),
        ("每 30 日", "other P30D"),
        ("每2小时", "other PT2H"),
        ("每5分钟", "other PT5M"),
        ("每 0 日", "?unexplained"),
        ("每十十天", "?unexplained"),
        ("3月", "?unexplained"),
        ("2023年", "?unexplained"),
        ("每 null null", "?not-in-scheme"),
        ("牲畜饲养", "?not-in-scheme"),
    ],
)
def test_intervals(text: str, expected: str) -> None:
    assert meaning("frequency", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("['xls','api']", ["xls", "?delivery-mode/api"]),
        ("[xml,xls,csv,json]", ["xml", "xls", "csv", "json"]),
        ('["rdf", "rdf", "csv"]', ["rdf", "csv"]),
        ("EXCEL,DOC", ["excel", "doc"]),
        ("csv、json", ["csv", "json"]),
        ("RDF/XML", ["rdfxml"]),
        ("xls/csv", ["xls", "csv"]),
        (["DOCX", "$type"], ["docx", "?"]),
        ("['']", ["?"]),
        (["pdf", None], ["pdf"]),
        ("[]", []),
        ("", []),
        (None, []),
        ("DB数据库", ["?delivery-mode/database"]),
        ("kingbasees", ["?delivery-mode/database"]),
        ("mysql", ["?delivery-mode/database"]),
        ("oracle", ["?delivery-mode/database"]),
        ("sqlserver", ["?delivery-mode/database"]),
        ("http", ["?delivery-mode/api"]),
        ("file", ["?delivery-mode/file"]),
        ("access", ["mdb"]),
        ("表格", ["?"]),
        ("[et]", ["et"]),
        ("word", ["word"]),
        (".SHP", ["shp"]),
        ("text/csv", ["csv"]),
        (7, ["?"]),
    ],
)
def test_formats_in_lists(text: object, expected: list[str]) -> None:
    found = VOCABULARY.find_all("format", text)
    assert [
        f.concept.notation if isinstance(f, Known) else "?" + (f.means or "").removeprefix(VOCAB)
        for f in found
    ] == expected


def test_separators_inside_a_label_do_not_split_it() -> None:
    themes = VOCABULARY.find_all("national-theme", "文化、卫生、体育,民政、社区")
    assert [t.concept.zh for t in themes if isinstance(t, Known)] == [
        "文化、卫生、体育",
        "民政、社区",
    ]
    unknown = VOCABULARY.find_all("industry", "甲、乙和丙业")
    assert unknown == [Unknown("甲、乙和丙业", "unexplained")]


def test_domains_have_two_versions_that_are_mapped() -> None:
    today = (
        "经济建设 资源环境 教育科技 道路交通 社会发展 公共安全 "
        "文化休闲 卫生健康 民生服务 机构团体 城市建设 信用服务"
    )
    assert [c.zh for c in VOCABULARY.concepts("domain")] == today.split()
    assert [c.notation for c in VOCABULARY.concepts("domain")] == [str(n) for n in range(1, 13)]
    old = (
        "经济发展 公共服务 文化娱乐 卫生健康 交通服务 能源与环境 "
        "教育科技 公共安全 法律服务 金融服务 政府服务"
    )
    for label in old.split():
        found = VOCABULARY.find("domain-2014", label)
        assert isinstance(found, Known)
        assert VOCABULARY.matches(found.concept.iri)
    assert meaning("domain", "3") == "?bare-code"
    assert VOCABULARY.find("domain", "法律服务") == Unknown(
        "法律服务",
        "other-scheme",
        "A domain of the 2014 list, not one of today’s twelve.",
        VOCAB + "domain-2014/legal-services",
    )


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("industry", "S.公共管理、社会保障和社会组织", "S"),
        ("industry", "公共管理、社会保障和社会组织", "S"),
        ("industry", "信息传揄、软件和信息技术服务业", "I"),
        ("industry", "机构团体", "?other-scheme"),
        ("industry", "S", "?bare-code"),
        ("scenario", "社区周边生活服务", "community-life"),
        ("scenario", "就医与保健", "health-care"),
        ("scenario", "政府办事", "government-affairs"),
        ("scenario", "其他", "other"),
        ("national-theme", "综合类", "general"),
        ("national-theme", "财政", "finance"),
        ("resource-type", "数据产品", "data-product"),
        ("resource-type", "数据接口", "data-interface"),
        ("sharing-type", "无条件共享", "unconditional"),
        ("sharing-type", "有条件开放", "?other-scheme"),
        ("delivery-mode", "隐私计算", "privacy-preserving"),
        ("library", "综合库", "comprehensive"),
        ("library", "专题库", "special-topic"),
        ("resource-class", "自然资源和空间地理", "basic-geography"),
        ("resource-class", "应急维稳", "thematic-emergency-stability"),
        ("sensitivity", "商业秘密", "trade-secret"),
        ("conditional-reason", "时效性较强", "high-timeliness"),
        ("quality-dimension", "及时性", "timeliness"),
        ("security-level", "重要数据", "important"),
        ("place", "浦东新区", "310115"),
        ("place", "上海市静安区", "310106"),
        ("place", "310115", "310115"),
        ("place", "南京东路街道", "310101002"),
        ("place", "31", "?bare-code"),
    ],
)
def test_the_other_schemes(scheme: Scheme, text: str, expected: str) -> None:
    assert meaning(scheme, text) == expected


def test_the_classification_table_is_empty_until_the_operator_fills_it() -> None:
    assert VOCABULARY.concepts("classification-level") == []
    assert meaning("classification-level", "A") == "?bare-code"
    assert VOCABULARY.schemes()["classification-level"] == "0.0.0"


def test_every_scheme_of_the_contract_is_shipped() -> None:
    assert set(VOCABULARY.schemes()) == set(get_args(Scheme))


def test_bodies_that_ended_are_found_and_lead_to_those_of_today() -> None:
    def today(text: str) -> list[str]:
        found = VOCABULARY.organization(text)
        assert isinstance(found, Known), text
        return [c.zh for c in VOCABULARY.current(found.concept.iri)]

    assert today("市食品药品监督管理局") == ["上海市市场监督管理局", "上海市药品监督管理局"]
    assert today("市工商局") == ["上海市市场监督管理局"]
    assert today("市质监局") == ["上海市市场监督管理局"]
    assert today("上海市卫生和计划生育委员会") == ["上海市卫生健康委员会"]
    assert today("市新闻出版局") == ["中共上海市委宣传部"]
    assert today("上海银监局") == ["国家金融监督管理总局上海监管局"]
    assert today("闸北区人民政府") == ["上海市静安区人民政府"]
    assert today("市统计局") == ["上海市统计局"]
    ended = VOCABULARY.find("place", "310108")
    assert isinstance(ended, Known)
    assert [c.zh for c in VOCABULARY.successors(ended.concept.iri)] == ["静安区"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("市经济信息化委", "上海市经济和信息化委员会"),
        ("市政府办公厅", "上海市人民政府办公厅"),
        ("市大数据中心", "上海市大数据中心"),
        ("市数据中心", "上海市大数据中心"),
        ("市地方金融监管局", "上海市地方金融监督管理局"),
        ("市卫生健康委", "上海市卫生健康委员会"),
        ("市疾控中心", "上海市疾病预防控制中心"),
        ("市交通委", "上海市交通委员会"),
        ("市商务委", "上海市商务委员会"),
        ("上海海关", "上海海关"),
        ("市文化旅游局", "上海市文化和旅游局"),
        ("市市场监管局", "上海市市场监督管理局"),
        ("市住房城乡建设管理委", "上海市住房和城乡建设管理委员会"),
        ("市公安局", "上海市公安局"),
        ("市民政局", "上海市民政局"),
        ("市水务局", "上海市水务局"),
        ("市农业农村委", "上海市农业农村委员会"),
        ("市農村農業委", "上海市农业农村委员会"),
        ("市绿化市容局", "上海市绿化和市容管理局"),
        ("市綠化市容局", "上海市绿化和市容管理局"),
        ("市教委", "上海市教育委员会"),
        ("市财政局", "上海市财政局"),
        ("市司法局", "上海市司法局"),
        ("市规划资源局", "上海市规划和自然资源局"),
        ("市生态环境局", "上海市生态环境局"),
        ("市发展改革委", "上海市发展和改革委员会"),
        ("市统计局", "上海市统计局"),
        ("市审计局", "上海市审计局"),
        ("市委网信办", "中共上海市委网络安全和信息化委员会办公室"),
        ("人民銀行上??偛?", "中国人民银行上海总部"),
        ("上海银保监局", "中国银行保险监督管理委员会上海监管局"),
        ("浦东新区人民政府", "上海市浦东新区人民政府"),
        ("徐汇区", "上海市徐汇区人民政府"),
    ],
)
def test_departments_of_the_policy_texts(text: str, name: str) -> None:
    found = VOCABULARY.organization(text)
    assert isinstance(found, Known)
    assert found.concept.zh == name


def test_another_citys_office_is_not_taken_for_shanghais() -> None:
    for text in ("市统计局", "普陀区人民政府", "团市委"):
        assert isinstance(VOCABULARY.organization(text), Known)
        elsewhere = VOCABULARY.organization(text, local=False)
        assert isinstance(elsewhere, Unknown)
        assert elsewhere.text == text
    assert isinstance(VOCABULARY.organization("上海市统计局", local=False), Known)
    assert isinstance(VOCABULARY.find("place", "普陀区", local=False), Unknown)
    assert isinstance(VOCABULARY.find("place", "上海市普陀区", local=False), Known)
    assert isinstance(VOCABULARY.find("place", "310107", local=False), Known)
    assert isinstance(VOCABULARY.find("open-type", "公开", local=False), Known)


def test_name_plates_within_brackets_are_not_split_off() -> None:
    text = "六安市裕安区科学技术局（区地震局、区知识产权局）"
    assert VOCABULARY.find_all("organization", text, local=False) == [Unknown(text, "unexplained")]
    twice = VOCABULARY.find_all("organization", "甲局（乙局、丙局），丁局", local=False)
    assert [f.text for f in twice if isinstance(f, Unknown)] == ["甲局（乙局、丙局）", "丁局"]
    broken = VOCABULARY.find_all("organization", "甲局（乙局、丙局", local=False)
    assert [f.text for f in broken if isinstance(f, Unknown)] == ["甲局（乙局", "丙局"]


def test_joint_providers_are_split() -> None:
    found = VOCABULARY.find_all("organization", "市食品药品监督管理局、市消防局、市某某局")
    assert [f.concept.zh if isinstance(f, Known) else f.text for f in found] == [
        "上海市食品药品监督管理局",
        "上海市消防局",
        "市某某局",
    ]


@pytest.mark.parametrize(
    ("scheme", "text", "notation"),
    [
        ("open-type", "unconditional", "unconditional"),
        ("open-type", "Conditional", "conditional"),
        ("open-type", "open-type/none", "none"),
        ("frequency", "monthly", "monthly"),
        ("frequency", "frequency/semiannual", "semiannual"),
        ("domain", "domain/4", "4"),
        ("industry", "industry/A", "A"),
        ("organization", "organization/audit", "audit"),
        ("security-level", "general", "general"),
    ],
)
def test_notations_are_understood(scheme: Scheme, text: str, notation: str) -> None:
    found = load_vocabulary().find(scheme, text)
    assert isinstance(found, Known)
    assert found.concept.notation == notation


@pytest.mark.parametrize(
    ("scheme", "text"),
    [("domain", "4"), ("industry", "a"), ("organization", "audit"), ("open-type", "none")],
)
def test_notations_that_mean_something_else_too_are_not(scheme: Scheme, text: str) -> None:
    assert isinstance(load_vocabulary().find(scheme, text), Unknown)
