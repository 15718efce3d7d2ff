"""Roles, delegations and those who leave; administrators keep within their organizations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import httpx
import pytest

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import Action, Role
from catalog_service.audit.service import Wanted
from tests.fixtures.organizations import vocabulary_with_below
from tests.fixtures.people import (
    ORGANIZATION,
    PASSWORD,
    Browser,
    person,
    signed_in,
    use_counting_hasher,
)
from tests.fixtures.web import House, served

HEALTH, BELOW, WATER = (ORGANIZATION + name for name in ("health", "shenkang", "water"))
Site = tuple[House, httpx.Client]
_numbers = count()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = House(tmp_path_factory.mktemp("administration"))
    house.atlas.shipped_vocabulary = vocabulary_with_below(shenkang="health")
    with house.atlas:
        use_counting_hasher(house.atlas)
        person(house.atlas, "root", Role.ADMINISTRATOR)
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield house, client


@pytest.fixture
def root(site: Site) -> Browser:
    house, client = site
    return signed_in(client, house.atlas, house.atlas.accounts.people.by_login("root"))


@pytest.fixture
def of_health(site: Site) -> Browser:
    house, client = site
    login = f"admin-{next(_numbers)}"
    return signed_in(client, house.atlas, person(house.atlas, login, Role.ADMINISTRATOR, "health"))


def test_an_administrator_makes_accounts_and_grants_roles(site: Site, root: Browser) -> None:
    house, _ = site
    fields = {"name": "李", "email": "", "role": "steward", "organization": HEALTH}
    page = root.post("/accounts", login="li.ming", reason="到岗", **fields)
    assert page.status_code == 200 and "/login/password?link=" in page.text
    li = house.atlas.accounts.people.by_login("li.ming")
    principal = house.atlas.accounts.principal(li)
    assert principal.may(Action.DATASET_EDIT, BELOW)
    here = f"/accounts/{li.id}"
    root.post(
        here, action="grant", role="reviewer", organization=WATER, reason="兼任", until="2026-09-03"
    )
    grants = house.atlas.accounts.grants.of(li.id)
    assert {(one.role, one.organization) for one in grants} == {
        (Role.STEWARD, HEALTH),
        (Role.REVIEWER, WATER),
    }
    assert all(one.granted_by.startswith("person:") for one in grants)
    granter = house.atlas.accounts.people.by_login("root")
    shown = root.get(here).text
    assert granter.name in shown and f"person:{granter.id}" not in shown
    before = house.clock.moment
    house.clock.moment += timedelta(days=3)
    assert [one.role for one in house.atlas.accounts.grants.of(li.id)] == [Role.STEWARD]
    house.clock.moment = before
    for one in grants:
        assert root.post(here, action="revoke", grant=one.id).status_code == 303
    assert house.atlas.accounts.grants.of(li.id) == []


def test_an_administrator_of_one_organization_keeps_within_it(
    site: Site, of_health: Browser
) -> None:
    """No way leads to wider rights: not by granting, and not by another's password."""
    house, _ = site
    inside = person(house.atlas, "inside", Role.STEWARD, "shenkang")
    outside = person(house.atlas, "outside", Role.STEWARD, "water")
    both = person(house.atlas, "both", Role.STEWARD, "health")
    house.atlas.accounts.grants.grant(both.id, Role.STEWARD, WATER, by="test", reason="test")
    root = house.atlas.accounts.people.by_login("root")
    listed = of_health.get("/accounts").text
    assert inside.login in listed and outside.login not in listed and "root" not in listed
    assert of_health.get(f"/accounts/{inside.id}").status_code == 200
    for other in (outside, both, root):
        assert of_health.get(f"/accounts/{other.id}").status_code == 403
        for action in ("reset", "disable", "sessions-end", "enable"):
            answer = of_health.post(f"/accounts/{other.id}", action=action, reason="x")
            assert answer.status_code == 403, action
    for organization in ("city", WATER):
        answer = of_health.post(
            f"/accounts/{inside.id}",
            action="grant",
            role="administrator",
            organization=organization,
            reason="x",
        )
        assert answer.status_code == 403
    new = {"login": "new", "name": "新", "role": "steward", "reason": "x"}
    assert of_health.post("/accounts", **new, organization="city").status_code == 403
    assert of_health.post("/accounts", **new).status_code == 422, "the city is chosen, not left"
    assert house.atlas.accounts.people.find("new") is None


def test_forms_say_nothing_that_their_page_does_not_ask(site: Site) -> None:
    """Fields that a page does not have change nothing (mass assignment)."""
    house, client = site
    account = person(house.atlas, "modest", password=PASSWORD)
    browser = signed_in(client, house.atlas, account)
    browser.post(
        "/account",
        action="language",
        language="en",
        role="administrator",
        organization="city",
        login="root2",
        id="1",
        rights="0",
        disabled="",
        person=house.atlas.accounts.people.by_login("root").id,
    )
    after = house.atlas.accounts.people.get(account.id)
    assert (after.login, after.language) == ("modest", "en")
    assert house.atlas.accounts.grants.of(account.id) == []
    assert house.atlas.accounts.people.by_login("root").language is None


def test_a_form_from_elsewhere_does_nothing(site: Site, root: Browser) -> None:
    house, client = site
    victim = person(house.atlas, "victim", Role.STEWARD, "health")
    other = signed_in(client, house.atlas, person(house.atlas, "attacker"))
    for csrf in ("", "0" * 64, other.csrf):
        answer = root.post(f"/accounts/{victim.id}", csrf=csrf, action="disable", reason="x")
        assert answer.status_code == 403
        assert (
            root.post("/accounts", csrf=csrf, login="x1", name="x", reason="x").status_code == 403
        )
        assert root.post("/account", csrf=csrf, action="sessions-end").status_code == 403
        assert root.post("/logout", csrf=csrf).status_code == 403
    assert house.atlas.accounts.people.get(victim.id).disabled is None
    assert root.get("/accounts").status_code == 200


def test_a_cookie_alone_writes_nothing_by_the_api(site: Site, root: Browser) -> None:
    _, client = site
    body = {"id": "by-cookie", "title": "x"}
    answer = client.post("/api/v1/sources", json=body, headers=root.headers)
    assert answer.status_code == 401
    headers = {**root.headers, "X-CSRF-Token": root.csrf}
    assert client.post("/api/v1/sources", json=body, headers=headers).status_code == 201


def test_a_role_that_was_passed_on_keeps_an_account_out_of_reach(
    site: Site, root: Browser, of_health: Browser
) -> None:
    """Whoever sets a deputy's password would act in the role that was passed on to the deputy."""
    house, _ = site
    chief = person(house.atlas, "chief", Role.CITY_OFFICE)
    acting = person(house.atlas, "acting", Role.STEWARD, "health")
    assert of_health.get(f"/accounts/{acting.id}").status_code == 200
    fields = {"role": "city_office", "organization": "city", "reason": "休假", "to": "acting"}
    here = f"/accounts/{chief.id}"
    assert root.post(here, action="delegate", until="2026-09-10", **fields).status_code == 303
    assert "acting" not in of_health.get("/accounts").text
    for action in ("reset", "disable", "sessions-end"):
        answer = of_health.post(f"/accounts/{acting.id}", action=action, reason="x")
        assert answer.status_code == 403, action


def test_no_role_hands_an_account_over(site: Site, of_health: Browser) -> None:
    """Whoever may give roles in one organization could else take the account of anybody."""
    house, _ = site
    theirs = person(house.atlas, "theirs", password=PASSWORD)
    here = f"/accounts/{theirs.id}"
    fields = {"role": "member", "organization": HEALTH, "reason": "x"}
    assert of_health.post(here, action="grant", **fields).status_code == 303
    answer = of_health.post(here, action="reset")
    assert answer.status_code == 403 and "/login/password?link=" not in answer.text
    fresh = person(house.atlas, "fresh", Role.MEMBER, "health")
    answer = of_health.post(f"/accounts/{fresh.id}", action="reset")
    assert answer.status_code == 200 and "/login/password?link=" in answer.text


def test_a_link_hands_over_no_role_that_came_after_it(
    site: Site, root: Browser, of_health: Browser
) -> None:
    house, client = site
    fresh = person(house.atlas, "fresh2", Role.MEMBER, "health")
    answer = of_health.post(f"/accounts/{fresh.id}", action="reset")
    (link,) = set(re.findall(r"/login/password\?link=([\w.:-]+)", answer.text))
    page = client.get("/login/password", params={"link": link})
    assert page.status_code == 200 and "<strong>fresh2</strong>" in page.text
    for changed in (f"{link}x", link.partition(".")[0], f"{link.partition('.')[0]}.{fresh.id}"):
        assert client.get("/login/password", params={"link": changed}).status_code == 403
    house.atlas.accounts.grants.grant(fresh.id, Role.CITY_OFFICE, None, by="test", reason="x")
    assert client.get("/login/password", params={"link": link}).status_code == 403
    data = {"link": link, "password": PASSWORD}
    answer = client.post("/login/password", data=data, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert not house.atlas.accounts.can_sign_in(fresh.id)
    # Who administrates all makes one that is good.
    answer = root.post(f"/accounts/{fresh.id}", action="reset")
    (link,) = set(re.findall(r"/login/password\?link=([\w.:-]+)", answer.text))
    assert client.get("/login/password", params={"link": link}).status_code == 200


def test_a_delegation_ends_by_itself_and_with_the_role(site: Site, root: Browser) -> None:
    house, _ = site
    accounts = house.atlas.accounts
    away = person(house.atlas, "away", Role.REVIEWER, "health")
    deputy = person(house.atlas, "deputy")
    here = f"/accounts/{away.id}"
    fields = {"role": "reviewer", "organization": BELOW, "reason": "休假", "to": "deputy"}
    assert root.post(here, action="delegate", until="", **fields).status_code == 422
    assert root.post(here, action="delegate", until="2026-08-01", **fields).status_code == 422
    wide = {**fields, "organization": WATER}
    assert root.post(here, action="delegate", until="2026-09-10", **wide).status_code == 409
    assert root.post(here, action="delegate", until="2026-09-10", **fields).status_code == 303
    assert accounts.principal(deputy).may(Action.DATASET_RELEASE, BELOW)
    assert not accounts.principal(deputy).may(Action.DATASET_RELEASE, HEALTH)
    before = house.clock.moment
    house.clock.moment += timedelta(days=10)
    assert not accounts.principal(deputy).may(Action.DATASET_RELEASE, BELOW)
    house.clock.moment = before
    accounts.grants.revoke_all(away.id, by="test")
    assert not accounts.principal(deputy).may(Action.DATASET_RELEASE, BELOW)


def test_work_passes_on_when_somebody_leaves(site: Site, root: Browser) -> None:
    house, client = site
    accounts = house.atlas.accounts
    leaving = person(house.atlas, "leaving", Role.STEWARD, "water")
    heir = person(house.atlas, "heir")
    theirs = signed_in(client, house.atlas, leaving)
    answer = root.post(f"/accounts/{leaving.id}", action="disable", successor="heir", reason="调离")
    assert answer.status_code == 303
    assert accounts.principal(heir).may(Action.DATASET_EDIT, WATER)
    assert accounts.people.get(leaving.id).successor == heir.id
    assert theirs.get("/account").status_code == 303
    assert accounts.grants.of(leaving.id) == []


def test_the_last_administrator_stays(site: Site, root: Browser) -> None:
    house, _ = site
    account = house.atlas.accounts.people.by_login("root")
    (grant,) = house.atlas.accounts.grants.of(account.id)
    here = f"/accounts/{account.id}"
    assert root.post(here, action="revoke", grant=grant.id).status_code == 409
    assert root.post(here, action="disable", reason="x").status_code == 409
    assert root.get("/accounts").status_code == 200


def test_who_asks_is_told_what_they_may_do(site: Site) -> None:
    house, client = site
    account = person(house.atlas, "asking", Role.AUDITOR, "health")
    told = client.get("/api/v1/me", headers=signed_in(client, house.atlas, account).headers).json()
    assert (told["kind"], told["actor"]) == ("person", f"person:{account.id}")
    assert told["roles"][0] | {"until": None} == {
        "role": "auditor",
        "organization": HEALTH,
        "until": None,
        "delegated_by": None,
    }
    assert "audit.read" in told["actions"] and "dataset.edit" not in told["actions"]
    token = client.get("/api/v1/me", headers=house.token("steward:city")).json()
    assert token["kind"] == "token" and "held.decide" in token["actions"]
    assert client.get("/api/v1/me").status_code == 401


def test_who_may_sets_four_eyes_and_who_works_there_sees_it(site: Site) -> None:
    house, client = site
    atlas, here = house.atlas, "/workbench/organizations"
    officer = signed_in(client, atlas, person(atlas, "cdo", Role.CHIEF_DATA_OFFICER, "health"))
    steward = signed_in(client, atlas, person(atlas, "seer", Role.STEWARD, "health"))
    demand = {"action": "demand", "reason": "年度检查"}
    assert "非开放" in steward.get(here).text and BELOW not in steward.get(here).text
    for browser, organization in ((steward, HEALTH), (officer, WATER), (officer, "")):
        refused = browser.post(here, **demand, organization=organization)
        assert refused.status_code == 403, organization
    assert officer.post(here, **demand, organization=BELOW).status_code == 303
    assert FourEyes(atlas.journal).is_demanded_by(BELOW)
    assert not FourEyes(atlas.journal).is_demanded_by(HEALTH)
    (told,) = atlas.audit.entries(Wanted(action="settings.change", subject=BELOW))
    assert (told.organization, told.reason) == (BELOW, "年度检查")
    assert "release-alone" in officer.get(here).text
    assert "release-alone" not in steward.get(here).text
    missing = officer.post(here, action="release-alone", organization=BELOW)
    assert missing.status_code == 400 and FourEyes(atlas.journal).is_demanded_by(BELOW)
    officer.post(here, action="release-alone", organization=BELOW, reason="人手不足")
    assert FourEyes(atlas.journal).demanding() == []


def test_four_eyes(site: Site) -> None:
    house, _ = site
    four_eyes = FourEyes(house.atlas.journal)

    def why(opens: bool = False, reviews_secrecy: bool = False) -> str | None:
        return four_eyes.reason_for(HEALTH, opens=opens, reviews_secrecy=reviews_secrecy)

    assert (why(), why(opens=True), why(reviews_secrecy=True)) == (None, "opening", "secrecy")
    four_eyes.demand(HEALTH, True)
    assert (why(), why(opens=True)) == ("setting", "opening")
    four_eyes.demand(HEALTH, False)
    assert why() is None


def test_there_is_no_account_before_somebody_makes_one(tmp_path: Path) -> None:
    with House(tmp_path).atlas as atlas:
        assert atlas.accounts.people.list() == []
        assert atlas.accounts.grants.of_all() == []


def test_accounts_tokens_and_sessions_come_page_by_page(
    site: Site, root: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = site
    for module in ("accounts.people_pages", "accounts.token_pages", "operations.pages"):
        monkeypatch.setattr(f"catalog_service.{module}.PER_PAGE", 2)
    for name in ("paged-one", "paged-two", "paged-three"):
        signed_in(client, house.atlas, person(house.atlas, name))
        house.clock.step(minutes=1)  # tokens of one moment have no order among them
        house.atlas.tokens.create(name, ["query"])
    house.clock.step(minutes=1)
    last = house.atlas.tokens.create("paged-ended", ["query"])
    house.atlas.tokens.revoke(last.token.id)
    for path in ("/accounts", "/accounts/tokens", "/workbench/system"):
        first = root.get(path).text
        assert f'rel="next" href="{path}?page=2"' in first
        assert 'rel="prev"' in root.get(f"{path}?page=2").text
    pages = [root.get(f"/accounts?q=PAGED&page={page}").text for page in (1, 2, 3)]
    named = [re.findall(r"paged-[a-z]+(?=</a>)", page) for page in pages]
    assert [len(names) for names in named] == [2, 1, 1], "past the end the last page is shown"
    assert {*named[0], *named[1]} == {"paged-one", "paged-two", "paged-three"}
    assert "没有这样命名的账号" in root.get("/accounts?q=nobody-at-all").text
    # Those that are good come first; how many have ended is told of all.
    assert "paged-three" in root.get("/accounts/tokens").text
    assert "paged-ended" in root.get("/accounts/tokens?page=9").text
