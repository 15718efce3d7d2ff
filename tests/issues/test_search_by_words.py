"""One-character words are found, 著 is read in its context, the nearest spelling comes first."""

from __future__ import annotations

import pytest

from search.analysis.ngrams import grams, term_tokens
from search.analysis.normalization import normal
from search.index.model import SearchDocument
from search.model import Query
from search.query.lexicon import distance
from search.service import SearchService
from search.thesaurus import Entry, Thesaurus, Word
from tests.conformance.plain_view import PlainIndex, PlainView

TITLES = (
    "桥梁基本信息", "井盖数据信息", "跨河桥一览", "古树名木名录", "药店基本信息", "供水价格",
    "停车场信息", "托育机构名录", "路灯信息", "征地青苗和地上附着物补偿标准", "著作权登记信息",
    "埇桥区学校名单", "公共厕所信息",
)  # fmt: skip
THESAURUS = Thesaurus(
    (Entry("x:care", "x:s", "", ("托育机构",), "", (Word("带孩子", "zh", "synonym", 0.9),), "f"),)
)


def doc(number: int, title: str, *places: str, **values: object) -> SearchDocument:
    return SearchDocument(
        iri=f"i:{number:03}",
        source="s",
        remote_id=str(number),
        hash=str(number),
        title=title,
        places=places,
        **values,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def answers() -> SearchService:
    documents = [doc(n, title) for n, title in enumerate(TITLES)]
    view = PlainView([*documents, doc(90, "学校", "埇桥区"), doc(91, "静安区桥梁信息", "静安区")])
    return SearchService(PlainIndex(lambda: view), lambda: THESAURUS)


def titles(answers: SearchService, text: str, **more: object) -> list[str]:
    query = Query(text, facets=False, **more)  # type: ignore[arg-type]
    return [hit.title for hit in answers.search(query).hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("桥", {"桥梁基本信息", "跨河桥一览", "静安区桥梁信息"}),
        ("井", {"井盖数据信息"}),
        ("树", {"古树名木名录"}),
        ("药", {"药店基本信息"}),
        ("水", {"供水价格"}),
        ("灯", {"路灯信息"}),
        ("厕", {"公共厕所信息"}),
        ("橋", {"桥梁基本信息", "跨河桥一览", "静安区桥梁信息"}),
    ],
)
def test_a_word_of_one_character_finds_the_words_that_have_it(
    answers: SearchService, text: str, expected: set[str]
) -> None:
    assert set(titles(answers, text)) == expected


def test_one_character_beside_a_place_is_looked_for_there(answers: SearchService) -> None:
    for text in ("静安区的桥", "静安 桥", "静安区桥"):
        assert titles(answers, text)[0] == "静安区桥梁信息", text


def test_what_stands_for_a_character_is_told(answers: SearchService) -> None:
    told = answers.search(Query("桥")).understanding
    assert told is not None
    assert told.parts[0].kind == "synonym"
    assert "桥梁" in told.parts[0].terms
    assert "埇桥" not in told.parts[0].terms, "a name of a place says nothing of bridges"


def test_every_character_of_every_title_finds_that_title() -> None:
    """Whatever the dictionary makes of it: 碳 in 碳|排放, 鹅 in 鹅|鸭, 木 in 古树名木."""
    titles_ = [
        *TITLES, "碳排放配额管理单位", "崇明区生态岛候鸟观测点", "充电桩实时状态",
        "声环境功能区监测", "古树名木登记", "地下综合管廊", "鹅鸭饲养场名单", "政务服务好差评",
        "水、气、土重点排污单位", "张江科学城企业名录", "奉贤区中医馆分布", "宝山区学校",
    ]  # fmt: skip
    documents = [doc(n, title) for n, title in enumerate(titles_)]
    view = PlainView([*documents, doc(90, "学校", "埇桥区"), doc(91, "学校", "宝山区")])
    answers = SearchService(PlainIndex(lambda: view), lambda: Thesaurus(()))
    missing = {
        (character, title)
        for title in titles_
        for character in set(title) - set("、")
        if title not in titles(answers, character, limit=100)
    }
    # Names of places say nothing of their characters where other words have these.
    places = {
        (c, t) for c, t in missing if any(c in place for place in ("埇桥区", "宝山区", "静安区"))
    }
    assert missing - places == set()


def test_what_filters_hide_is_not_taken_for_a_misspelling(answers: SearchService) -> None:
    found = answers.search(Query("停车场", filters={"theme": ("x:none",)}))
    assert (found.total, found.did_you_mean) == (0, ())


def test_one_character_that_nothing_has_finds_nothing(answers: SearchService) -> None:
    assert titles(answers, "鲸") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("附著物", "附着物"),
        ("地上附著物補償", "地上附着物补偿"),
        ("沿著河道", "沿着河道"),
        ("著火點", "着火点"),
        ("飛機著陸", "飞机着陆"),
        ("隨著", "随着"),
        ("著作權", "著作权"),
        ("著名商標", "著名商标"),
        ("顯著位置", "显著位置"),
        ("編著手冊", "编著手册"),
        ("對著作權", "对著作权"),
        ("土著", "土著"),
        ("瞭解", "了解"),
        ("瞭望塔", "瞭望塔"),
        ("隣里", "邻里"),
    ],
)
def test_characters_of_two_readings_are_read_in_their_context(text: str, expected: str) -> None:
    assert normal(text) == expected


def test_a_document_and_a_search_in_the_other_script_meet(answers: SearchService) -> None:
    assert titles(answers, "附著物") == ["征地青苗和地上附着物补偿标准"]
    assert titles(answers, "著作權") == ["著作权登记信息"]
    assert set(term_tokens("附着物")) <= set(grams("地上附著物清册").split())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("停带场", "停车场"),
        ("停场车", "停车场"),
        ("托带机构", "托育机构"),
        ("公共厕锁", "公共厕所"),
    ],
)
def test_the_nearest_spelling_is_offered_first(
    answers: SearchService, text: str, first: str
) -> None:
    result = answers.search(Query(text))
    corrected = result.understanding is not None and result.understanding.corrected
    assert corrected or (result.did_you_mean or ("",))[0] == first


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("停带场", "停车场", 1), ("停场车", "停车场", 1), ("停车", "停车场", 1),
     ("停车场", "停车场", 0), ("桥", "停车场", 3), ("", "桥梁", 2), ("ca", "abc", 3)],
)  # fmt: skip
def test_the_distance_of_two_words(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == edits
    assert distance(other, one) == edits
