"""The city's JSON API: both generations, increments, and what goes wrong with its lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harvesters.platforms.protocol import Entry, look_up_of
from harvesters.protocols import Incoming
from ontology.errors import AtlasError
from ontology.terms import DCAT, DCT, VOCAB
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, platform, walk

LIST = "/zq/api/data_set/search/"
HTML = "<!DOCTYPE html><html><title>登录</title></html>"


def row(number: int, day: int | None = None, **more: object) -> dict[str, Any]:
    date = {"updateDate": f"2026-11-{day:02d}T08:00:00"} if day else {}
    return {"datasetId": f"AG91020{number:05d}", "datasetName": f"数据集{number}"} | date | more


class City:
    """A platform with a list of rows, the newest first; defects by overriding."""

    def __init__(self, rows: list[dict[str, Any]], pages: int | None = None) -> None:
        self.rows = rows
        self.pages = pages
        self.details: dict[str, Answer] = {}

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == LIST:
            number, size = int(str(asked.body["pageNum"])), int(str(asked.body["pageSize"]))
            pages = -(-len(self.rows) // size) if self.pages is None else self.pages
            content = self.rows[(number - 1) * size : number * size]
            return {"code": 200, "data": {"content": content, "totalPageNum": pages}}
        remote_id = asked.path.split("/")[-2]
        if remote_id in self.details:
            return self.details[remote_id]
        name = next(r["datasetName"] for r in self.rows if str(r["datasetId"]) == remote_id)
        files = [{"name": "全量", "path": "/a b", "sort": 1, "file_type": ["csv", "xls"]}]
        data = {"dataset_name": name, "open_type": "无条件开放", "org_name": "上海市教育委员会"}
        return {"data": data | {"docType": files, "update_date": "2026-11-01T00:00:00"}}


def rows(count: int) -> list[dict[str, Any]]:
    return [row(n, day=28 - n) for n in range(1, count + 1)]


def test_a_walk_lists_and_describes_everything() -> None:
    city = City(rows(5))
    harvested, client = platform("city", city, page_size="2")
    walked = walk(harvested)
    assert walked.names == [r["datasetId"] for r in city.rows]
    assert (walked.pages, walked.total, walked.incomplete, walked.unreadable) == (3, 5, None, [])
    first = client.asked[0]
    assert first.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert (first.body["sort"], first.body["pageNum"]) == ("updateDate", 1)
    text = walked.records["AG9102000001"]
    assert f"<{VOCAB}open-type/unconditional>" in text
    page = f"{ROOT}/view/detail/index.html?type=cp&id=AG9102000001"
    assert f"<{DCAT.landingPage}> <{page}>" in text
    for kind in ("csv", "xls"):
        url = f"{ROOT}/zq/api/download_file_pro/?path=%2Fa%20b&sort=1&file_type={kind}"
        assert f"<{DCAT.downloadURL}> <{url}>" in text
    # Unchanged: the list alone.
    before = len(client.asked)
    walk(harvested, known=walked.marks)
    assert len(client.asked) == before + 3


def test_an_increment_ends_at_its_bookmark() -> None:
    city = City(rows(9))
    harvested, client = platform("city", city, page_size="2")
    bookmark = walk(harvested, fetch=False).bookmark
    assert bookmark == "2026-11-27T08:00:00+08:00"
    city.rows.insert(0, row(99, day=28))
    before = len(client.asked)
    again = walk(harvested, bookmark, fetch=False)
    assert "AG9102000099" in again.names and again.pages == 2
    assert len(client.asked) == before + 2
    assert again.incomplete is None
    assert again.bookmark == "2026-11-28T08:00:00+08:00"


def test_an_emptied_list_is_whole_in_an_increment_too() -> None:
    city = City(rows(3))
    harvested, _ = platform("city", city)
    bookmark = walk(harvested, fetch=False).bookmark
    assert walk(harvested, bookmark, fetch=False).whole is False
    city.rows.clear()
    again = walk(harvested, bookmark, fetch=False)
    assert (again.names, again.whole, again.bookmark) == ([], True, bookmark)


def test_a_date_in_the_future_hides_no_later_change() -> None:
    city = City([row(1, updateDate="2099-01-01"), *rows(3)])
    dated = platform(
        "city", lambda a: (city(a), {"date": "Tue, 01 Dec 2026 00:00:00 GMT"}), page_size="2"
    )[0]
    assert walk(dated, fetch=False).bookmark == "2026-11-27T08:00:00+08:00"


def test_a_platform_whose_clock_is_ahead_hides_no_later_change() -> None:
    city = City([row(1, updateDate="2026-12-02T10:00:00"), *rows(3)])
    ahead = platform("city", lambda a: (city(a), {"date": "Wed, 02 Dec 2026 02:00:00 GMT"}))[0]
    # Noon of the day before in UTC, by the catalogue's own clock.
    assert walk(ahead, fetch=False).bookmark == "2026-12-01T20:00:00+08:00"


def test_a_list_out_of_order_has_no_increments() -> None:
    harvested, _ = platform("city", City(rows(5)[::-1]), page_size="2")
    walked = walk(harvested, "2026-11-27T00:00:00+08:00", fetch=False)
    assert (len(walked.names), walked.bookmark) == (5, None)


def test_what_is_renamed_or_closed_has_another_mark_and_what_is_visited_has_not() -> None:
    marks = []
    for more in ({}, {"viewCount": 7}, {"datasetName": "改名"}, {"openType": "非开放"}):
        harvested, _ = platform("city", City([row(1, day=1) | more]))
        marks += walk(harvested, fetch=False).marks.values()
    assert marks[0] == marks[1] and len(set(marks)) == 3
    harvested, _ = platform("city", City([row(1)]))
    assert list(walk(harvested, fetch=False).marks.values()) == [None]


def test_more_than_is_declared_is_found_and_a_repeated_last_page_is_the_end() -> None:
    harvested, _ = platform("city", City(rows(5), pages=1), page_size="2")
    assert len(walk(harvested, fetch=False).names) == 5

    full = City(rows(4))

    def clamped(asked: Asked) -> Answer:
        number = min(int(str(asked.body["pageNum"])), 2)
        asked = Asked(
            "POST", asked.url, {}, {}, json.dumps(asked.body | {"pageNum": number}).encode()
        )
        return full(asked)

    walked = walk(platform("city", clamped, page_size="2")[0], fetch=False)
    assert (len(walked.names), walked.incomplete) == (4, None)


def test_a_page_served_for_ever_stops_the_walk_also_after_a_restart() -> None:
    def same(asked: Asked) -> Answer:
        return {"data": {"content": rows(2), "totalPageNum": 9}}

    harvested, _ = platform("city", same, page_size="2")
    cursor = harvested.page(None, None).next
    for one in (harvested, platform("city", same, page_size="2")[0]):
        with pytest.raises(AtlasError) as caught:
            one.page(cursor, None)
        assert caught.value.code == "page-loop"


@pytest.mark.parametrize(
    ("given", "pages"), [([], 451), (rows(3), 9), ([*rows(2), *rows(2)[1:], row(7, 1)], 2)]
)
def test_a_list_shorter_than_declared_lets_nothing_be_missing(
    given: list[dict[str, Any]], pages: int
) -> None:
    walked = walk(platform("city", City(given, pages), page_size="2")[0], fetch=False)
    assert walked.incomplete is not None
    assert walked.incomplete.code == "list-incomplete"
    trusted = platform("city", City(given, pages), page_size="2", total="ignore")[0]
    assert walk(trusted, fetch=False).incomplete is None


def test_numbers_as_identifiers_marks_of_order_and_other_charsets() -> None:
    city = City([row(1, day=1, datasetId=1053), row(2, day=1, datasetId=None), row(3, day=1)])

    def encoded(asked: Asked) -> Answer:
        text = json.dumps(city(asked), ensure_ascii=False)
        return b"\xef\xbb\xbf" + text.encode() if asked.path == LIST else text.encode("gb18030")

    walked = walk(platform("city", encoded)[0])
    assert walked.names == ["1053", "AG9102000003"]
    assert [error.code for error in walked.unreadable] == ["no-identity"]
    assert f'<{DCT.title}> "数据集1"@zh' in walked.records["1053"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (HTML, "not-the-platform"),
        ("", "not-the-platform"),
        ('{"data": {"content": [', "not-the-platform"),
        ({"data": {"content": "none"}}, "not-the-platform"),
        ({"code": 500, "message": "token=abc 已失效", "data": None}, "platform-reports"),
    ],
)
def test_a_list_that_is_none_stops_the_walk(answer: Answer, code: str) -> None:
    harvested, _ = platform("city", lambda _: answer, url=f"{ROOT}/?token=secret")
    with pytest.raises(AtlasError) as caught:
        harvested.page(None, None)
    assert caught.value.code == code
    assert "secret" not in caught.value.message("zh") + caught.value.message("en")


@pytest.mark.parametrize("answer", [404, 500, HTML, {"data": None}, {"data": ["x"]}])
def test_a_dataset_that_cannot_be_read_is_one_of_many(answer: Answer) -> None:
    city = City(rows(2))
    city.details["AG9102000001"] = answer
    walked = walk(platform("city", city)[0])
    assert list(walked.records) == ["AG9102000002"]
    assert len(walked.unreadable) == 1


def test_a_platform_that_fails_stops_the_walk() -> None:
    harvested, _ = platform("city", lambda _: 503)
    for call in (lambda: harvested.page(None, None), lambda: harvested.fetch(Entry("x"))):
        with pytest.raises(AtlasError, match="platform-refused"):
            call()


def test_the_list_of_2019_carries_everything() -> None:
    content: list[object] = [
        {
            "datasetName": "公园名录",
            "updateDate": 1546300800000,
            "dataResources": [{"resId": 1, "resName": "公园名录.csv"}],
        },
        "?",
    ]
    harvested, client = platform(
        "district",
        lambda _: {"data": {"totalPageNum": 1, "currentPage": 1, "content": content}},
        generation="2019",
    )
    walked = walk(harvested)
    assert [a.path for a in client.asked] == ["/yys/es/v1/dataset/search"]
    (text,) = walked.records.values()
    assert '"公园名录"@zh' in text and DCAT.distribution in text
    assert [error.code for error in walked.unreadable] == ["no-identity"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"generation": "2031"}, "bad-option"),
        ({"page_size": "0"}, "bad-option"),
        ({"list_path": "//other.example/"}, "bad-option"),
        ({"colour": "red"}, "unknown-option"),
    ],
)
def test_options_are_checked(options: dict[str, str], code: str) -> None:
    make: Callable[[], object] = lambda: platform("city", City([]), **options)  # noqa: E731
    with pytest.raises(AtlasError) as caught:
        make()
    assert caught.value.code == code


def test_a_dataset_that_is_listed_once_for_each_file_is_one() -> None:
    files = [row(n, day=9) for n in (1, 1, 1, 2, 3, 3)]
    walked = walk(platform("city", City(files), page_size="2")[0])
    assert walked.names == ["AG9102000001", "AG9102000002", "AG9102000003"]
    assert walked.incomplete is None


def test_one_dataset_is_asked_for_beside_the_list() -> None:
    city = City(rows(1))
    look_up = look_up_of(platform("city", city)[0])
    assert look_up is not None
    assert isinstance(look_up("AG9102000001"), Incoming)


@pytest.mark.parametrize(
    "answer",
    [
        404,
        410,
        {"code": "404", "message": "数据集不存在", "data": None},
        {"code": "000000", "message": "success", "data": None},
    ],
    ids=["404", "410", "said", "no data"],
)
def test_a_dataset_that_the_platform_says_it_does_not_have_is_gone(answer: Answer) -> None:
    look_up = look_up_of(platform("city", lambda _: answer)[0])
    assert look_up is not None and look_up("AG9102000001") is None


@pytest.mark.parametrize(
    "answer",
    [
        500,
        403,
        HTML,
        {"code": "500", "message": "系统繁忙", "data": None},
        {"code": "401", "message": "用户不存在", "data": None},
        {"code": "500", "message": "登录状态不存在", "data": None},
    ],
    ids=["500", "403", "login page", "busy", "no user", "no session"],
)
def test_any_other_answer_does_not_tell_that_a_dataset_is_gone(answer: Answer) -> None:
    look_up = look_up_of(platform("city", lambda _: answer)[0])
    assert look_up is not None
    with pytest.raises(AtlasError):
        look_up("AG9102000001")


@pytest.mark.parametrize("options", [{"confirm": "no"}, {"generation": "2019"}], ids=str)
def test_there_may_be_no_request_for_one_dataset(options: dict[str, str]) -> None:
    assert look_up_of(platform("city", City(rows(1)), **options)[0]) is None
