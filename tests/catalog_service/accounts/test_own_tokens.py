"""A person's token: never more than its owner may now, made, told of and revoked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import httpx
import pytest

from catalog_service.accounts.people import Account
from catalog_service.accounts.service import Action, Role, set_owner, sources_of
from catalog_service.accounts.token_ending import tell_of_ends
from catalog_service.atlas import Atlas
from catalog_service.audit.service import Wanted
from catalog_service.clock import SystemClock
from catalog_service.notices import PersonalNotices
from catalog_service.settings import Settings
from tests.fixtures.command import Cli
from tests.fixtures.organizations import vocabulary_with_below
from tests.fixtures.people import ORGANIZATION, Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import House, portal, served

HEALTH, BELOW, WATER = (ORGANIZATION + name for name in ("health", "shenkang", "water"))
Site = tuple[House, httpx.Client]
_numbers = count()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = House(tmp_path_factory.mktemp("own-tokens"))
    house.atlas.shipped_vocabulary = vocabulary_with_below(shenkang="health")
    with house.atlas:
        use_counting_hasher(house.atlas)
        person(house.atlas, "root", Role.ADMINISTRATOR)
        for source, owner in (("hospital", HEALTH), ("clinic", BELOW), ("river", WATER)):
            house.submit(source, [portal("HELD", "等待的数据", is_open="")], gate="enforce")
            set_owner(house.atlas.journal, house.atlas.vocabulary, source, owner)
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield house, client


def somebody(site: Site, role: Role, organization: str | None) -> tuple[Account, Browser]:
    house, client = site
    account = person(house.atlas, f"own-{next(_numbers)}", role, organization)
    return account, signed_in(client, house.atlas, account)


def make(browser: Browser, **fields: str) -> str:
    """Make a token on the page; return what is shown."""
    given = {"name": "夜间作业", "until": "2026-10-01", "scope-steward": "1", **fields}
    page = browser.post("/account/tokens", action="make", **given)
    assert page.status_code == 200, page.text
    found = re.search(r"<code class=\"breaks\">(atlas_[^<]+)</code>", page.text)
    assert found is not None
    assert found[1] not in browser.get("/account/tokens").text
    return found[1]


def sees(site: Site, secret: str, source: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return site[1].get(f"/api/v1/sources/{source}/records", headers=headers).status_code


def test_it_may_what_its_owner_may_now(site: Site) -> None:
    house, client = site
    account, browser = somebody(site, Role.STEWARD, "health")
    secret = make(browser)
    found = [sees(site, secret, name) for name in ("hospital", "clinic", "river", "city")]
    assert found == [200, 200, 403, 403]
    token = house.atlas.tokens.authenticate(secret)
    mine = sources_of(house.atlas.journal, token, Action.HELD_DECIDE)
    assert mine == {"hospital", "clinic"}
    # Beyond its scope, though the owner may.
    assert not token.may(Action.DATASET_EDIT, HEALTH) and not token.may(Action.AUDIT_READ, None)
    told = client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json()
    assert (told["kind"], told["owner"], told["actor"]) == (
        "token",
        account.id,
        f"person:{account.id}",
    )
    assert "held.decide" in told["actions"] and "dataset.edit" not in told["actions"]
    # The role ends, and with it at once what the token may.
    (grant,) = house.atlas.accounts.grants.of(account.id)
    house.atlas.accounts.grants.revoke(grant.id, by="test")
    assert sees(site, secret, "hospital") == 403
    house.atlas.accounts.grants.grant(account.id, Role.AUDITOR, WATER, by="test", reason="test")
    assert (sees(site, secret, "hospital"), sees(site, secret, "river")) == (403, 200)
    token = house.atlas.tokens.authenticate(secret)
    assert not token.may(Action.HELD_DECIDE, WATER)


@pytest.mark.parametrize(
    ("bound", "seen"),
    [
        ({"organization": BELOW}, ["clinic"]),
        ({"source": "hospital"}, ["hospital"]),
        ({"source": "clinic", "organization": BELOW}, ["clinic"]),
    ],
    ids=["organization", "source", "both"],
)
def test_it_can_be_bound(site: Site, bound: dict[str, str], seen: list[str]) -> None:
    _, browser = somebody(site, Role.STEWARD, "health")
    secret = make(browser, **bound)
    names = ("hospital", "clinic", "river")
    assert [name for name in names if sees(site, secret, name) == 200] == seen
    # Nothing of the whole city, and no other source, whatever the owner gets later.
    token = site[0].atlas.tokens.authenticate(secret)
    site[0].atlas.accounts.grants.grant(
        str(token.owner), Role.CITY_OFFICE, None, by="test", reason="test"
    )
    assert [name for name in names if sees(site, secret, name) == 200] == seen
    assert sources_of(site[0].atlas.journal, site[0].atlas.tokens.authenticate(secret),
                      Action.HELD_DECIDE) == frozenset(seen)  # fmt: skip


def test_a_closed_account_ends_it_for_good(site: Site) -> None:
    house, _ = site
    account, browser = somebody(site, Role.STEWARD, "health")
    secret = make(browser)
    house.atlas.accounts.people.disable(account.id)
    assert sees(site, secret, "hospital") == 401
    house.atlas.accounts.people.enable(account.id)
    assert sees(site, secret, "hospital") == 200
    house.atlas.accounts.disable(account, by="test", successor=None, reason="离任")
    house.atlas.accounts.people.enable(account.id)
    assert sees(site, secret, "hospital") == 401


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"until": ""}, 422),
        ({"until": "2026-09-01"}, 422),
        ({"until": "2027-03-01"}, 422),
        ({"name": " "}, 400),
        ({"scope-steward": ""}, 422),
        ({"scope-write": "1"}, 403),
        ({"source": "river"}, 403),
        ({"organization": WATER}, 403),
        ({"source": "hospital", "organization": BELOW}, 403),
    ],
    ids=["endless", "today", "too long", "nameless", "none", "scope", "source", "over", "both"],
)
def test_what_is_refused(site: Site, fields: dict[str, str], status: int) -> None:
    """A wish beyond one's rights, or without an end, makes nothing, and what was typed stays."""
    account, browser = somebody(site, Role.STEWARD, "health")
    given = {"name": "夜间", "until": "2026-10-01", "scope-steward": "1", **fields}
    page = browser.post("/account/tokens", action="make", **given)
    assert page.status_code == status
    assert f'value="{given["name"]}"' in page.text
    assert site[0].atlas.tokens.list(account.id) == []


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.MEMBER, Role.REVIEWER, Role.AUDITOR])
def test_everybody_makes_tokens_for_cases_of_their_own_and_for_nothing_else(
    site: Site, role: Role
) -> None:
    _, browser = somebody(site, role, "health")
    shown = browser.get("/account/tokens").text
    assert re.findall(r'name="scope-(\w+)"', shown) == ["cases"]
    assert 'name="source"' not in shown
    # Who handles nothing has nothing to bind one to.
    assert ('name="organization"' in shown) == (role in (Role.REVIEWER, Role.AUDITOR))
    assert make(browser, **{"scope-steward": "", "scope-cases": "1"})
    given = {"name": "x", "until": "2026-10-01"}
    for scope in ("admin", "steward", "query", "write"):
        page = browser.post("/account/tokens", action="make", **given, **{f"scope-{scope}": "1"})
        assert page.status_code == 403, scope


def test_a_token_of_a_citizen_for_cases_makes_no_token_and_reads_no_other_things(
    site: Site,
) -> None:
    _, browser = somebody(site, Role.CITIZEN, None)
    secret = make(browser, **{"scope-steward": "", "scope-cases": "1"})
    headers = {"Authorization": f"Bearer {secret}"}
    client = site[1]
    assert client.get("/api/v1/tokens", headers=headers).status_code == 403
    body = {"name": "x", "scopes": ["cases"], "days": 10}
    assert client.post("/api/v1/tokens", headers=headers, json=body).status_code == 403
    assert client.get("/api/v1/audit", headers=headers).status_code == 403
    assert client.get("/api/v1/cases/own", headers=headers).json() == {"total": 0, "cases": []}


def test_the_api_makes_lists_and_revokes(site: Site) -> None:
    house, client = site
    account, browser = somebody(site, Role.STEWARD, "health")
    headers = {**browser.headers, "X-CSRF-Token": browser.csrf}
    body = {"name": "脚本", "scopes": ["steward:hospital"], "days": 30, "organization": "health"}
    made = client.post("/api/v1/tokens", json=body, headers=headers)
    assert made.status_code == 201
    new = made.json()
    assert (new["owner"], new["organization"], new["expires"]) == (
        account.id,
        HEALTH,
        "2026-10-01T16:00:00Z",
    )
    for days in (0, -1, 181, 10**9):
        refused = client.post("/api/v1/tokens", json={**body, "days": days}, headers=headers)
        assert refused.json()["code"] == "token-end-needed"
    # A token makes none, nor sees any but by a scope that contains it.
    by_token = {"Authorization": f"Bearer {new['secret']}"}
    for method in ("GET", "POST"):
        assert client.request(method, "/api/v1/tokens", headers=by_token, json=body).is_error
    wide = {"Authorization": f"Bearer {make(browser, **{'scope-admin': '1'})}"}
    answer = client.post("/api/v1/tokens", json=body, headers=wide)
    assert (answer.status_code, answer.json()["code"]) == (403, "token-makes-none")
    mine = client.get("/api/v1/tokens", headers=wide).json()["tokens"]
    assert {one["owner"] for one in mine} == {account.id} and len(mine) == 2
    assert new["secret"] not in str(mine)
    # Another's is as if it were not there, to all but administrators.
    other, others = somebody(site, Role.STEWARD, "health")
    path = f"/api/v1/tokens/{new['id']}"
    csrf = {**others.headers, "X-CSRF-Token": others.csrf}
    assert client.delete(path, headers=csrf).status_code == 404
    assert others.post("/account/tokens", action="revoke", revoked=new["id"]).status_code == 404
    assert sees(site, new["secret"], "hospital") == 200
    assert client.delete(path, headers=headers).json()["revoked"]
    assert sees(site, new["secret"], "hospital") == 401
    entries = house.atlas.audit.entries(Wanted(subject=f"token:{new['id']}"))
    assert [one.action for one in entries] == ["token.revoke", "token.create"]
    assert all(one.actor == f"person:{account.id}" for one in entries)
    assert f"person:{account.id}" in entries[1].details and entries[1].organization == HEALTH
    assert other.id not in entries[1].details


def test_administrators_see_and_revoke_all(site: Site) -> None:
    house, client = site
    account, browser = somebody(site, Role.STEWARD, "health")
    first, second, third = (make(browser, name=f"第{n}个") for n in range(3))
    mine = [first.split("_")[1], second.split("_")[1], third.split("_")[1]]
    machine = house.atlas.tokens.create("机器", ["query"]).token
    root = signed_in(client, house.atlas, house.atlas.accounts.people.by_login("root"))
    page = root.get("/accounts/tokens").text
    assert account.name in page and "机器" in page and all(one in page for one in mine)
    root.post("/accounts/tokens", action="revoke", revoked=mine[0])
    root.post("/accounts/tokens", action="revoke", revoked=machine.id)
    of_health = somebody(site, Role.ADMINISTRATOR, "health")[1]
    assert of_health.get("/accounts/tokens").status_code == 403
    assert mine[1] in of_health.get(f"/accounts/{account.id}").text
    of_health.post(f"/accounts/{account.id}", action="token-revoke", revoked=mine[1])
    of_water = somebody(site, Role.ADMINISTRATOR, "water")[1]
    path = f"/accounts/{account.id}"
    assert of_water.post(path, action="token-revoke", revoked=mine[2]).status_code == 403
    assert [sees(site, one, "hospital") for one in (first, second, third)] == [401, 401, 200]
    assert house.atlas.tokens.get(machine.id).revoked is not None


def test_the_machine_lists_whose_it_is(tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    cli("user", "create", "wang")
    with Atlas(Settings(home=tmp_path / "var"), SystemClock()) as atlas:
        owner = atlas.accounts.people.by_login("wang").id
        atlas.tokens.create("夜间", ["query"], owner=owner)
    cli("token", "create", "机器", "--scope", "query")
    owned, machine = cli("token", "list", "--json").json["tokens"]
    assert (owned["owner"], machine["owner"]) == (owner, None)
    assert "wang" in cli("token", "list").out


def test_its_owner_is_told_a_week_before_it_ends(site: Site) -> None:
    house, _ = site
    account, browser = somebody(site, Role.STEWARD, "health")
    make(browser, name="月度", until="2026-09-30")
    make(browser, name="本周", until="2026-09-04")
    make(browser, name="不要了", until="2026-09-30")
    gone = next(one for one in house.atlas.tokens.list(account.id) if one.name == "不要了")
    house.atlas.tokens.revoke(gone.id)
    before = house.clock.moment

    def told() -> list[dict[str, str]]:
        tell_of_ends(house.atlas)
        found = PersonalNotices(house.atlas.journal).of(account.id, limit=20)
        return [dict(one.data) for one in found if one.kind == "token.ending"]

    try:
        assert told() == []
        house.clock.moment = before + timedelta(days=23)
        assert told() == [{"name": "月度", "day": "2026-09-30"}]
        house.clock.moment = before + timedelta(days=24)
        assert len(told()) == 1
    finally:
        house.clock.moment = before


def test_it_counts_as_its_owner_for_four_eyes(site: Site) -> None:
    _, browser = somebody(site, Role.STEWARD, "health")
    token = site[0].atlas.tokens.authenticate(make(browser))
    assert token.actor == f"person:{token.owner}"
