"""Words of the thesaurus: proposed by page, tried on searches, released, undone."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from catalog_service.accounts.service import Role
from catalog_service.thesaurus_work.released_file import RELEASED
from catalog_service.thesaurus_work.service import edits_of, keep_file
from search.thesaurus import load
from search.thesaurus.load import files
from tests.fixtures.people import Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import House, opened, portal

HERE = "/workbench/thesaurus"
SAID, OFFICIAL = "长者之家", "养老机构"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, httpx.Client]]:
    with opened(tmp_path_factory.mktemp("thesaurus") / "var") as (house, client):
        use_counting_hasher(house.atlas)
        house.submit("city", [portal("OLD", "养老机构名录")])
        house.project()
        yield house, client


@pytest.fixture(scope="module")
def office(desk: tuple[House, httpx.Client]) -> Browser:
    house, client = desk
    return signed_in(client, house.atlas, person(house.atlas, "wang", Role.CITY_OFFICE))


@pytest.fixture(scope="module")
def steward(desk: tuple[House, httpx.Client]) -> Browser:
    house, client = desk
    return signed_in(client, house.atlas, person(house.atlas, "li", Role.STEWARD, "transport"))


def leads(house: House, word: str) -> list[str]:
    """Return what a word leads to with the files that are there."""
    thesaurus = load(files(house.settings.home / "thesaurus"))
    return [e.official[0] for e in thesaurus.entries if word in [w.text for w in e.words]]


def test_a_word_is_tried_proposed_released_and_undone(
    desk: tuple[House, httpx.Client], steward: Browser, office: Browser
) -> None:
    house, _ = desk
    assert "提出词语" in steward.get(HERE).text
    pair = {"word": SAID, "official": OFFICIAL, "kind": "synonym"}
    ahead = steward.post(HERE, **pair)
    assert ahead.status_code == 200 and "养老机构名录" in ahead.text
    assert steward.post(HERE, step="propose", reason="", **pair).status_code == 400
    assert edits_of(house.atlas).all() == [] and leads(house, SAID) == []
    made = steward.post(HERE, step="propose", reason="街道都这样说", **pair)
    edit = made.headers["location"]
    own = steward.get(edit).text
    assert "等待有权放行的人处理" in own and 'value="release"' not in own
    assert steward.post(edit, step="release", reason="x").status_code == 403
    assert steward.post(HERE, step="propose", reason="又来", **pair).status_code == 400

    assert f"{SAID} → {OFFICIAL}" in office.get("/workbench").text
    assert "养老机构名录" in office.get(edit).text
    assert office.post(edit, step="release", reason="").status_code == 400
    assert office.post(edit, step="release", reason="同意").status_code == 303
    assert leads(house, SAID) == [OFFICIAL]
    # The file follows the edits, whatever becomes of it.
    file = house.settings.home / "thesaurus" / RELEASED
    text = file.read_text("utf-8")
    file.unlink()
    assert keep_file(house.atlas) and file.read_text("utf-8") == text
    assert not keep_file(house.atlas)

    assert steward.post(edit, step="undo", reason="x").status_code == 403
    assert office.post(edit, step="undo", reason="误导").status_code == 303
    assert leads(house, SAID) == [] and not file.exists()
    told = office.get(edit).text
    assert all(text in told for text in ("街道都这样说", "同意", "误导", "Li", "Wang"))


def test_whoever_may_edit_releases_at_once_also_new_entries_and_what_misleads(
    desk: tuple[House, httpx.Client], office: Browser
) -> None:
    house, _ = desk
    for word in ("天书一", "天书二"):
        fields = {"word": word, "official": "天书名录", "kind": "narrower", "weight": "0.4"}
        unknown = office.post(HERE, **fields)
        assert unknown.status_code == (400 if word == "天书一" else 200)
        made = office.post(HERE, step="propose", reason="新", new="yes", **fields)
        assert made.status_code == 303
        assert leads(house, word) == ["天书名录"]
    thesaurus = load(files(house.settings.home / "thesaurus"))
    entry = next(e for e in thesaurus.entries if e.official[0] == "养老机构")
    word = entry.words[0].text
    gone = {"word": word, "official": "养老机构", "change": "take", "reason": "误导"}
    assert office.post(HERE, step="propose", **gone).status_code == 303
    assert "养老机构" not in leads(house, word)
    again = office.post(HERE, **(gone | {"word": "从来没有的词"}))
    assert again.status_code == 400 and "无可去除" in again.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"word": "一"},
        {"weight": "7"},
        {"weight": "重"},
        {"kind": "opposite"},
        {"change": "burn"},
        {"official": "没有这样的正式用语呀"},
    ],
)
def test_what_is_asked_wrongly_is_said(office: Browser, wrong: dict[str, str]) -> None:
    answer = office.post(HERE, **({"word": "老人院落", "official": OFFICIAL} | wrong))
    assert answer.status_code == 400 and 'role="alert"' in answer.text


def test_the_page_is_for_those_who_may_propose(desk: tuple[House, httpx.Client]) -> None:
    house, client = desk
    auditor = signed_in(client, house.atlas, person(house.atlas, "zhao", Role.AUDITOR))
    assert auditor.get(HERE).status_code == 403
    assert auditor.get(f"{HERE}/1").status_code == 403
