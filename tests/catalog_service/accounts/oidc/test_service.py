"""Accounts, roles by groups, and sessions that begin and end with the provider's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.accounts.accounts import Accounts
from catalog_service.accounts.actions import Role
from catalog_service.accounts.oidc import errors
from catalog_service.accounts.oidc.attempts import Attempt
from catalog_service.accounts.oidc.model import GroupRole, Identity, Tokens
from catalog_service.accounts.oidc.provider_sessions import ProviderSessions
from catalog_service.accounts.oidc.service import OidcSignIn, SignedIn
from catalog_service.accounts.oidc.tables import provider_sessions
from catalog_service.accounts.tables import people, role_grants, sessions
from catalog_service.audit.service import Audit, Wanted
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_number
from ontology.errors import AtlasError
from ontology.vocabulary import load_vocabulary
from tests.fixtures.oidc_stand_in import (
    ISSUER,
    OTHER_KEY,
    SECRET,
    StandIn,
    answer_to,
    settings,
    signed,
    unsigned,
)
from tests.fixtures.people import PASSWORD, CountingHasher
from tests.fixtures.web import SteppingClock

TRAFFIC = "https://w3id.org/shdata/vocab/organization/traffic"
STEWARDS = GroupRole("stewards", Role.STEWARD, TRAFFIC)
AUDITORS = GroupRole("auditors", Role.AUDITOR, None)


class Place:
    """A catalogue with people who sign in by the stand-in."""

    def __init__(self, folder: Path, **given: Any) -> None:
        self.clock = SteppingClock()
        self.stand_in = StandIn(self.clock)
        self.settings = settings(folder, **given)
        self.journal = Journal.open(f"sqlite:///{folder / 'journal.sqlite'}", self.clock)
        self.accounts = Accounts(
            self.journal,
            self.clock,
            self.settings,
            load_vocabulary,
            hasher=CountingHasher(),
        )
        self.oidc = self.another_process()
        self.last = ""

    def another_process(self) -> OidcSignIn:
        return OidcSignIn(
            self.settings, self.journal, self.clock, self.accounts, requests_client=self.stand_in
        )

    def come_back(self, **claims: Any) -> tuple[Attempt, dict[str, str]]:
        attempt = Attempt.begin("sign-in", "/workbench", self.clock.now())
        self.say(nonce=attempt.nonce, **claims)
        return attempt, answer_to(attempt)

    def say(self, **claims: Any) -> None:
        self.stand_in.id_token = signed(self.stand_in.claims(**claims))

    def sign_in(self, **claims: Any) -> SignedIn:
        found = self.oidc.sign_in(*self.come_back(**claims))
        new = self.oidc.begin(found, network="192.0.2.1", user_agent="test", replaces=None)
        self.last = new.session.id
        return found

    def rights(self) -> set[tuple[str, str | None]]:
        """The roles by groups that are in force now."""
        with self.journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(role_grants.c.role, role_grants.c.organization).where(
                    role_grants.c.origin == "group",
                    role_grants.c.revoked.is_(None),
                    role_grants.c.until > to_number(self.clock.now()),
                )
            ).all()
        return {(row.role, row.organization) for row in rows}

    def open_sessions(self) -> set[str]:
        with self.journal.reading_tables() as connection:
            found = sa.select(sessions.c.provider_session).where(sessions.c.ended.is_(None))
            return {name or "none" for name in connection.execute(found).scalars()}

    def rights_counted(self) -> int:
        with self.journal.reading_tables() as connection:
            return int(connection.execute(sa.select(people.c.rights)).scalar_one())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path)
    found.oidc.group_roles.add(STEWARDS)
    found.oidc.group_roles.add(AUDITORS)
    yield found
    found.journal.close()


def test_groups_are_roles(place: Place) -> None:
    found = place.sign_in(groups=["stewards", "another"])
    assert found.target == "/workbench"
    assert place.rights() == {("steward", TRAFFIC)}


def test_the_same_identity_is_the_same_account(place: Place) -> None:
    first = place.sign_in()
    again = place.sign_in(preferred_username="another.name", name="另名")
    assert first.person == again.person
    # The same subject of another issuer would be somebody else: issuers are checked before.
    other = place.sign_in(sub="subject-2")
    assert other.person != first.person


def test_nobody_gets_an_account_by_e_mail_or_name(place: Place) -> None:
    mine = place.accounts.people.create("li.hua", "李华").id
    found = place.sign_in(email="li.hua@city.example", email_verified=True)
    assert found.person != mine
    other = place.sign_in(sub="subject-2")
    with place.journal.reading_tables() as connection:
        logins = dict(connection.execute(sa.select(people.c.id, people.c.login)).all())
    assert logins[mine] == "li.hua"
    assert logins[found.person] == "li.hua@id.example"
    assert logins[other.person].startswith("li.hua-")


def test_who_is_in_no_group_that_is_mapped_gets_no_account(place: Place) -> None:
    with pytest.raises(AtlasError) as caught:
        place.sign_in(groups=["others"])
    assert caught.value.kind is errors.ACCOUNT_NOT_ALLOWED
    with place.journal.reading_tables() as connection:
        assert not connection.execute(sa.select(people.c.id)).all()


@pytest.mark.parametrize(("allowed", "comes_in"), [("all", True), ("none", False)])
def test_who_gets_an_account_is_a_setting(tmp_path: Path, allowed: str, comes_in: bool) -> None:
    place = Place(tmp_path, oidc_new_people=allowed)
    try:
        if comes_in:
            assert place.sign_in(groups=[]).person
        else:
            place.oidc.group_roles.add(STEWARDS)
            with pytest.raises(AtlasError) as caught:
                place.sign_in()
            assert caught.value.kind is errors.ACCOUNT_NOT_ALLOWED
    finally:
        place.journal.close()


def test_a_group_that_is_taken_away_ends_the_right_within_a_minute(place: Place) -> None:
    place.sign_in(groups=["stewards", "auditors"])
    counted = place.rights_counted()
    place.say(groups=["auditors"])
    # Asked at most once in 45 seconds, and surely within a minute.
    asked = len(place.stand_in.asked)
    assert place.oidc.keep_current(place.last)
    assert len(place.stand_in.asked) == asked
    place.clock.step(1)
    assert place.oidc.keep_current(place.last)
    assert place.rights() == {("auditor", None)}
    assert place.rights_counted() == counted + 1
    # Nothing changed: sessions are not rotated once more.
    place.clock.step(1)
    assert place.oidc.keep_current(place.last)
    assert place.rights_counted() == counted + 1


def test_a_group_that_is_mapped_no_more_ends_the_right_within_a_minute(place: Place) -> None:
    place.sign_in()
    place.oidc.group_roles.remove(STEWARDS)
    place.clock.step(1)
    assert place.oidc.keep_current(place.last)
    assert place.rights() == set()


def test_where_the_provider_is_away_rights_end_by_themselves(place: Place) -> None:
    place.sign_in()
    place.stand_in.go_away()
    for _ in range(4):
        place.clock.step(1)
        assert place.oidc.keep_current(place.last)
        assert place.rights() == {("steward", TRAFFIC)}
    place.clock.step(1)
    assert place.oidc.keep_current(place.last)
    assert place.rights() == set()
    assert place.open_sessions() == {"session-1"}
    # It is back.
    place.stand_in.failure = None
    place.say()
    place.clock.step(1)
    assert place.oidc.keep_current(place.last)
    assert place.rights() == {("steward", TRAFFIC)}


def test_a_provider_that_is_away_is_let_alone_for_a_while(place: Place) -> None:
    place.sign_in()
    first = place.last
    place.sign_in()
    place.stand_in.go_away()
    place.clock.step(1)
    asked = len(place.stand_in.asked)
    for session in (first, place.last, first):
        assert place.oidc.keep_current(session)
    assert len(place.stand_in.asked) == asked + 1


def test_a_session_that_ended_there_ends_here(place: Place) -> None:
    place.sign_in()
    place.stand_in.refused = 400
    place.clock.step(1)
    assert not place.oidc.keep_current(place.last)
    assert place.open_sessions() == set()
    with place.journal.reading_tables() as connection:
        assert not connection.execute(sa.select(provider_sessions.c.session)).all()


def test_somebody_else_in_the_answer_gives_no_right(place: Place) -> None:
    place.sign_in()
    place.say(sub="subject-2", groups=["auditors"])
    for _ in range(6):
        place.clock.step(1)
        place.oidc.keep_current(place.last)
    assert place.rights() == set()


def test_one_alone_asks(place: Place) -> None:
    place.sign_in()
    place.say()
    place.clock.step(1)
    processes = [place.another_process() for _ in range(4)]
    for process in processes:
        process._client._discovery.keys()
    asked = len(place.stand_in.asked)
    start = threading.Barrier(4)

    def ask(process: OidcSignIn) -> bool:
        start.wait()
        return process.keep_current(place.last)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, processes))
    refreshed = [form for *_, form in place.stand_in.asked[asked:] if "refresh_token" in form]
    assert len(refreshed) == 1


def test_a_session_of_a_password_asks_nobody(place: Place) -> None:
    asked = len(place.stand_in.asked)
    assert place.oidc.keep_current("not the provider's")
    assert len(place.stand_in.asked) == asked


class TestLinking:
    def link(self, place: Place, person: str, **claims: Any) -> None:
        attempt = Attempt.begin("link", "/account", place.clock.now())
        place.say(nonce=attempt.nonce, **claims)
        place.oidc.link(attempt, answer_to(attempt), person)

    def test_an_account_is_linked_by_its_owner(self, place: Place) -> None:
        mine = place.accounts.people.create("li.hua", "李华").id
        self.link(place, mine)
        self.link(place, mine)
        assert place.sign_in().person == mine
        found = place.oidc.identities.of_person(mine, ISSUER)
        assert found is not None and found.subject == "subject-1"

    def test_an_identity_of_another_is_refused(self, place: Place) -> None:
        theirs = place.sign_in().person
        mine = place.accounts.people.create("li.na", "李娜").id
        assert mine != theirs
        with pytest.raises(AtlasError) as caught:
            self.link(place, mine)
        assert caught.value.kind is errors.IDENTITY_LINKED
        # Nor has an account two of them.
        with pytest.raises(AtlasError) as caught:
            self.link(place, theirs, sub="subject-2")
        assert caught.value.kind is errors.IDENTITY_LINKED

    def test_who_unlinks_loses_roles_and_sessions_of_it(self, place: Place) -> None:
        person = place.sign_in().person
        with pytest.raises(AtlasError) as caught:
            place.oidc.unlink(person)
        assert caught.value.kind is errors.LAST_WAY_IN
        place.accounts.set_password(place.accounts.people.get(person), PASSWORD)
        place.oidc.unlink(person)
        assert place.rights() == set()
        assert place.open_sessions() == set()
        assert place.oidc.identities.of_person(person, ISSUER) is None


class TestLogoutTokens:
    def send(self, place: Place, token: str | None = None, **claims: Any) -> int:
        given = token or signed(place.stand_in.logout_claims(**claims), typ="logout+jwt")
        return place.oidc.end_by_token(given)

    def refused(self, place: Place, token: str | None = None, **claims: Any) -> None:
        with pytest.raises(AtlasError) as caught:
            self.send(place, token, **claims)
        assert caught.value.kind is errors.LOGOUT_TOKEN_INVALID
        assert place.open_sessions() == {"session-1"}

    def test_end_the_session_that_they_name(self, place: Place) -> None:
        place.sign_in(sid="a")
        place.sign_in(sid="b")
        place.sign_in(sid="c", sub="subject-2")
        assert self.send(place, sid="a") == 1
        assert place.open_sessions() == {"b", "c"}
        # A name of a session and another's subject name nothing.
        assert self.send(place, sid="b", sub="subject-2", jti="2") == 0
        # Without one: all of a person.
        assert self.send(place, sid=None, sub="subject-2", jti="3") == 1
        assert self.send(place, sid="b", sub=None, jti="4") == 1
        assert place.open_sessions() == set()

    def test_are_good_once(self, place: Place) -> None:
        place.sign_in()
        token = signed(place.stand_in.logout_claims(sid="other"), typ="logout+jwt")
        assert self.send(place, token) == 0
        self.refused(place, token)
        place.clock.step(11)
        self.refused(place, token)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"iss": "https://evil.example"},
            {"aud": "another"},
            {"aud": None},
            {"iat": None},
            {"exp": 1},
            {"iat": 1, "exp": None},
            {"iat": -(10**30), "exp": None},
            {"jti": None},
            {"jti": 7},
            {"events": None},
            {"events": ["http://schemas.openid.net/event/backchannel-logout"]},
            {"events": {"another": {}}},
            {"nonce": "n"},
            {"sub": None, "sid": None},
            {"sub": 7},
            {"sid": ["session-1"]},
        ],
        ids=str,
    )
    def test_that_are_wrong_end_nothing(self, place: Place, wrong: dict[str, Any]) -> None:
        place.sign_in()
        self.refused(place, **wrong)

    def test_that_are_signed_wrong_end_nothing(self, place: Place) -> None:
        place.sign_in()
        claims = place.stand_in.logout_claims()
        self.refused(place, unsigned(claims))
        self.refused(place, signed(claims, OTHER_KEY, kid="one"))
        self.refused(place, "x")
        # An ID token is none, nor is an access token.
        self.refused(place, signed(place.stand_in.claims(jti="x")))
        self.refused(place, signed(claims, typ="at+jwt"))

    def test_front_channel_ends_what_it_names(self, place: Place) -> None:
        place.sign_in(sid="a")
        place.sign_in(sid=None, sub="subject-2")
        assert place.oidc.end_by_name("https://evil.example", "a") == 0
        assert place.oidc.end_by_name(ISSUER, "") == 0
        assert place.oidc.end_by_name(ISSUER, "b") == 0
        assert place.oidc.end_by_name(ISSUER, "a") == 1
        assert place.open_sessions() == {"none"}


def test_where_to_sign_out_there_too(place: Place) -> None:
    place.sign_in()
    address = place.oidc.end_session_address(place.last)
    assert address is not None and address.startswith(f"{ISSUER}/logout?")
    # Once: nothing is kept of it then.
    assert place.oidc.end_session_address(place.last) is None


def test_tokens_are_kept_encrypted_for_their_session(place: Place) -> None:
    place.sign_in()
    with place.journal.reading_tables() as connection:
        kept = connection.execute(sa.select(provider_sessions.c.tokens)).scalar_one()
    assert b"refresh-1" not in kept and b"access" not in kept
    with place.journal.writing_tables() as connection:
        connection.execute(
            provider_sessions.insert().values(
                session="s2", person="p1", subject="subject-1", asked=0, tokens=kept
            )
        )
    assert (
        ProviderSessions(place.journal, place.clock, SECRET).identity_token(place.last) is not None
    )
    assert ProviderSessions(place.journal, place.clock, SECRET).identity_token("s2") is None
    assert (
        ProviderSessions(place.journal, place.clock, "another").identity_token(place.last) is None
    )


def test_another_secret_ends_sessions_when_they_are_looked_at(place: Place) -> None:
    place.sign_in()
    (place.settings.home.parent / "oidc-secret").write_text("another secret")
    later = settings(place.settings.home.parent)
    (place.settings.home.parent / "oidc-secret").write_text("another secret")
    object.__setattr__(later, "oidc_client_secret", "another secret")
    process = OidcSignIn(later, place.journal, place.clock, place.accounts, place.stand_in)
    place.clock.step(1)
    assert not process.keep_current(place.last)
    assert place.open_sessions() == set()


class TestGroupRoles:
    def test_are_listed_added_once_and_removed(self, place: Place) -> None:
        table = place.oidc.group_roles
        assert table.all() == [AUDITORS, STEWARDS]
        assert not table.add(STEWARDS)
        assert table.add(GroupRole("stewards", Role.STEWARD, None))
        table.remove(STEWARDS)
        assert table.all() == [AUDITORS, GroupRole("stewards", Role.STEWARD, None)]
        with pytest.raises(AtlasError) as caught:
            table.remove(STEWARDS)
        assert caught.value.kind is errors.GROUP_ROLE_UNKNOWN

    @pytest.mark.parametrize("name", ["", "x" * 301, "a\nb"])
    def test_that_have_no_names_are_refused(self, place: Place, name: str) -> None:
        with pytest.raises(AtlasError) as caught:
            place.oidc.group_roles.add(GroupRole(name, Role.STEWARD, None))
        assert caught.value.kind is errors.GROUP_INVALID

    def test_names_are_compared_exactly(self, place: Place) -> None:
        assert place.oidc.group_roles.rights_of(["Stewards", "stewards ", "/stewards"]) == set()


def test_an_account_that_was_ended_stays_so(place: Place) -> None:
    person = place.sign_in().person
    place.accounts.people.disable(person)
    with pytest.raises(AtlasError) as caught:
        place.sign_in()
    assert caught.value.kind is errors.ACCOUNT_ENDED


def test_names_that_this_catalogue_would_not_take_become_others(place: Place) -> None:
    for number, login in enumerate(("李华", "DOMAIN\\li hua", "x" * 300, "a", "--")):
        person = place.sign_in(sub=f"subject-{number}", preferred_username=login).person
        assert place.accounts.people.get(person).login


def test_the_audit_tells_what_came_of_groups(place: Place) -> None:
    place.sign_in()
    place.say(groups=[])
    place.clock.step(1)
    place.oidc.keep_current(place.last)
    told = [entry.action for entry in Audit(place.journal).walk(Wanted())]
    for action in ("user.create", "credential.change", "session.begin", "role.map_group"):
        assert action in told
    assert told.count("role.grant") == told.count("role.revoke") == 1


def test_what_is_said_of_one_shows_no_tokens() -> None:
    tokens = Tokens("access", "id", "refresh")
    identity = Identity(ISSUER, "s", "l", "n", frozenset(), None)
    assert "refresh" not in repr(SignedIn("p", identity, tokens, "/"))
