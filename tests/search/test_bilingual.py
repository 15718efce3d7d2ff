"""Plain nouns in both languages: the table, forms of English names, what searches make of it."""

from __future__ import annotations

import re

import pytest

from search.analysis.normalization import normal
from search.bilingual.gloss import gloss
from search.bilingual.words import chinese_of, forms, rows
from search.index.model import SearchDocument
from search.model import Query
from search.query.word_classes import FORMS
from search.service import SearchService
from search.thesaurus import Entry, Thesaurus, Word, builtin
from tests.conformance.plain_view import PlainIndex, PlainView

TITLES = (
    "气压信息",
    "糖尿病认定机构名单",
    "垃圾车工作时间段信息",
    "生活垃圾分类信息",
    "野生动物养殖信息",
    "农药经营许可证信息",
    "道路信息",
    "环境监测信息",
)


def test_each_row_is_a_chinese_word_with_english() -> None:
    words = [row.chinese for row in rows()]
    assert len(words) == len(set(words))
    for row in rows():
        assert re.fullmatch(r"[\u3400-\u9fff0-9g]+", normal(row.chinese)), row
        assert not re.search(r"[\u3400-\u9fff~|\t]", row.gloss), row
        assert all(name == name.strip() and name for name in row.names), row


def test_no_name_of_the_table_is_a_form_of_data() -> None:
    assert not set(chinese_of()) & FORMS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("parking lots", "parking lot"),
        ("libraries", "library"),
        ("driving licences", "driving license"),
        ("health centres", "health centers"),
        ("buses", "bus"),
        ("bus", "buses"),
        ("labour disputes", "labor dispute"),
    ],
)
def test_number_and_spelling_of_a_name_vary(one: str, other: str) -> None:
    assert other in forms(one)


@pytest.mark.parametrize("name", ["gas", "glass", "AIDS", "R&D", "5G", "statistics of crises"])
def test_every_form_is_in_normal_form(name: str) -> None:
    assert all(form == normal(form) and form for form in forms(name))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("air pressure", "气压信息"),
        ("diabetes", "糖尿病认定机构名单"),
        ("garbage trucks", "垃圾车工作时间段信息"),
        ("breeding of wild animals", "野生动物养殖信息"),
        ("pesticide shop", "农药经营许可证信息"),
    ],
)
def test_english_nouns_find_chinese_titles(text: str, title: str) -> None:
    assert _service().search(Query(text)).hits[0].title == title


def test_the_label_of_a_theme_satisfies_no_word() -> None:
    themes = ("道路交通", "Roads and transport")
    service = _service(themes=themes)
    assert {hit.title for hit in service.search(Query("roads")).hits} == {"道路信息"}
    assert not service.search(Query("transport", literal=("synonym", "spelling"))).hits


def test_an_entry_of_the_thesaurus_comes_before_the_table() -> None:
    entry = Entry(
        "x:e", "x:s", "", ("静态交通",), "", (Word("parking", "en", "english", 0.9),), "f"
    )
    found = Thesaurus([entry], {"parking": ("停车",), "bus": ("公交",)})
    assert [e.terms for e in found.expansions("parking")] == [("静态交通",), ("停车",)]
    assert [e.terms for e in found.expansions("bus")] == [("公交",)]
    assert [pair.word.text for pair in found.pairs()] == ["parking"]


def test_the_table_changes_no_chinese_search() -> None:
    plain = Thesaurus(builtin().entries)
    for text in ("气压", "糖尿病认定机构", "野生动物养殖"):
        assert [m.text for m in builtin().lookup(text)] == [m.text for m in plain.lookup(text)]


def _service(**values: object) -> SearchService:
    view = PlainView(
        [
            SearchDocument(f"i:{n}", "s", str(n), str(n), title, **values)  # type: ignore[arg-type]
            for n, title in enumerate(TITLES)
        ]
    )
    return SearchService(PlainIndex(lambda: view))


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("排污许可证信息", "Pollution discharge permits information"),
        ("威远县气压信息", "Weiyuan County air pressure information"),
        ("滁州市琅琊区图书馆", "Chuzhou Langya District libraries"),
        ("居民消费价格指数（2016年）", "Consumer price index (2016)"),
        ("卫生机构、床位、人员数", "Health institutions, beds, personnel number"),
        ("開放時間", "Opening hours"),
        ("联系电话", "Telephone"),
        ("浦东新区停车场", "Pudong New Area parking lots"),
    ],
)
def test_titles_and_data_items_are_glossed(chinese: str, english: str) -> None:
    assert gloss(chinese) == english


@pytest.mark.parametrize("text", ["", "parking lots", "岘墉漪", "好充食", "　", "停" * 500, "???"])
def test_what_is_not_known_is_not_glossed(text: str) -> None:
    assert gloss(text) == ""


def test_unknown_characters_stay_among_known_words() -> None:
    assert gloss("行政处罚榫信息") == "Administrative penalties 榫 information"
