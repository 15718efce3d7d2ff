"""Whether the catalogue has what was searched for: what is said, and when nothing is said."""

from __future__ import annotations

import pytest

from search.confidence import MEANING, WORDS, Model, confidence, models
from search.index.model import SearchDocument
from search.model import Confidence, Query
from search.service import SearchService
from search.thesaurus import Entry, Thesaurus, Word
from tests.conformance.plain_view import PlainIndex, PlainView

CARE = Entry(
    "x:care", "x:s", "", ("养老机构",), "nursing homes", (Word("养老院", "zh", "synonym", 0.9),), ""
)
TITLES = (
    *("养老机构名录", "价格监测信息", "计算机地址登记信息", "路灯信息", "公交线路"),
    *(f"污水监测点{n}" for n in range(15)),
)
DOCUMENTS = [
    SearchDocument(f"i:{n:03}", "s", str(n), str(n), title, places=("内江市",))
    for n, title in enumerate(TITLES)
]


@pytest.fixture(scope="module")
def service() -> SearchService:
    view = PlainView(DOCUMENTS)
    return SearchService(PlainIndex(lambda: view), lambda: Thesaurus((CARE,)))


def told(service: SearchService, text: str) -> Confidence:
    found = service.search(Query(text)).confidence
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["养老院", "路灯", "污水监测点", "公交线路", "nursing homes"])
def test_what_the_catalogue_has_is_found(service: SearchService, text: str) -> None:
    assert told(service, text).verdict == "found"


@pytest.mark.parametrize("text", ["比特币价格", "量子计算机", "企鹅", "speech recordings"])
def test_it_is_said_that_the_catalogue_has_none(service: SearchService, text: str) -> None:
    # 价格 and 计算机 are found; what is rare in the text, and says what is asked for, is not.
    assert told(service, text).verdict == "none"


def test_every_page_says_the_same(service: SearchService) -> None:
    pages = [Query("污水监测点", limit=limit, offset=offset) for limit, offset in ((20, 0), (0, 0))]
    pages.append(Query("污水监测点", limit=5, offset=10))
    assert len({service.search(page).confidence for page in pages}) == 1


def test_nothing_is_said_of_a_part_of_the_catalogue(service: SearchService) -> None:
    for query in (
        Query(""),
        Query("企鹅", filters={"district": ("x",)}),
        Query("企鹅", excluded={"district": ("x",)}),
        Query("企鹅", ranges={"modified": ("2020", None)}),
        Query("企鹅", sort="modified"),
    ):
        assert service.search(query).confidence is None


def test_a_model_says_what_its_limits_say() -> None:
    model = Model((1.0,), 0.0, none=0.2, found=0.6)
    values = [model.answered([x]) for x in (-1000.0, 0.0, 1000.0)]
    assert [model.verdict(value) for value in values] == ["none", "near", "found"]
    assert values[1] == 0.5 and 0 <= values[0] < values[2] <= 1


def test_the_kept_models_know_all_that_is_looked_at() -> None:
    kept = models()
    assert {name: len(one.weights) for name, one in kept.items()} == {
        "words": len(WORDS),
        "meaning": len(MEANING),
    }
    assert all(0 < one.none <= one.found < 1 for one in kept.values())
    # What is met speaks for an answer, what no document holds against it.
    for one in kept.values():
        weights = dict(zip(MEANING, one.weights, strict=False))
        assert weights["cover"] > 0 > weights["unknown"]
    assert confidence([1.0] * len(MEANING)).answered > confidence([0.0] * len(MEANING)).answered
