"""The authorization code flow, and every answer of a provider that must not be believed."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog_service.accounts.oidc import errors
from catalog_service.accounts.oidc.attempts import Attempt
from catalog_service.accounts.oidc.model import Identity, Tokens
from catalog_service.accounts.oidc.requests import GrantRefusedError
from harvesters.platforms.http import Response
from ontology.errors import AtlasError, ErrorKind
from tests.fixtures.oidc_stand_in import (
    CURVE_KEY,
    ISSUER,
    KEY,
    OTHER_KEY,
    SECRET,
    StandIn,
    answer_to,
    made,
    query_of,
    settings,
    signed,
    signed_by_secret,
    unsigned,
)
from tests.fixtures.web import SteppingClock


class Flow:
    """A catalogue and its provider, with a sign-in under way."""

    def __init__(self, folder: Path, **given: Any) -> None:
        self.clock = SteppingClock()
        self.stand_in = StandIn(self.clock)
        self.client, self.checks, self.discovery = made(
            settings(folder, **given), self.stand_in, self.clock
        )
        self.attempt = Attempt.begin("sign-in", "/account", self.clock.now())

    def redeem(self, id_token: str, **answer: str) -> Identity:
        self.stand_in.id_token = id_token
        return self.client.redeem(self.attempt, answer_to(self.attempt, **answer))[0]

    def claims(self, **more: Any) -> dict[str, Any]:
        return self.stand_in.claims(**{"nonce": self.attempt.nonce, **more})


@pytest.fixture
def flow(tmp_path: Path) -> Flow:
    return Flow(tmp_path)


def refusal(work: Callable[[], object]) -> ErrorKind:
    with pytest.raises(AtlasError) as caught:
        work()
    for lang in ("zh", "en"):
        assert caught.value.message(lang)
    return caught.value.kind


def test_the_browser_is_sent_with_state_nonce_and_challenge(flow: Flow) -> None:
    address = flow.client.authorization_address(flow.attempt, "zh")
    assert address.startswith(f"{ISSUER}/auth?")
    query = query_of(address)
    assert query["response_type"] == "code"
    assert query["redirect_uri"] == "https://data.example/login/oidc/callback"
    assert query["code_challenge_method"] == "S256"
    assert (query["state"], query["nonce"]) == (flow.attempt.state, flow.attempt.nonce)
    assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3
    # Nothing that the browser's history keeps tells the secret, or the verifier.
    assert flow.attempt.secret not in address
    assert flow.attempt.verifier not in address
    linking = Attempt.begin("link", "/account", flow.clock.now())
    assert query_of(flow.client.authorization_address(linking, "zh"))["prompt"] == "login"


def test_who_signed_in(flow: Flow) -> None:
    found = flow.redeem(signed(flow.claims()))
    assert found == Identity(
        ISSUER, "subject-1", "li.hua", "李华", frozenset({"stewards"}), "session-1"
    )
    form = flow.stand_in.asked[-1][3] if flow.stand_in.asked[-1][3] else flow.stand_in.asked[-2][3]
    assert form["code"] == "code-1"
    assert form["code_verifier"] == flow.attempt.verifier
    assert flow.stand_in.last_credentials() == ("atlas", SECRET)


def test_the_secret_goes_in_the_body_where_the_provider_wants_it_so(tmp_path: Path) -> None:
    flow = Flow(tmp_path, oidc_client_authentication="post")
    flow.redeem(signed(flow.claims()))
    forms = [form for method, _, _, form in flow.stand_in.asked if method == "POST"]
    assert forms[0]["client_secret"] == SECRET
    assert all("Authorization" not in headers for _, _, headers, _ in flow.stand_in.asked)


def test_groups_may_stand_at_the_userinfo_endpoint_or_below(tmp_path: Path) -> None:
    flow = Flow(tmp_path, oidc_groups_claim="realm_access.roles")
    flow.stand_in.userinfo = {"sub": "subject-1", "realm_access": {"roles": ["a", "b", 3]}}
    assert flow.redeem(signed(flow.claims(groups=None))).groups == {"a", "b"}
    flow.stand_in.userinfo = {"sub": "another", "realm_access": {"roles": ["a"]}}
    assert refusal(lambda: flow.redeem(signed(flow.claims()))) is errors.IDENTITY_INVALID


@pytest.mark.parametrize("groups", [None, {}, 7, [], [7], "", ["x" * 301], {"stewards": True}])
def test_what_is_no_list_of_names_is_no_group(flow: Flow, groups: object) -> None:
    flow.stand_in.userinfo = {"sub": "subject-1"}
    assert flow.redeem(signed(flow.claims(groups=groups))).groups == frozenset()


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "issuer with a slash": {"iss": ISSUER + "/"},
    "another audience": {"aud": "another"},
    "no audience": {"aud": None},
    "several audiences and no party": {"aud": ["atlas", "another"], "azp": None},
    "another party": {"azp": "another"},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "empty nonce": {"nonce": ""},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "subject that is no text": {"sub": 7},
    "endless subject": {"sub": "x" * 256},
    "subject with a line end": {"sub": "a\nb"},
    "no expiry": {"exp": None},
    "expiry that is no number": {"exp": "tomorrow"},
    "no time of issue": {"iat": None},
    "hash of another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("name", WRONG_CLAIMS)
def test_claims_that_are_wrong_are_refused(flow: Flow, name: str) -> None:
    # Two audiences with this client as the party are allowed (Core, 2): the exception is tested.
    token = signed(flow.claims(**WRONG_CLAIMS[name]))
    assert refusal(lambda: flow.redeem(token)) is errors.IDENTITY_INVALID


def test_times_that_are_wrong_speak_of_clocks(flow: Flow) -> None:
    now = int(flow.clock.now().timestamp())
    for wrong in ({"exp": now - 61}, {"iat": now + 61}, {"nbf": now + 61}):
        token = signed(flow.claims(**wrong))
        assert refusal(lambda token=token: flow.redeem(token)) is errors.CLOCKS_DIFFER
    # Clocks may differ by less than a minute.
    flow.redeem(signed(flow.claims(exp=now - 30, iat=now + 30)))


def test_signatures_that_are_wrong_are_refused(flow: Flow) -> None:
    good = signed(flow.claims())
    head, body, signature = good.split(".")
    forged = {
        "none": unsigned(flow.claims()),
        "NONE": unsigned(flow.claims(), "NONE"),
        # The public key as a shared secret.
        "HS256": signed_by_secret(flow.claims(), KEY.as_pem(private=False)),
        "another key": signed(flow.claims(), OTHER_KEY),
        "another key by its name": signed(flow.claims(), OTHER_KEY, kid="one"),
        "another body": f"{head}.{signed(flow.claims(sub='other')).split('.')[1]}.{signature}",
        "no signature": f"{head}.{body}.",
        "its own key": signed(flow.claims(), OTHER_KEY, jwk=OTHER_KEY.as_dict(private=False)),
        "no token": "x",
        "nothing": "",
        "three dots": "...",
        "not ASCII": "é.é.é",
        "endless": "a" * 100_000,
    }
    for name, token in forged.items():
        assert refusal(lambda token=token: flow.redeem(token)) is errors.IDENTITY_INVALID, name


def test_a_curve_is_as_good(flow: Flow) -> None:
    assert flow.redeem(signed(flow.claims(), CURVE_KEY, "ES256")).subject == "subject-1"


def test_keys_that_change_are_read_again(flow: Flow) -> None:
    flow.redeem(signed(flow.claims()))
    flow.stand_in.keys = [OTHER_KEY]
    flow.clock.step(1)
    flow.redeem(signed(flow.claims(), OTHER_KEY))
    reads = [url for _, url, _, _ in flow.stand_in.asked if url.endswith("/certs")]
    assert len(reads) == 2
    # Whoever sends tokens with names of keys does not have them read each time.
    for _ in range(3):
        token = signed(flow.claims(), CURVE_KEY, "ES256")
        assert refusal(lambda token=token: flow.redeem(token)) is errors.IDENTITY_INVALID
    assert len([url for _, url, _, _ in flow.stand_in.asked if url.endswith("/certs")]) == 2


def test_another_state_is_refused_before_anything_is_asked(flow: Flow) -> None:
    asked = len(flow.stand_in.asked)
    for state in ("", "x", Attempt.begin("sign-in", "/", flow.clock.now()).state):
        kind = refusal(lambda state=state: flow.redeem(signed(flow.claims()), state=state))
        assert kind is errors.SIGN_IN_EXPIRED
    assert len(flow.stand_in.asked) == asked


def test_another_issuer_of_the_answer_is_refused(flow: Flow) -> None:
    token = signed(flow.claims())
    assert refusal(lambda: flow.redeem(token, iss="https://evil.example")) is (
        errors.IDENTITY_INVALID
    )
    # A provider that says it names its issuer, and does not, is another one.
    answer = answer_to(flow.attempt)
    del answer["iss"]
    assert refusal(lambda: flow.client.redeem(flow.attempt, answer)) is errors.IDENTITY_INVALID


def test_what_the_provider_refuses(flow: Flow) -> None:
    answer = {"state": flow.attempt.state, "iss": ISSUER, "error": "access_denied"}
    assert refusal(lambda: flow.client.redeem(flow.attempt, answer)) is errors.PROVIDER_REFUSED
    answer["error"] = "<script>"
    with pytest.raises(AtlasError) as caught:
        flow.client.redeem(flow.attempt, answer)
    assert "script" not in caught.value.message("en")
    token = signed(flow.claims())
    flow.stand_in.refused = 400
    assert refusal(lambda: flow.redeem(token)) is errors.SIGN_IN_EXPIRED
    flow.stand_in.refused = 401
    assert refusal(lambda: flow.redeem(token)) is errors.CLIENT_REFUSED


def test_a_provider_that_does_not_answer(flow: Flow) -> None:
    flow.redeem(signed(flow.claims()))
    flow.stand_in.go_away()
    assert refusal(lambda: flow.redeem(signed(flow.claims()))) is errors.PROVIDER_AWAY
    # What was read of it is used on for a day.
    flow.clock.step(120)
    assert flow.discovery.provider().issuer == ISSUER
    flow.clock.step(24 * 60)
    assert refusal(flow.discovery.provider) is errors.PROVIDER_AWAY


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.example"},
        {"issuer": ISSUER + "/"},
        {"token_endpoint": "http://id.example/token"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"code_challenge_methods_supported": ["plain"]},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ],
    ids=str,
)
def test_configurations_that_are_refused(flow: Flow, changed: dict[str, Any]) -> None:
    flow.stand_in.configuration |= changed
    assert refusal(flow.discovery.provider) is errors.PROVIDER_INVALID


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":' + b"[" * 100_000,
        b"[" * 500_000 + b"]" * 500_000,
        b'{"issuer": 1' + b"0" * 100_000 + b"}",
        b'{"issuer": NaN, "\xff": 1}',
        b"[]",
        b"",
    ],
    ids=str.split("cut deep long bytes list empty"),
)
def test_answers_that_are_no_objects_are_refused(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    answer = Response(200, {}, content, ISSUER)
    monkeypatch.setattr(flow.stand_in, "request", lambda *_, **__: answer)
    assert refusal(flow.discovery.provider) is errors.PROVIDER_INVALID


def test_tokens_of_strangers_that_nest_without_end_are_refused(flow: Flow) -> None:
    """Whoever knows the address for logouts may send one: its head is read before its signature."""
    deep = urlsafe_b64encode(b'{"alg":' + b"[" * 40_000).decode().rstrip("=")
    text = f"{deep}.e30.AA"
    assert len(text) < 64 * 1024
    assert refusal(lambda: flow.checks.logout_token(text)) is errors.LOGOUT_TOKEN_INVALID
    assert refusal(lambda: flow.redeem(text)) is errors.IDENTITY_INVALID


def test_asking_again(flow: Flow) -> None:
    flow.redeem(signed(flow.claims()))
    before = Tokens("access-0", "id-0", "refresh-0")
    flow.stand_in.id_token = signed(flow.stand_in.claims(groups=[]))
    found, tokens = flow.client.ask_again(before, "subject-1")
    assert found.groups == frozenset()
    assert tokens == Tokens("access", flow.stand_in.id_token, "refresh-1")
    assert flow.stand_in.asked[-1][3]["refresh_token"] == "refresh-0"
    # Without an ID token, the userinfo endpoint says it.
    flow.stand_in.id_token, flow.stand_in.refresh_token = None, None
    flow.stand_in.userinfo = {"sub": "subject-1", "groups": ["x"]}
    found, tokens = flow.client.ask_again(before, "subject-1")
    assert (found.groups, tokens) == (frozenset({"x"}), Tokens("access", "id-0", "refresh-0"))
    # Without a refresh token, the access token does as long as it is good.
    assert flow.client.ask_again(Tokens("access-0", None, None), "subject-1")[0].groups == {"x"}
    # About somebody else it is no answer.
    flow.stand_in.userinfo = {"sub": "subject-2", "groups": ["x"]}
    assert refusal(lambda: flow.client.ask_again(before, "subject-1")) is errors.IDENTITY_INVALID
    flow.stand_in.refused = 400
    with pytest.raises(GrantRefusedError):
        flow.client.ask_again(before, "subject-1")


def test_where_a_browser_signs_out(flow: Flow) -> None:
    address = flow.client.end_session_address("token")
    assert address is not None
    assert query_of(address) == {
        "client_id": "atlas",
        "post_logout_redirect_uri": "https://data.example/login/oidc/signed-out",
        "id_token_hint": "token",
    }


def test_nothing_shows_secrets(flow: Flow) -> None:
    flow.stand_in.id_token = signed(flow.claims())
    identity, tokens = flow.client.redeem(flow.attempt, answer_to(flow.attempt))
    shown = f"{identity!r} {tokens!r} {flow.attempt!r} {flow.client!r}"
    for secret in (SECRET, "refresh-1", flow.attempt.secret, flow.stand_in.id_token):
        assert secret not in shown


class TestAttempts:
    clock = SteppingClock()

    def test_comes_back_as_it_went(self) -> None:
        begun = Attempt.begin("link", "/a.b?c=d&e=%20中", self.clock.now())
        assert Attempt.read(begun.cookie, self.clock.now()) == begun
        assert all(c.isascii() and c not in ' ";,\\' for c in begun.cookie)

    def test_ends_after_ten_minutes(self) -> None:
        begun = Attempt.begin("sign-in", "/", self.clock.now())
        later = self.clock.now() + timedelta(minutes=10, seconds=1)
        assert refusal(lambda: Attempt.read(begun.cookie, later)) is errors.SIGN_IN_EXPIRED

    @pytest.mark.parametrize(
        "cookie", ["", ".", "...", "a.b.c.d", "x" * 43 + ".1.sign-in./", "x" * 43 + ".²."]
    )
    def test_what_is_none_is_refused(self, cookie: str) -> None:
        assert refusal(lambda: Attempt.read(cookie, self.clock.now())) is errors.SIGN_IN_EXPIRED

    def test_a_long_target_is_left_out(self) -> None:
        assert Attempt.begin("sign-in", "/" + "x" * 5_000, self.clock.now()).target == "/"
