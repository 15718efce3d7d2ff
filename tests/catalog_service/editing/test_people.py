"""Drafts of people who are signed in: their organizations, four eyes, and forms of other sites."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.people import Account
from catalog_service.accounts.service import Role
from catalog_service.notices import PersonalNotices
from tests.catalog_service.editing.conftest import TRANSPORT
from tests.catalog_service.editing.test_drafts import WHOLE, draft
from tests.fixtures.page_forms import form_of
from tests.fixtures.people import Browser, person, signed_in
from tests.fixtures.web import HTML, House

DATASETS = "/workbench/datasets"


@pytest.fixture(scope="module")
def steward(house: House, anybody: httpx.Client) -> Browser:
    return signed_in(anybody, house.atlas, person(house.atlas, "zhang", Role.STEWARD, "transport"))


@pytest.fixture(scope="module")
def reviewer(house: House, anybody: httpx.Client) -> Browser:
    return signed_in(anybody, house.atlas, person(house.atlas, "li", Role.REVIEWER, "transport"))


@pytest.fixture(scope="module")
def stranger(house: House, anybody: httpx.Client) -> Browser:
    return signed_in(anybody, house.atlas, person(house.atlas, "wang", Role.STEWARD, "health"))


@pytest.fixture(scope="module")
def anybody(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60, headers={"Accept-Language": "en"}) as client:
        yield client


def begun(browser: Browser) -> str:
    answer = browser.post(f"{DATASETS}/new", organization=TRANSPORT)
    assert answer.status_code == 303
    return answer.headers["Location"]


def filled(browser: Browser, path: str, action: str, **more: str) -> httpx.Response:
    fields = form_of(browser.get(path).text, "draft") | WHOLE | more
    return browser.post(path, **{**fields, "action": action})


def test_a_steward_writes_for_the_own_organization_alone(
    steward: Browser, stranger: Browser, reviewer: Browser
) -> None:
    path = begun(steward)
    assert "Zhang" in steward.get(path).text
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, whole="yes", version="1").status_code == 404
    assert stranger.get(f"{path}/compare").status_code == 404
    assert stranger.post(f"{DATASETS}/new", organization=TRANSPORT).status_code == 403
    assert path not in stranger.get(DATASETS).text
    assert path in steward.get(DATASETS).text
    # A reviewer reads it and does not write.
    assert "What it changes" in reviewer.get(path).text or "new dataset" in reviewer.get(path).text
    assert reviewer.post(path, whole="yes", version="1").status_code == 403


def test_a_form_of_another_site_writes_nothing(steward: Browser, house: House) -> None:
    path = begun(steward)
    fields = form_of(steward.get(path).text, "draft") | WHOLE | {"action": "save"}
    del fields["csrf"]
    assert steward.post(path, csrf="", **fields).status_code in (401, 403)
    assert draft(house, path).version == 1


def test_an_organization_has_its_drafts_released_by_somebody_else(
    house: House, steward: Browser, reviewer: Browser
) -> None:
    FourEyes(house.atlas.journal).demand(TRANSPORT, True)
    try:
        path = begun(steward)
        assert filled(steward, path, "submit").status_code == 303
        version = str(draft(house, path).version)
        assert "by somebody else" in steward.get(path).text
        assert steward.post(path, action="release", version=version).status_code == 403
        assert path in reviewer.get(DATASETS).text
        assert ">Release<" in reviewer.get(path).text
        assert reviewer.post(path, action="release", version=version).status_code == 303
        assert draft(house, path).state == "released"
        stored = house.atlas.journal.get(draft(house, path).record.iri)
        assert stored is not None
        assert stored.public
    finally:
        FourEyes(house.atlas.journal).demand(TRANSPORT, False)


def test_where_colleagues_are_away_those_above_release(house: House, anybody: httpx.Client) -> None:
    atlas = house.atlas
    city = "https://w3id.org/shdata/vocab/organization/civil-affairs"
    author = signed_in(anybody, atlas, person(atlas, "alone", Role.STEWARD, "civil-affairs"))
    colleague = person(atlas, "away", Role.REVIEWER, "civil-affairs")
    FourEyes(atlas.journal).demand(city, True)
    try:
        answer = author.post(f"{DATASETS}/new", organization=city)
        path = answer.headers["Location"]
        assert filled(author, path, "submit").status_code == 303
        assert "may release it, in the organization or above it: Away." in author.get(path).text
        atlas.accounts.people.disable(colleague.id)
        assert "Nobody else may release it now" in author.get(path).text
        office = signed_in(anybody, atlas, person(atlas, "office", Role.CITY_OFFICE))
        assert "above it: Office." in author.get(path).text
        version = str(draft(house, path).version)
        assert author.post(path, action="release", version=version).status_code == 403
        assert office.post(path, action="release", version=version).status_code == 303
        assert draft(house, path).state == "released"
        line = author.get(path).text.split('class="draftline"')[1].split("</p>")[0]
        assert "Released into the catalogue" in line and "Office" in line and "saved" not in line
    finally:
        FourEyes(atlas.journal).demand(city, False)
        atlas.accounts.people.disable(atlas.accounts.people.by_login("office").id)


def test_a_draft_waits_at_the_workbench_and_tells_whom_it_concerns(
    house: House, steward: Browser, reviewer: Browser, stranger: Browser
) -> None:
    atlas, path = house.atlas, begun(steward)
    people = atlas.accounts.people
    zhang, li, wang = (people.by_login(name) for name in ("zhang", "li", "wang"))

    def told(account: Account) -> list[tuple[str, str | None]]:
        found = PersonalNotices(atlas.journal).of(account.id, limit=50)
        return [(one.kind, one.path) for one in found if one.path == path]

    FourEyes(atlas.journal).demand(TRANSPORT, True)
    try:
        filled(steward, path, "submit")
    finally:
        FourEyes(atlas.journal).demand(TRANSPORT, False)
    assert [told(one) for one in (zhang, li, wang)] == [[], [("draft.submitted", path)], []]
    shown = [path in one.get("/workbench").text for one in (steward, reviewer, stranger)]
    assert shown == [False, True, False]
    version = str(draft(house, path).version)
    reviewer.post(path, action="return", version=version, reason="缺频率")
    assert told(zhang) == [("draft.returned", path)]
    shown = [path in one.get("/workbench").text for one in (steward, reviewer, stranger)]
    assert shown == [True, False, False]


def test_a_review_of_secrecy_is_released_by_somebody_else_also_in_a_new_dataset(
    house: House, steward: Browser, reviewer: Browser, anybody: httpx.Client
) -> None:
    path = begun(steward)
    review = {"secrecyReview/0/date/0": "2026-08-01", "secrecyReview/0/label/0": "保密办"}
    assert filled(steward, path, "submit", **review).status_code == 303
    assert draft(house, path).state == "submitted"
    version = str(draft(house, path).version)
    assert steward.post(path, action="release", version=version).status_code == 403
    # Another steward releases datasets, and reviews no secrecy.
    colleague = person(house.atlas, "zhao", Role.STEWARD, "transport")
    other = signed_in(anybody, house.atlas, colleague)
    assert ">Release<" not in other.get(path).text and ">Send back<" in other.get(path).text
    assert other.post(path, action="release", version=version).status_code == 403
    answer = reviewer.post(path, action="return", version=version, reason=" ")
    assert answer.status_code == 400 and "needs a reason" in answer.text
    assert reviewer.post(path, action="release", version=version).status_code == 303
    assert draft(house, path).state == "released"


def test_a_dataset_leads_whoever_may_edit_it_to_its_form(
    steward: Browser, reviewer: Browser, stranger: Browser, house: House, anybody: httpx.Client
) -> None:
    path = begun(steward)
    assert filled(steward, path, "submit").status_code == 303
    record = draft(house, path).record
    public = f"/dataset/{record.source}/{record.remote_id}"
    form = f"{DATASETS}/of/{record.source}/{record.remote_id}"
    answer = steward.get(public)
    assert form in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert steward.get(form).status_code == 200
    assert form not in reviewer.get(public).text
    assert form not in stranger.get(public).text
    assert DATASETS not in anybody.get(public, headers=HTML).text
    assert DATASETS not in steward.get("/dataset/city/PARK").text
    # An earlier version is not what a draft begins from.
    assert form not in steward.get(f"{public}?at=2026-12-31").text
    assert DATASETS in steward.get("/workbench").text


def test_pages_of_the_form_and_of_workbooks_have_the_ways_of_the_workbench(
    steward: Browser,
) -> None:
    path = begun(steward)
    for page in (path, f"{path}/compare", f"{DATASETS}/new", f"{DATASETS}/import"):
        shown = steward.get(page).text
        assert shown.count('<nav class="desk"') == 1, page
        assert f'<a href="{DATASETS}" aria-current="page">' in shown, page
