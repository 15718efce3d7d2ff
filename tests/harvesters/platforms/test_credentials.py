"""Credentials reach their source, and nothing else: no other origin, message, log or repr."""

from __future__ import annotations

import logging
from collections.abc import Callable

import orjson
import pytest

from harvesters.platforms.credentials import (
    BasicCredentials,
    Credentials,
    HeaderCredentials,
    OAuthCredentials,
    QueryCredentials,
)
from ontology.errors import AtlasError
from tests.harvesters.platforms.conftest import (
    Answer,
    FakeTime,
    MakeClient,
    Platform,
    Request,
    answer,
    redirect,
)

SECRET = "s3cr&t+geheim"
ENCODED = "s3cr%26t%2Bgeheim"


def token_of(number: int, seconds: object = 3600) -> bytes:
    said = {"access_token": f"{SECRET}-{number}", "token_type": "Bearer", "expires_in": seconds}
    return answer(orjson.dumps(said))


@pytest.fixture
def oauth(platform: Platform) -> OAuthCredentials:
    numbers = iter(range(99))
    platform.answers["/token"] = lambda _: token_of(next(numbers))
    return OAuthCredentials(platform.url("/token"), "me", SECRET, scope="read")


FIXED: dict[str, tuple[Credentials, Callable[[Request], object], object]] = {
    "header": (HeaderCredentials("X-API-Key", SECRET), lambda r: r.headers["x-api-key"], SECRET),
    "basic": (
        BasicCredentials("用户", SECRET),
        lambda r: r.headers["authorization"],
        "Basic 55So5oi3OnMzY3ImdCtnZWhlaW0=",
    ),
    "query": (QueryCredentials("appkey", SECRET), lambda r: r.target, f"/x?p=1&appkey={ENCODED}"),
}


@pytest.mark.parametrize("name", FIXED)
def test_they_are_sent_to_their_origin_and_told_to_nobody(
    name: str, platform: Platform, make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    credentials, sent, expected = FIXED[name]
    client = make_client(credentials=credentials)
    platform.answers["/x"] = answer()
    found = client.request("GET", platform.url("/x"), params={"p": "1"})
    assert sent(platform.requests[-1]) == expected
    told = [found.url, repr(credentials), repr(client), repr(found)]
    platform.answers["/x"] = answer(b"", status="404 x")
    # Servers that redirect to another origin, one of them with what it was sent.
    platform.answers["/y"] = redirect(platform.url("/x", "b.example"))
    leak = f"?appkey={ENCODED}" if name == "query" else ""
    platform.answers["/z"] = redirect(platform.url(f"/x{leak}", "b.example"))
    for url in (*map(platform.url, ("/x", "/y", "/z")), platform.url("/x", "b.example")):
        with pytest.raises(AtlasError) as raised:
            client.request("GET", url)
        error = raised.value
        told += [str(error), error.message("zh"), repr(error.params), repr(error.__cause__)]
    others = [str(r) for r in platform.requests if r.headers["host"].startswith("b.example")]
    assert len(others) == 3
    for text in (*told, *others, caplog.text):
        assert SECRET not in text and ENCODED not in text


@pytest.mark.parametrize(
    "location",
    ["http://{host}/x?ak={key}", "/x?ak={key}", "http://a@{host}/?ak={key}", "\\?ak={key}"],
)
def test_a_key_of_any_name_is_cut_out_of_what_a_server_repeats(
    location: str, platform: Platform, make_client: MakeClient
) -> None:
    where = location.format(host=f"b.example:{platform.port}", key=ENCODED)
    platform.answers["/x"] = redirect(where, "307 x")
    client = make_client(credentials=QueryCredentials("ak", SECRET))
    with pytest.raises(AtlasError) as raised:
        client.request("POST", platform.url("/x"), content=b"q")
    assert raised.value.code in ("redirect-refused", "address-not-plain")
    assert ENCODED not in str(raised.value) + repr(raised.value.__cause__)


def test_an_oauth_token_is_kept_until_it_ends(
    oauth: OAuthCredentials, platform: Platform, fake_time: FakeTime, make_client: MakeClient
) -> None:
    platform.answers["/x"] = answer()
    client = make_client(credentials=oauth)
    for _ in range(2):
        client.request("GET", platform.url("/x"))
    fake_time.passed += 3590
    client.request("GET", platform.url("/x"))
    assert platform.targets() == ["/token", "/x", "/x", "/token", "/x"]
    asked = platform.requests[0]
    assert asked.body == b"grant_type=client_credentials&scope=read"
    assert asked.headers["authorization"] == "Basic bWU6czNjciUyNnQlMkJnZWhlaW0="
    bearers = [r.headers["authorization"] for r in platform.requests if r.target == "/x"]
    assert bearers == [f"Bearer {SECRET}-{number}" for number in (0, 0, 1)]
    assert SECRET not in repr(oauth) + repr(client)


def test_an_oauth_token_is_renewed_once(
    oauth: OAuthCredentials, platform: Platform, make_client: MakeClient
) -> None:
    said = iter([answer(b"", status="401 x"), answer(), *[answer(b"", status="401 x")] * 2])
    platform.answers["/x"] = lambda _: next(said)
    client = make_client(credentials=oauth)
    assert client.request("GET", platform.url("/x")).content == b"ok"
    with pytest.raises(AtlasError) as raised:
        client.request("POST", platform.url("/x"), content=b"q")
    assert raised.value.code == "credentials-refused"
    assert raised.value.params["origin"] == platform.url("")
    assert platform.targets() == ["/token", "/x", "/token", "/x", "/x", "/token", "/x"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (answer(b"no JSON"), "token-unusable"),
        (answer(b"[]"), "token-unusable"),
        (answer(b'{"access_token": "a\\r\\nb"}'), "token-unusable"),
        (answer(b'{"access_token": ""}'), "token-unusable"),
        (answer(b'{"access_token": "a", "token_type": "mac"}'), "token-unusable"),
        (token_of(1, "soon"), "token-unusable"),
        (answer(b"", status="401 x"), "credentials-refused"),
        (answer(b"", status="500 x"), "platform-refused"),
        (redirect("http://b.example/", "307 x"), "redirect-refused"),
        (redirect("http://127.0.0.1/", "303 x"), "address-forbidden"),
    ],
)
def test_a_token_that_cannot_be_had_is_an_error(
    said: Answer, code: str, oauth: OAuthCredentials, platform: Platform, make_client: MakeClient
) -> None:
    platform.answers["/token"] = said
    with pytest.raises(AtlasError) as raised:
        make_client(credentials=oauth).request("GET", platform.url("/x"))
    assert raised.value.code == code
    assert SECRET not in str(raised.value) + repr(raised.value.__cause__)
    # A platform that fails is tried twice here, not twice for each try of what waits for it.
    assert platform.targets() == ["/token"] * (2 if code == "platform-refused" else 1)


@pytest.mark.parametrize(
    ("name", "value"), [("X-Key", "a\nb"), ("X-Key", "钥匙"), ("X Key", "a"), ("", "a"), ("k", " ")]
)
def test_what_no_header_field_can_hold_is_refused(name: str, value: str) -> None:
    with pytest.raises(AtlasError, match="credentials-not-plain"):
        HeaderCredentials(name, value)
