"""Signing in, sessions, passwords, one-time codes and links, at the pages."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import httpx
import pyotp
import pytest

from catalog_service.accounts.errors import PASSWORD_REFUSED
from catalog_service.accounts.passwords import Argon2Hasher, check_password
from catalog_service.accounts.people import Account
from catalog_service.accounts.service import Role
from catalog_service.accounts.throttle import BY_ACCOUNT, BY_NETWORK
from catalog_service.secret_keys import create_file
from catalog_service.settings import Settings
from catalog_service.settings.sessions import ROLES
from ontology.errors import AtlasError
from tests.fixtures.people import (
    COOKIE,
    PASSWORD,
    Browser,
    CountingHasher,
    person,
    signed_in,
    started,
    use_counting_hasher,
)
from tests.fixtures.web import HTML, House, served

Site = tuple[House, httpx.Client, CountingHasher]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("accounts")
    house = House(folder / "var", secret_file=folder / "secrets")
    create_file(house.settings)
    with house.atlas:
        hasher = use_counting_hasher(house.atlas)
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield house, client, hasher


_numbers = count()


@pytest.fixture
def li(site: Site) -> Account:
    login = f"li-{next(_numbers)}"
    return person(site[0].atlas, login, password=PASSWORD, email=f"{login}@example.org")


def log_in(client: httpx.Client, login: str, **fields: str) -> httpx.Response:
    data = {"login": login, "password": PASSWORD, **fields}
    return client.post("/login", data=data, headers=HTML)


def test_a_person_signs_in_and_out(site: Site, li: Account) -> None:
    _, client, _ = site
    answer = log_in(client, li.login.upper(), next="/datasets?q=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/datasets?q=1")
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}; Path=/; HttpOnly; SameSite=Lax; Secure", cookie)
    assert answer.headers["cache-control"] == "private, no-store"
    browser = Browser(client, None)
    browser._taken(answer)
    page = browser.get("/account")
    assert page.status_code == 200 and li.name in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert browser.client.get("/api/v1/me", headers=browser.headers).json()["id"] == li.id
    old = browser.secret
    assert browser.post("/logout").status_code == 303
    assert browser.secret is None
    again = Browser(client, old).get("/account")
    assert again.status_code == 303 and "/login" in again.headers["location"]


def test_a_new_secret_with_each_sign_in_and_the_one_before_ends(site: Site, li: Account) -> None:
    """What an attacker put into the browser before names nothing after (fixation)."""
    house, client, _ = site
    planted = started(house.atlas, person(house.atlas, "mallory")).secret
    data = {"login": li.login, "password": PASSWORD}
    answer = client.post("/login", data=data, headers=Browser(client, planted).headers)
    assert planted not in answer.headers["set-cookie"]
    assert house.atlas.accounts.sessions.authenticate(planted) is None
    invented = "A" * 43
    answer = client.post("/login", data=data, headers=Browser(client, invented).headers)
    assert invented not in answer.headers["set-cookie"]


def test_whatever_is_wrong_is_told_the_same_and_costs_one_hash(site: Site, li: Account) -> None:
    """Nobody learns which accounts there are, from words, status or time (enumeration)."""
    house, client, hasher = site
    gone = person(house.atlas, "gone", password=PASSWORD)
    house.atlas.accounts.people.disable(gone.id)
    person(house.atlas, "elsewhere")
    told = set()
    for login, password in (
        (li.login, "wrong"),
        ("nobody-of-this-name", "wrong"),
        (gone.login, PASSWORD),
        ("elsewhere", "wrong"),
        (li.login, "x" * 5_000),
    ):
        hasher.computed = 0
        answer = client.post("/login", data={"login": login, "password": password}, headers=HTML)
        assert hasher.computed == 1, login
        text = answer.text.replace(login, "NAME")
        told.add((answer.status_code, text))
    assert len(told) == 1
    assert next(iter(told))[0] == 403


def test_guessing_is_throttled_by_account(site: Site, li: Account) -> None:
    house, client, hasher = site
    for _ in range(BY_ACCOUNT):
        assert log_in(client, li.login, password="wrong").status_code == 403
    hasher.computed = 0
    refused = log_in(client, li.login)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 60
    assert hasher.computed == 0
    # An account that there is not is throttled alike.
    for _ in range(BY_ACCOUNT):
        log_in(client, "nobody-at-all")
    assert log_in(client, "nobody-at-all").status_code == 429
    house.clock.step(16)
    assert log_in(client, li.login).status_code == 303


def test_guessing_is_throttled_by_network(site: Site, li: Account) -> None:
    house, _, _ = site
    throttle = house.atlas.accounts.throttle
    for number in range(BY_NETWORK):
        throttle.failed(f"guess-{number}", "198.51.100.7")
    with pytest.raises(AtlasError) as error:
        throttle.check(li.login, "198.51.100.7")
    assert error.value.code == "sign-in-throttled"
    throttle.check(li.login, "198.51.100.8")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
        "/ok\r\nSet-Cookie: a=b",
        "///evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/%2e//evil.example",
        "/%2E%2e//evil.example",
        "/%2f%2fevil.example",
        "/%2F/evil.example",
        "/%5c%5cevil.example",
        "/%5cevil.example",
        "/a/..//evil.example",
        "/a/../../evil.example",
        "/./evil.example",
        "/workbench//evil.example",
        "/ /evil.example",
        "/\u2028/evil.example",
        "/\uff0f\uff0fevil.example",
        "/\u3002/evil.example",
        "https:evil.example",
        "https:/evil.example",
        "HTTPS://evil.example",
        "http:///evil.example",
        "//evil.example\\@data.example",
        "//user@evil.example",
        "//evil.example:443",
        "//[::1]/",
        "/\\/evil.example",
        "\\/evil.example",
        "data:text/html,x",
        "javascript://%0aalert(1)",
        "vbscript:x",
        "",
        "?next=//evil.example",
        "#//evil.example",
        "/ok#//evil.example",
        ".//evil.example",
        "/" + "a" * 3_000,
    ],
)
def test_nobody_is_led_elsewhere(site: Site, li: Account, target: str) -> None:
    _, client, _ = site
    assert log_in(client, li.login, next=target).headers["location"] == "/account"
    page = client.get("/login", params={"next": target}, headers=HTML).text
    assert 'name="next" value="/account"' in page


def test_another_site_cannot_sign_anybody_in(site: Site, li: Account) -> None:
    _, client, _ = site
    data = {"login": li.login, "password": PASSWORD}
    foreign = {**HTML, "Origin": "https://evil.example"}
    answer = client.post("/login", data=data, headers=foreign)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
    own = {**HTML, "Origin": "https://data.example"}
    assert client.post("/login", data=data, headers=own).status_code == 303


def test_a_session_ends_when_idle_and_after_its_hours(site: Site, li: Account) -> None:
    house, client, _ = site
    browser = signed_in(client, house.atlas, li)
    for _ in range(15):
        house.clock.step(50)
        if browser.get("/account").status_code != 200:
            break
    else:
        pytest.fail("a session that is used ends after twelve hours")
    other = signed_in(client, house.atlas, li)
    assert other.get("/account").status_code == 200
    house.clock.step(61)
    assert other.get("/account").status_code == 303


def test_sessions_are_ended_one_by_one(site: Site, li: Account) -> None:
    house, client, _ = site
    one, other, third = (signed_in(client, house.atlas, li) for _ in range(3))
    listed = house.atlas.accounts.sessions.of(li.id)
    assert len(listed) == 3
    mine = house.atlas.accounts.sessions.authenticate(other.secret or "")
    assert mine is not None
    assert one.post("/account", action="session-end", session=mine.session.id).status_code == 303
    assert other.get("/account").status_code == 303
    assert third.get("/account").status_code == 200
    assert one.post("/account", action="sessions-end").status_code == 200
    assert third.get("/account").status_code == 303
    assert one.get("/account").status_code == 200


def test_a_change_of_rights_renews_the_secret(site: Site, li: Account) -> None:
    house, client, _ = site
    browser = signed_in(client, house.atlas, li)
    assert browser.get("/account").status_code == 200
    before = browser.secret or ""
    house.atlas.accounts.grants.grant(li.id, Role.AUDITOR, None, by="test", reason="test")
    # A form that was loaded before still counts, and its answer brings the new secret.
    assert browser.post("/account", action="language", language="en").status_code == 303
    assert browser.secret not in (None, before)
    late = Browser(client, before)
    assert late.get("/account").status_code == 200, "requests under way are not refused"
    house.clock.moment += timedelta(seconds=11)
    assert late.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(site: Site, li: Account) -> None:
    house, client, _ = site
    browser, other = (signed_in(client, house.atlas, li) for _ in range(2))
    fields = {"action": "password", "new_password": "seven grey herons at dawn"}
    assert browser.post("/account", password="wrong", **fields).status_code == 403
    short = browser.post("/account", action="password", password=PASSWORD, new_password="short")
    assert short.status_code == 422
    assert browser.post("/account", password=PASSWORD, **fields).status_code == 200
    assert other.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200
    assert log_in(client, li.login).status_code == 403
    assert log_in(client, li.login, password=fields["new_password"]).status_code == 303


def test_one_time_codes(site: Site, li: Account) -> None:
    house, client, _ = site
    browser = signed_in(client, house.atlas, li)
    page = browser.post("/account", action="totp-begin", password=PASSWORD).text
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found and "<svg" in page and "style=" not in page.partition("<svg")[2][:200]
    device = pyotp.TOTP(found[1])
    wrong = browser.post("/account", action="totp-confirm", code="000000")
    assert wrong.status_code == 422
    assert found[1] not in wrong.text, "whoever has the session alone is told no secret"
    for sent, kept in ((found[1], True), ("A" * 32, False)):
        wrong = browser.post("/account", action="totp-confirm", code="000000", secret=sent)
        assert wrong.status_code == 422
        assert (f"<code>{sent}</code>" in wrong.text) is kept
        assert ('aria-describedby="code-problem" autofocus' in wrong.text) is kept
        assert wrong.text.count('role="alert"') == 1
    code = device.at(house.clock.now())
    page = browser.post("/account", action="totp-confirm", code=code).text
    recovery = re.findall(r"<code>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</code>", page)
    assert len(recovery) == 10
    again = browser.post("/account", action="totp-confirm", code="000000", secret=found[1])
    assert f"<code>{found[1]}</code>" not in again.text, "no longer set up"
    assert log_in(client, li.login).status_code == 403
    assert log_in(client, li.login, code=code).status_code == 403, "used to set it up"
    house.clock.step(1)
    code = device.at(house.clock.now())
    assert log_in(client, li.login, code=code).status_code == 303
    assert log_in(client, li.login, code=code).status_code == 403, "good once"
    assert log_in(client, li.login, code=recovery[3].upper()).status_code == 303
    assert log_in(client, li.login, code=recovery[3]).status_code == 403, "good once"
    assert found[1].encode() not in (house.settings.home / "journal.sqlite").read_bytes()
    # A new password by a link does not go around the device.
    link, _ = house.atlas.accounts.resets.make(li.id)
    data = {"link": link, "password": PASSWORD}
    assert client.post("/login/password", data=data, headers=HTML).status_code == 303
    assert log_in(client, li.login).status_code == 403
    browser._taken(log_in(client, li.login, code=recovery[4]))
    assert browser.post("/account", action="totp-remove", password=PASSWORD).status_code == 200
    assert log_in(client, li.login).status_code == 303


def test_roles_that_need_codes_are_withheld_until_they_are_set_up(tmp_path: Path) -> None:
    house = House(
        tmp_path / "var",
        secret_file=tmp_path / "keys",
        second_factor_roles="administrator, city_office",
    )
    create_file(house.settings)
    with house.atlas as atlas:
        use_counting_hasher(atlas)
        root = person(atlas, "root", Role.ADMINISTRATOR, password=PASSWORD)
        steward = person(atlas, "steward", Role.STEWARD, "health", password=PASSWORD)
        with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
            free = log_in(client, steward.login, next="/workbench")
            assert free.headers["location"] == "/workbench", "no role of theirs needs codes"
            answer = log_in(client, root.login, next="/accounts")
            assert answer.headers["location"] == "/account", "before anything else"
            browser = Browser(client, None)
            browser._taken(answer)
            for path in ("/accounts", "/workbench", "/audit", "/account/tokens"):
                led = browser.get(path)
                assert (led.status_code, led.headers["location"]) == (303, "/account"), path
            by_api = client.get("/api/v1/audit", headers={**browser.headers, "Accept": "*/*"})
            assert by_api.json()["code"] == "second-factor-needed"
            made = browser.post("/accounts", login="x1", name="x", reason="x")
            assert made.status_code == 303 and atlas.accounts.people.find("x1") is None
            assert "#codes" in browser.get("/account").text
            page = browser.post("/account", action="totp-begin", password=PASSWORD).text
            found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
            assert found is not None
            assert browser.get("/accounts").status_code == 303, "begun is not set up"
            code = pyotp.TOTP(found[1]).at(house.clock.now())
            assert browser.post("/account", action="totp-confirm", code=code).status_code == 200
            assert browser.get("/accounts").status_code == 200
            kept = browser.post("/account", action="totp-remove", password=PASSWORD)
            assert kept.status_code == 403 and atlas.accounts.second_factors.is_set(root.id)
            # Of who comes by a provider it is the provider's affair. A later role counts.
            office = person(atlas, "office", Role.CITY_OFFICE)
            new = atlas.accounts.sessions.start(
                office.id, method="oidc", network="192.0.2.1", user_agent="test"
            )
            by_provider = atlas.accounts.sessions.authenticate(new.secret)
            assert by_provider is not None
            assert atlas.accounts.signed_in(by_provider).grants != ()
            atlas.accounts.grants.grant(
                steward.id, Role.CITY_OFFICE, None, by="test", reason="升职"
            )
            browser._taken(free)
            assert browser.get("/workbench").headers["location"] == "/account"


@pytest.mark.parametrize("given", ["king", "steward,king"])
def test_only_roles_can_need_codes_and_only_where_keys_are_kept(tmp_path: Path, given: str) -> None:
    assert {role.value for role in Role} == set(ROLES)
    with pytest.raises(ValueError, match="king"):
        Settings(home=tmp_path, second_factor_roles=given, secret_file=tmp_path / "keys")
    with pytest.raises(ValueError, match="secret_file"):
        Settings(home=tmp_path, second_factor_roles="steward")


def test_a_link_sets_a_password_once(site: Site, li: Account) -> None:
    house, client, _ = site
    accounts = house.atlas.accounts
    browser = signed_in(client, house.atlas, li)
    secret, _ = accounts.resets.make(li.id)
    page = client.get("/login/password", params={"link": secret}, headers=HTML)
    assert page.status_code == 200 and page.headers["referrer-policy"] == "same-origin"
    data = {"link": secret, "password": "password"}
    assert client.post("/login/password", data=data, headers=HTML).status_code == 422
    data["password"] = "nine lanterns over water"
    done = client.post("/login/password", data=data, headers=HTML)
    assert done.status_code == 303
    told = "密码已设置，请用它登录。"
    assert told in client.get(done.headers["location"], headers=HTML).text
    assert told not in client.get("/login", headers=HTML).text
    assert browser.get("/account").status_code == 303
    assert log_in(client, li.login, password=data["password"]).status_code == 303
    assert client.post("/login/password", data=data, headers=HTML).status_code == 403
    late, _ = accounts.resets.make(li.id)
    house.clock.step(61)
    answer = client.get("/login/password", params={"link": late}, headers=HTML)
    assert answer.status_code == 403


def test_asking_for_a_link_tells_nobody_which_addresses_are_known(
    site: Site, li: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client, _ = site
    sent: list[tuple[str, str]] = []

    class Noting:
        def send_reset(self, account: Account, link: str, expires: object) -> None:
            sent.append((account.id, link))

    monkeypatch.setattr(house.atlas.accounts, "mailer", Noting())
    answers = [
        client.post("/login/reset", data={"email": email}, headers=HTML)
        for email in (li.email, "nobody@example.org")
    ]
    assert answers[0].text == answers[1].text
    assert [person for person, _ in sent] == [li.id]
    assert sent[0][1].startswith("https://data.example/login/password?link=")


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("correct horse battery", True),
        ("上海滩上的旧书店和茶馆", False),
        ("黄浦江边三只白鹭飞过旧码头", True),
        ("short1!", False),
        ("password1234", False),
        ("qwertyuiop123", False),
        ("wanglihua@example.org", False),
        ("x" * 129, False),
        ("aaaaaaaaaaaaaaaa", False),
    ],
)
def test_which_passwords_are_taken(password: str, taken: bool) -> None:
    if taken:
        check_password(password, ("wanglihua@example.org",))
    else:
        with pytest.raises(AtlasError) as error:
            check_password(password, ("wanglihua@example.org",))
        assert error.value.kind is PASSWORD_REFUSED


def test_passwords_are_kept_by_argon2id() -> None:
    hasher = Argon2Hasher()
    made = hasher.hash(PASSWORD)
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert hasher.verify(made, PASSWORD) and not hasher.verify(made, "other")
    assert not hasher.verify("plain", PASSWORD) and not hasher.needs_rehash(made)


def test_public_pages_are_the_same_for_whoever_is_not_signed_in(site: Site) -> None:
    _, client, _ = site
    for path in ("/", "/datasets", "/about"):
        plain = client.get(path, headers=HTML)
        stale = Browser(client, "B" * 43).get(path)
        assert plain.content == stale.content
        assert "no-store" not in plain.headers.get("cache-control", "")
        assert "set-cookie" not in plain.headers


def test_who_is_signed_out_is_asked_to_sign_in(site: Site) -> None:
    _, client, _ = site
    client.cookies.clear()
    answer = client.get("/workbench", params={"lang": "en"}, headers={"Accept": "text/html"})
    assert answer.status_code == 401 and "Please sign in" in answer.text
    assert "/login?next=" in answer.text


def test_a_link_used_at_the_same_moment_by_two_sets_one_password(site: Site, li: Account) -> None:
    house, _, _ = site
    accounts = house.atlas.accounts
    link, _ = accounts.resets.make(li.id)
    ready, answers = threading.Barrier(2), dict[str, str]()

    def use(password: str) -> None:
        ready.wait()
        try:
            accounts.reset_password(link, password)
            answers[password] = "set"
        except AtlasError as error:
            answers[password] = error.code

    both = [threading.Thread(target=use, args=(f"{PASSWORD} {n}",)) for n in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers.values()) == ["reset-link-invalid", "set"]
    for password, answer in answers.items():
        assert accounts.passwords.is_right(li.id, password) == (answer == "set")


def test_a_link_is_void_once_its_maker_is_gone(site: Site, li: Account) -> None:
    house, _, _ = site
    accounts = house.atlas.accounts
    root = person(house.atlas, "gone-root", Role.ADMINISTRATOR)
    link, _ = accounts.resets.make(li.id, maker=root.id)
    assert accounts.account_of_link(link).id == li.id
    house.atlas.accounts.people.disable(root.id)
    with pytest.raises(AtlasError) as error:
        accounts.account_of_link(link)
    assert error.value.code == "reset-link-invalid"
