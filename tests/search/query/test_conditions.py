"""What a text excludes, in which form it wants data, and of what time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.periods import period_named
from search.analysis.places import Gazetteer, gazetteer, vocabulary_places
from search.query.exclusions import asked_exclusions
from search.query.formats import asked_forms
from search.query.model import ParsedQuery
from search.query.parse import parse_query
from search.query.periods import asked_period
from search.thesaurus import Thesaurus

TODAY = date(2023, 6, 30)
PLACES = {"泸州市": 9, "内江市": 8, "德阳市": 7}


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    return gazetteer(PLACES, vocabulary_places())


def parse(text: str, places: Gazetteer, *literal: str) -> ParsedQuery:
    return parse_query(text, Thesaurus(()), places, TODAY, literal)


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("小学名单 不要接口", "接口"),
        ("养老机构 除泸州以外", "泸州"),
        ("药店 除了内江", "内江"),
        ("行政处罚 不含泸州和内江", "泸州 内江"),
        ("不在泸州的律师事务所", "泸州"),
        ("非泸州的养殖场", "泸州"),
        ("泸州除外的养殖场", "泸州"),
        ("没有接口的医院", "接口"),
        ("幼儿园 不要民办的", "民办"),
        ("加油站名单，不要统计数据", "统计"),
        ("消防检查，除了接口服务之外", "接口服务"),
        ("图书馆 -接口", "接口"),
        ("不要接口医院", "接口"),
        ("hospitals not in neijiang", "内江"),
        ("kindergartens without api", "api"),
        ("parks except luzhou", "泸州"),
        ("hotels, no csv", "csv"),
        ("除和平区以外的养老机构", "和平区"),
        ("养老机构 不含呼和浩特", "呼和浩特"),
        ("裁判文书 不要和解协议", "和解协议"),
    ],
)
def test_what_is_not_wanted_is_left_out(text: str, left_out: str, places: Gazetteer) -> None:
    (found,) = asked_exclusions(text, places, None)
    assert found.terms == tuple(left_out.split())
    assert not found.condition.holds
    parsed = parse(text, places)
    looked_for = {term.text for term in parsed.query_terms} | {p.name for p in parsed.places}
    assert looked_for
    assert looked_for.isdisjoint(left_out.split())


@pytest.mark.parametrize(
    "text",
    [
        *("不动产登记", "非机动车登记", "未成年人保护", "不合格食品", "除四害", "除雪"),
        *("隐患排除信息", "清除了垃圾", "要不要办证", "没有父母的孩子", "不在编人员"),
        *("不要接口", "without api", "2018 -2019", "covid-19", "not", "是不是"),
    ],
)
def test_a_negation_within_a_word_excludes_nothing(text: str, places: Gazetteer) -> None:
    assert not list(asked_exclusions(text, places, None))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("能下载excel的幼儿园名单", "xls xlsx excel et"),
        ("公交线路 csv", "csv"),
        ("停车场 csv或json", "csv json"),
        ("带接口的停车场数据", "api"),
        ("能调接口的驾校信息", "api"),
        ("parking lots with api", "api"),
        ("schools in excel", "xls xlsx excel et"),
        ("machine-readable budgets", "csv json xml xls xlsx excel rdf"),
        ("公积金 word文档", "doc docx word"),
        ("快递网点 能直接下载的", "file"),
        ("无条件开放的养老机构", "unconditional"),
        ("不用申请的低保数据", "unconditional"),
        ("需要申请才能用的医院数据", "conditional"),
    ],
)
def test_forms_are_wishes_and_no_words(text: str, terms: str, places: Gazetteer) -> None:
    assert {one.terms for one in asked_forms(text)} == {tuple(terms.split())}
    parsed = parse(text, places)
    assert parsed.conditions
    assert parsed.query_terms
    assert not set(terms.split()) & {term.text for term in parsed.query_terms}


@pytest.mark.parametrize(
    "text", ["接口人名单", "需要审批的事项", "有毒有害气体", "行政许可", "machine_readable 名单"]
)
def test_words_that_merely_look_like_forms_stay_words(text: str) -> None:
    assert not list(asked_forms(text))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020年以来幼儿园", "2020-01-01", "9999-12-31"),
        ("二〇一九年以来财政收入", "2019-01-01", "9999-12-31"),
        ("2018年之前的工业", "1900-01-01", "2017-12-31"),
        ("2017到2019年 小学", "2017-01-01", "2019-12-31"),
        ("2018-2019 存贷款", "2018-01-01", "2019-12-31"),
        ("2021年上半年施工许可", "2021-01-01", "2021-06-30"),
        ("2021年二季度竣工", "2021-04-01", "2021-06-30"),
        ("2020年前三季度", "2020-01-01", "2020-09-30"),
        ("2022年1月至7月进出口", "2022-01-01", "2022-07-31"),
        ("去年的物价", "2022-01-01", "2022-12-31"),
        ("去年下半年物价", "2022-07-01", "2022-12-31"),
        ("前年收入", "2021-01-01", "2021-12-31"),
        ("近三年房价", "2020-01-01", "2023-06-30"),
        ("上半年房价", "2023-01-01", "2023-06-30"),
        ("下半年房价", "2022-07-01", "2022-12-31"),
        ("上个月空气质量", "2023-05-01", "2023-05-31"),
        ("十三五期间床位", "2016-01-01", "2020-12-31"),
        ("gdp since 2019", "2019-01-01", "9999-12-31"),
        ("gdp between 2018 and 2020", "2018-01-01", "2020-12-31"),
        ("gdp before 2019", "1900-01-01", "2018-12-31"),
        ("last year prices", "2022-01-01", "2022-12-31"),
        ("last 3 years budget", "2020-01-01", "2023-06-30"),
        ("last seven years budget", "2016-01-01", "2023-06-30"),
        ("2020年起重新登记的企业", "2020-01-01", "9999-12-31"),
        ("2020年前的企业", "1900-01-01", "2019-12-31"),
    ],
)
def test_times_are_days(text: str, first: str, last: str, places: Gazetteer) -> None:
    time = parse(text, places).time
    assert time is not None
    assert (time.days.first.isoformat(), time.days.last.isoformat()) == (first, last)
    assert parse(text, places, "time").time is None


@pytest.mark.parametrize(
    "text",
    [
        *("2016年末总人口", "2022年", "以前年度结转", "附近三年级", "2018年后备干部"),
        *("60岁以上年龄", "2021年起重机械检验", "2021年起征点", "2021年前期物业"),
        *("2021年前锋区学校", "2021年前十企业"),
    ],
)
def test_a_single_year_and_what_is_no_time(text: str) -> None:
    assert asked_period(text, TODAY) is None


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("池州市2015—2021年销售费用", "2015-01-01 2021-12-31"),
        ("2021年第二季度竣工备案", "2021-04-01 2021-06-30"),
        ("污染源监测报告2018年下半年", "2018-07-01 2018-12-31"),
        ("2022年1-7月份进出口情况", "2022-01-01 2022-07-31"),
        ("存贷款2001年1月至2019年9月", "2001-01-01 2019-09-30"),
        ("统计局2017_文化馆（2016年）", "2016-01-01 2016-12-31"),
        ("监测2020-09-22.xls", "2020-09-01 2020-09-30"),
        ("2018 3A景区", "2018-01-01 2018-12-31"),
        ("停车场信息", ""),
    ],
)
def test_titles_name_their_period(title: str, period: str) -> None:
    found = period_named(title)
    assert ("" if found is None else f"{found.first} {found.last}") == period


def test_each_condition_can_be_taken_for_words(places: Gazetteer) -> None:
    text = "停车场 csv 无条件开放 不含泸州 2021年以来"
    parsed = parse(text, places)
    assert [one.kind for one in parsed.conditions] == ["exclusion", "openness", "format"]
    assert parsed.time is not None
    for kind in ("exclusion", "openness", "format"):
        assert kind not in {one.kind for one in parse(text, places, kind).conditions}


_PIECES = (
    *("不要", "除", "以外", "非", "接口", "api", "csv", "machine", "readable", "machine.readable"),
    *("能下载", "无条件开放", "2021", "年", "以来", "前", "起", "上半年", "近", "三", "last"),
    *(
        "years",
        "not",
        "in",
        "from",
        "和",
        "或",
        "的",
        "上海",
        "学校",
        "多少",
        "_",
        ".",
        "-",
        " ",
        "\ud800",
    ),
)


@given(st.lists(st.sampled_from(_PIECES), max_size=10).map("".join))
def test_no_text_is_an_error(text: str) -> None:
    places = gazetteer(PLACES, vocabulary_places())
    parse_query(text, Thesaurus(()), places, TODAY)
