"""Searches as people type them, over a plain view: what is understood, found first, and shown."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from search.analysis.normalization import normal
from search.analysis.places import Gazetteer, gazetteer
from search.background_cache import THREAD
from search.index.model import SearchDocument
from search.model import Query, Result
from search.query.parse import parse_query
from search.query.place_names import named_places
from search.service import SearchService
from search.thesaurus import Entry, Thesaurus, Word
from tests.conformance.plain_view import PlainIndex, PlainView

ENTRIES = (
    Entry(
        "x:care",
        "x:s",
        "",
        ("养老机构", "养老服务机构"),
        "nursing homes",
        (Word("养老院", "zh", "synonym", 0.9),),
        "f",
    ),
    Entry("x:express", "x:s", "", ("快递网点",), "", (Word("拿快递", "zh", "synonym", 0.9),), "f"),
    Entry("x:lamp", "x:s", "", ("路灯",), "street lights", (), "f"),
)
THESAURUS = Thesaurus(ENTRIES)


def doc(number: int, title: str, place: str = "", **values: object) -> SearchDocument:
    return SearchDocument(
        iri=f"i:{number:03}",
        source="s",
        remote_id=str(number),
        hash=str(number),
        title=title,
        places=(place,) if place else (),
        **values,  # type: ignore[arg-type]
    )


DOCUMENTS = [
    doc(1, "养老机构名录", "泸州市", fields=("名称", "地址", "联系电话")),
    doc(2, "养老机构行政处罚信息", "泸州市"),
    doc(3, "养老机构基本信息", "内江市"),
    doc(4, "养老保险参保人数", "内江市"),
    doc(5, "快递网点信息", "泸州市"),
    doc(6, "污水处理厂名单", "内江市"),
    doc(7, "污水处理厂名单接口服务", "内江市"),
    doc(8, "饮用水保护区", "内江市"),
    doc(9, "水土保持方案审批", "内江市"),
    doc(10, "路灯信息", "内江市"),
    doc(11, "路灯开关时间列表", "内江市"),
    doc(12, "交通事故情况（2020年）", "内江市"),
    doc(13, "交通事故情况（2021年）", "内江市"),
    doc(14, "食品抽检合格信息", "内江市"),
    doc(15, "食品抽检不合格信息", "内江市"),
    doc(16, "营山县农村公路", "南充市", publishers=("营山县政府办",)),
    doc(17, "农村公路", "泸州市"),
    doc(18, "营山县农村公路查询服务", "南充市", publishers=("营山县政府办",)),
    *(doc(n, f"污水监测点{n}", "德阳市") for n in range(30, 45)),
    *(doc(n, f"营山县学校{n}", "南充市", publishers=("营山县政府办",)) for n in range(50, 53)),
]


@pytest.fixture(scope="module")
def answers() -> SearchService:
    view = PlainView(DOCUMENTS)
    return SearchService(PlainIndex(lambda: view), lambda: THESAURUS)


def first(result: Result) -> str:
    return result.hits[0].title if result.hits else ""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("养老院", "养老机构名录"),
        ("養老院", "养老机构名录"),
        ("yanglaoyuan", "养老机构名录"),
        ("nursing homes", "养老机构名录"),
        ("内江的养老院有哪些", "养老机构基本信息"),
        ("neijiang yanglaojigou", "养老机构基本信息"),
        ("养老jigou", "养老机构名录"),
        ("内江污水chulichang", "污水处理厂名单"),
        ("wushui处理厂名单", "污水处理厂名单"),
        ("带联系电话的养老院", "养老机构名录"),
        ("去哪里拿快递", "快递网点信息"),
        ("污水处里厂", "污水处理厂名单"),
        ("污水处理厂", "污水处理厂名单"),
        ("路灯几点亮", "路灯开关时间列表"),
        ("2020年交通事故", "交通事故情况（2020年）"),
        ("2021年交通事故", "交通事故情况（2021年）"),
        ("最新交通事故情况", "交通事故情况（2021年）"),
        ("食品抽检不合格", "食品抽检不合格信息"),
        ("营山农村公路", "营山县农村公路"),
        ("nursng homes", "养老机构名录"),
        ("street lihgts", "路灯信息"),
        ("nursing hmoes in Neijiang city", "养老机构基本信息"),
        ("where are nursing homes in Neijiang", "养老机构基本信息"),
    ],
)
def test_what_people_type_finds_what_they_mean(
    answers: SearchService, text: str, title: str
) -> None:
    assert first(answers.search(Query(text))) == title


@pytest.mark.parametrize(
    ("text", "written", "name"),
    [
        ("pudong", "pudong", "浦东新区"),
        ("nursing homes in Pudong New Area", "pudong new area", "浦东新区"),
        ("浦东新区养老院", "浦东新区", "浦东新区"),
        ("Jing'an District", "jing'an district", "静安区"),
        ("崇明养老院", "崇明", "崇明"),
        ("Neijiang city street lights", "neijiang city", "内江"),
    ],
)
def test_places_are_known_without_data_and_in_english(
    answers: SearchService, text: str, written: str, name: str
) -> None:
    told = answers.search(Query(text)).understanding
    assert told is not None
    places = [part for part in told.parts if part.kind == "place"]
    assert [(part.text, part.terms) for part in places] == [(written, (name,))]
    assert "area" not in {part.text for part in told.parts}


def test_a_rank_said_in_english_tells_a_place_from_a_word() -> None:
    places = gazetteer({"南部县": 3, "威远县": 2, "利州区": 1})
    for text, name in (
        ("Nanbu County schools", "南部县"),
        ("Weiyuan County", "威远"),
        ("schools in weiyuan", "威远"),
    ):
        assert [found for _, _, found in named_places(normal(text), places, [])] == [name]
    assert not list(named_places("nanbu schools", places, [])), "the southern part of anything"


def test_what_english_words_are_is_left_alone(answers: SearchService) -> None:
    for text in ("nursing homes", "bus", "zzzzzz", "pm2.5"):
        told = answers.search(Query(text)).understanding
        assert told is not None
        assert (told.corrected, told.text) == (False, text)


def test_how_many_asks_for_a_number_wherever_it_stands() -> None:
    places = Gazetteer({}, {})
    for text in ("有多少小学", "小学多少所", "小学有几所", "how many 小学"):
        assert parse_query(text, THESAURUS, places, date(2023, 6, 30)).statistic, text
    for text in ("小学", "路灯几点亮", "公车花了多少钱"):
        assert not parse_query(text, THESAURUS, places, date(2023, 6, 30)).statistic, text


def test_a_pair_of_characters_across_words_is_no_word(answers: SearchService) -> None:
    assert "饮用水保护区" not in [hit.title for hit in answers.search(Query("水保")).hits]


def test_each_understanding_can_be_switched_off(answers: SearchService) -> None:
    assert answers.search(Query("养老院", literal=("synonym", "spelling"))).total == 0
    assert answers.search(Query("污水处里厂")).understanding is not None
    corrected = answers.search(Query("污水处里厂")).understanding
    assert corrected is not None
    assert (corrected.corrected, corrected.text) == (True, "污水处理厂")
    literal = answers.search(Query("污水处里厂", literal=("spelling",))).understanding
    assert literal is not None
    assert not literal.corrected
    place = answers.search(Query("营山农村公路", literal=("place",))).understanding
    assert place is not None
    assert "place" not in {part.kind for part in place.parts}
    year = answers.search(Query("2020年交通事故", literal=("year",))).understanding
    assert year is not None
    assert "year" not in {part.kind for part in year.parts}
    filler = answers.search(Query("养老院名录", literal=("filler",))).understanding
    assert filler is not None
    assert "filler" not in {part.kind for part in filler.parts}


def test_how_the_words_were_read_is_told(answers: SearchService) -> None:
    told = answers.search(Query("内江带地址的养老院有哪些")).understanding
    assert told is not None
    kinds = {part.kind: part for part in told.parts}
    assert kinds["place"].terms == ("内江",)
    assert kinds["field"].text == "地址"
    assert "养老机构" in kinds["synonym"].terms
    assert kinds["filler"].text == "有哪些"


def test_a_place_is_given_up_last_and_that_is_said(answers: SearchService) -> None:
    local = answers.search(Query("营山农村公路"))
    assert [hit.title for hit in local.hits][:2] == ["营山县农村公路", "营山县农村公路查询服务"]
    assert "农村公路" in [hit.title for hit in local.hits]
    nowhere = answers.search(Query("营山路灯"))
    assert nowhere.understanding is not None
    assert nowhere.understanding.relaxed == "place"
    assert "路灯" in first(nowhere)


def test_what_no_title_holds_whole_is_found_by_all_of_its_words() -> None:
    stops, works = doc(1, "公交线路与站点", "上海市"), doc(2, "污水处理站点", "内江市")
    view = PlainView([stops, works])
    searches = SearchService(PlainIndex(lambda: view), lambda: THESAURUS)
    result = searches.search(Query("公交站点"))
    assert [hit.title for hit in result.hits] == ["公交线路与站点"]
    elsewhere = searches.search(Query("内江公交站点"))
    assert [hit.title for hit in elsewhere.hits] == ["公交线路与站点"]
    assert elsewhere.understanding is not None
    assert elsewhere.understanding.relaxed == "place"


def test_a_filter_does_not_change_what_the_words_mean(answers: SearchService) -> None:
    wide = answers.search(Query("养老院"))
    narrow = answers.search(Query("养老院", filters={"area": ("内江市",)}))
    assert narrow.understanding == wide.understanding
    assert [hit.title for hit in narrow.hits] == ["养老机构基本信息"]


def test_twins_stand_behind_one(answers: SearchService) -> None:
    grouped = answers.search(Query("污水处理厂", grouped=True))
    assert first(grouped) == "污水处理厂名单"
    assert grouped.hits[0].more == 1
    group = grouped.hits[0].group
    both = answers.search(Query("污水处理厂", filters={"group": (group,)}))
    assert [hit.title for hit in both.hits] == ["污水处理厂名单", "污水处理厂名单接口服务"]


def test_matches_are_shown_where_they_stand(answers: SearchService) -> None:
    hit = answers.search(Query("带电话的養老院")).hits[0]
    assert [hit.title[a:b] for a, b in hit.title_spans] == ["养老机构"]
    assert hit.fields == ("联系电话",)


@pytest.mark.parametrize("sort", ["relevance", "modified", "title"])
def test_a_cursor_goes_through_everything_once(answers: SearchService, sort: str) -> None:
    text = "污水"
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = answers.search(Query(text, sort=sort, limit=4, cursor=cursor, facets=False))
        seen += [hit.iri for hit in page.hits]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == answers.search(Query(text)).total == 17


def test_more_like_a_dataset(answers: SearchService) -> None:
    assert answers.more_like("i:001")[0].title == "养老机构基本信息"
    assert "i:001" not in {hit.iri for hit in answers.more_like("i:001")}
    assert answers.more_like("i:nothing") == ()


@pytest.mark.parametrize(
    ("typed", "text"),
    [("污水处", "污水处理厂名单"), ("wushuic", "污水处理厂名单"), ("ylj", "养老机构"),
     ("养老", "养老机构"), ("路灯开", "路灯开关时间列表")],
)  # fmt: skip
def test_suggestions_by_characters_pinyin_and_initials(
    answers: SearchService, typed: str, text: str
) -> None:
    assert any(s.text.startswith(text) or text.startswith(s.text) for s in answers.suggest(typed))


def test_suggestions_of_nothing(answers: SearchService) -> None:
    assert answers.suggest("") == answers.suggest("  ") == answers.suggest("zzzzzz") == ()
    assert len(answers.suggest("养", 1)) == 1


def test_without_an_index_there_is_nothing() -> None:
    nothing = SearchService(PlainIndex(lambda: None), lambda: THESAURUS)
    assert nothing.search(Query("养老院")).total == 0
    assert nothing.more_like("i:1") == nothing.suggest("养") == ()


def test_pages_of_groups_end_where_the_groups_end() -> None:
    editions = [doc(n, f"水质月报（20{n:02}年）") for n in range(10, 40)]
    view = PlainView([*editions, doc(90, "水质标准"), doc(91, "水质承诺")])
    answers = SearchService(PlainIndex(lambda: view), lambda: THESAURUS)
    page = answers.search(Query("水质", grouped=True, limit=2, facets=False))
    assert (page.total, page.rows) == (32, 3)
    last = answers.search(Query("水质", grouped=True, limit=2, cursor=page.cursor, facets=False))
    assert len(last.hits) == 1
    assert last.cursor is None
    assert answers.search(Query("水质", grouped=True, limit=2, offset=4, facets=False)).hits == ()


def test_what_others_searched_before_does_not_change_a_ranking() -> None:
    view = PlainView([doc(1, "小学名录"), doc(2, "历年小学数量统计"), doc(3, "小学")])
    alone = SearchService(PlainIndex(lambda: view), lambda: THESAURUS).search(Query("小学"))
    after = SearchService(PlainIndex(lambda: view), lambda: THESAURUS)
    after.search(Query("小学多少所"))
    assert [(h.iri, h.score) for h in after.search(Query("小学")).hits] == [
        (h.iri, h.score) for h in alone.hits
    ]


def test_what_was_closed_is_suggested_no_more() -> None:
    shut = doc(1, "岘墉漪记录", publishers=("岘墉漪局",), facets={"publisher": ("p:1",)})
    views = [PlainView([shut, doc(2, "养老机构名录")]), PlainView([doc(2, "养老机构名录")])]
    now = views[0]
    answers = SearchService(PlainIndex(lambda: now), lambda: THESAURUS, monotonic=lambda: 0.0)
    assert answers.suggest("岘墉漪")
    now = views[1]
    assert answers.suggest("岘墉漪") == ()
    assert answers.suggest("养老")


def test_a_word_that_leads_nowhere_is_not_suggested() -> None:
    words = (
        Entry("x:t", "x:s", "", ("口腔诊所",), "", (Word("看牙齿", "zh", "synonym", 0.9),), "f"),
        Entry("x:c", "x:s", "", ("养老机构",), "", (Word("看老人", "zh", "synonym", 0.9),), "f"),
    )
    view = PlainView([doc(1, "养老机构名录")])
    answers = SearchService(PlainIndex(lambda: view), lambda: Thesaurus(words))
    assert [one.text for one in answers.suggest("看")] == ["看老人"]


def test_an_edited_thesaurus_is_suggested_from_while_the_index_stands_still() -> None:
    view = PlainView([doc(1, "养老机构名录")])
    used = THESAURUS
    answers = SearchService(PlainIndex(lambda: view), lambda: used, monotonic=lambda: 0.0)
    assert answers.suggest("福寿苑") == ()
    word = (Word("福寿苑", "zh", "synonym", 0.9),)
    used = Thesaurus((Entry("x:care", "x:s", "", ("养老机构",), "", word, "f"),))
    answers.suggest("福寿苑")
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(60)
    assert [one.text for one in answers.suggest("福寿苑")] == ["福寿苑"]


def test_nothing_is_offered_that_finds_nothing() -> None:
    words = Entry("x:t", "x:s", "", ("口腔诊所",), "", (Word("看牙齿", "zh", "synonym", 0.9),), "f")
    view = PlainView([doc(1, "养老机构名录")])
    answers = SearchService(PlainIndex(lambda: view), lambda: Thesaurus((words,)))
    assert answers.search(Query("看牙")).did_you_mean == ()


MEANT = Thesaurus(
    (
        Entry("x:s", "x:s", "", ("学区",), "", (Word("上学划片", "zh", "synonym", 0.9),), "f"),
        Entry(
            "x:r", "x:s", "", ("入学率",), "", (Word("多少孩子上学", "zh", "synonym", 0.9),), "f"
        ),
        Entry(
            "x:d",
            "x:s",
            "",
            ("口腔诊所",),
            "dental clinic",
            (Word("看牙", "zh", "synonym", 0.9), Word("牙疼", "zh", "synonym", 0.9)),
            "f",
        ),
        Entry("x:k", "x:s", "", ("马路牙子",), "", (), "f"),
        Entry("x:v", "x:s", "", ("二手房",), "", (Word("二手房价", "zh", "synonym", 0.9),), "f"),
    )
)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("上学", ("学区",)),  # the rate stands in no title
        ("治牙", ("口腔诊所",)),
        ("dental", ("dental clinic",)),
        ("房价走势", ("二手房",)),
        ("没有这种东西", ()),
        ("浦东新区", ()),
    ],
)
def test_what_is_near_in_meaning_is_offered_where_it_finds_something(
    text: str, offered: tuple[str, ...]
) -> None:
    view = PlainView([doc(1, "学区划分"), doc(2, "口腔诊所名录"), doc(3, "二手房成交")])
    answers = SearchService(PlainIndex(lambda: view), lambda: MEANT)
    result = answers.search(Query(text))
    assert result.did_you_mean == offered
    for other in offered:
        assert answers.search(Query(other)).total
    assert answers.search(Query(text, literal=("spelling", "synonym"))).did_you_mean == ()


def test_nothing_is_offered_where_enough_was_found(answers: SearchService) -> None:
    assert answers.search(Query("污水")).did_you_mean == ()


def test_nothing_is_offered_where_a_whole_title_was_written() -> None:
    view = PlainView([doc(1, "学区划分"), doc(2, "上学")])
    result = SearchService(PlainIndex(lambda: view), lambda: MEANT).search(Query("上学"))
    assert (first(result), result.did_you_mean) == ("上学", ())
