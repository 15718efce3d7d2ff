"""Servers that answer wrongly, slowly, endlessly or from elsewhere: an error each, and no more."""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

import pytest

from harvesters.platforms.answer_checks import redirect_target
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import Politeness
from harvesters.platforms.unpacking import TooLargeError, unpacked
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError
from tests.harvesters.platforms.conftest import (
    AGENT,
    Answer,
    MakeClient,
    Outside,
    Platform,
    answer,
    redirect,
)

MIB = 1 << 20
# Without the time of day: answers stand in the names of tests, which two workers must agree on.
packed = partial(gzip.compress, mtime=0)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b"400\r\n" + bytes(1024) + b"\r\n"
FIELD = b"x: y\r\n" * 100
GZIP = "Content-Encoding: gzip"
ZEROS = packed(bytes(64 * MIB))


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(AtlasError) as raised:
        call()
    assert raised.value.message("zh") != raised.value.message("en")
    return raised.value.code


@pytest.mark.parametrize(
    ("said", "code", "tries"),
    [
        (answer(b"ab", "Content-Length: 9", "Connection: close"), "answer-broken", 2),
        ([CHUNKED, b"5\r\nab"], "answer-broken", 2),
        ([CHUNKED, b"zz\r\nab"], "answer-broken", 2),
        (answer(b"ab", "Content-Length: -2"), "answer-broken", 2),
        (answer(b"ab", "Content-Length: 2", "Content-Length: 1"), "answer-broken", 2),
        ([], "answer-broken", 2),
        ([b"SSH-2.0-x\r\n"], "answer-broken", 2),
        ([b"HTTP/1.1 200 OK\r\nno field\r\n\r\n"], "answer-broken", 2),
        (answer(packed(b"x" * 999)[:-9], GZIP), "answer-broken", 2),
        (answer(b"plain", GZIP), "answer-broken", 2),
        (answer(b"x", "Content-Encoding: br"), "answer-broken", 2),
        (answer(b"x", "Content-Encoding: gzip, gzip"), "answer-broken", 2),
        (answer(ZEROS, GZIP), "answer-too-large", 1),
        (answer(b"", f"Content-Length: {2 * MIB}"), "answer-too-large", 1),
        (itertools.chain([CHUNKED], itertools.repeat(CHUNK)), "answer-too-large", 1),
        (itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(FIELD)), "answer-too-large", 1),
        (itertools.repeat(b"HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n"), "answer-too-large", 1),
        (answer(b"", status="101 Switching Protocols"), "answer-broken", 2),
        (answer(b"", status="401 Unauthorized"), "credentials-refused", 1),
        (answer(b"", status="403 Forbidden"), "platform-refused", 1),
        (answer(b"", status="412 Precondition Failed"), "platform-refused", 1),
        (answer(b"<html><SCRIPT>", status="412 Precondition Failed"), "platform-challenge", 1),
        (answer(b"", "Content-Type: text/html", status="412 x"), "platform-challenge", 1),
        (answer(b"", status="500 x"), "platform-refused", 2),
        (answer(b"", status="302 Found"), "platform-refused", 1),
    ],
)
def test_a_wrong_answer_is_an_error(
    said: Answer, code: str, tries: int, platform: Platform, make_client: MakeClient
) -> None:
    platform.answers["/x"] = said
    assert code_of(lambda: make_client().request("GET", platform.url("/x"))) == code
    assert len(platform.requests) == tries


def test_what_unpacks_too_far_is_given_up_by_its_ratio(
    platform: Platform, make_client: MakeClient
) -> None:
    platform.answers["/x"] = answer(ZEROS, GZIP)
    client = make_client(limits=RequestLimits(body=512 * MIB))
    with pytest.raises(AtlasError) as raised:
        client.request("GET", platform.url("/x"))
    assert "the ratio of its unpacked to its packed size" in raised.value.message()


@pytest.mark.parametrize(
    ("said", "content"),
    [
        (answer(packed(b"ab" * 5000), GZIP), b"ab" * 5000),
        (answer(packed(b"a") + packed(b"b"), "Content-Encoding: X-GZIP"), b"ab"),
        (answer(b"", GZIP), b""),
        ([CHUNKED, b"2\r\nab\r\n", b"1;x=y\r\nc\r\n0\r\nt: u\r\n\r\n"], b"abc"),
        ([b"HTTP/1.0 200 OK\r\n\r\nab"], b"ab"),
        # More than was declared: what is too much belongs to no answer.
        (answer(b"abc", "Content-Length: 2", "Connection: close"), b"ab"),
        ([b"HTTP/1.1 103 Early Hints\r\n\r\n", answer(b"ab")], b"ab"),
    ],
)
def test_what_http_allows_is_read(
    said: Answer, content: bytes, platform: Platform, make_client: MakeClient
) -> None:
    platform.answers["/x"] = said
    assert make_client().request("GET", platform.url("/x")).content == content


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\nx: ", CHUNKED + b"ffff\r\n"])
def test_one_deadline_however_slowly_bytes_arrive(
    begun: bytes, platform: Platform, make_client: MakeClient
) -> None:
    over = Event()

    def drip(_: object) -> Iterator[bytes]:
        yield begun
        while not over.wait(0.02):
            yield b"x"

    platform.answers["/x"] = drip
    client = make_client(
        limits=RequestLimits(seconds=0.3), politeness=Politeness(per_second=None, attempts=1)
    )
    assert code_of(lambda: client.request("GET", platform.url("/x"))) == "answer-too-slow"
    over.set()


def test_only_what_may_be_repeated_is(platform: Platform, make_client: MakeClient) -> None:
    platform.answers["/x"] = answer(status="500 x")
    client = make_client(politeness=Politeness(per_second=None, attempts=3))
    for options, tries in (({}, 1), ({"repeatable": True}, 3)):
        platform.requests.clear()
        url = platform.url("/x")
        call = lambda o=options, u=url: client.request("POST", u, content=b"q", **o)  # noqa: E731
        assert code_of(call) == "platform-refused"
        assert [request.body for request in platform.requests] == [b"q"] * tries


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address-forbidden"),
        ("//127.0.0.1:{port}/secret", "address-forbidden"),
        ("http://inner.example/", "address-forbidden"),
        ("http://both.example/", "address-forbidden"),
        ("http://[::ffff:127.0.0.1]:{port}/secret", "address-forbidden"),
        ("http://2130706433/secret", "address-not-plain"),
        ("http://a.example@127.0.0.1/secret", "address-not-plain"),
        ("http:\\\\127.0.0.1\\secret", "address-not-plain"),
        ("file:///etc/passwd", "address-not-plain"),
        ("http://[::1", "address-not-plain"),
        ("http://①②⑦.⓪.⓪.①/", "address-not-plain"),
        ("http://nowhere.example/", "platform-unreachable"),
        ("/x", "redirect-refused"),
        ("/back", "redirect-refused"),
    ],
)
def test_redirects_are_checked_each(
    location: str, code: str, platform: Platform, outside: Outside, make_client: MakeClient
) -> None:
    outside.names["inner.example"] = ["10.0.0.8"]
    outside.names["both.example"] = ["8.8.4.4", "127.0.0.1"]
    platform.answers["/first"] = redirect("/x", "301 Moved")
    platform.answers["/x"] = redirect(location.format(port=platform.port))
    platform.answers["/back"] = redirect("/x", "307 x")
    client = make_client(politeness=Politeness(per_second=None, attempts=1))
    assert code_of(lambda: client.request("GET", platform.url("/first"))) == code
    assert set(outside.connected) == {"8.8.8.8"}
    assert len(platform.requests) <= 6 and "/secret" not in platform.targets()


def test_a_name_that_moves_gains_nothing(
    platform: Platform, outside: Outside, make_client: MakeClient
) -> None:
    """DNS rebinding: what was checked is what is connected to, each time anew."""
    answers = itertools.chain([["8.8.8.8"]], itertools.repeat(["127.0.0.1"]))
    client = make_client(resolve=lambda host, port: next(answers))
    platform.answers["/x"] = answer(b"ok", "Connection: close")
    assert client.request("GET", platform.url("/x")).content == b"ok"
    for _ in range(2):
        assert code_of(lambda: client.request("GET", platform.url("/x"))) == "address-forbidden"
    assert outside.connected == ["8.8.8.8"] and platform.connections == 1


def test_another_origin_gets_nothing_that_tells_who_asks(
    platform: Platform, make_client: MakeClient
) -> None:
    platform.answers["/x"] = redirect(platform.url("/y", "b.example"))
    platform.answers["/y"] = redirect(platform.url("/z"))
    platform.answers["/z"] = answer(b"ok", "Set-Cookie: a=b")
    client = make_client()
    headers = {"Authorization": "S", "token": "S", "Cookie": "S", "Accept": "text/csv"}
    for _ in range(2):
        found = client.request("GET", platform.url("/x"), headers=headers)
        assert found.url == platform.url("/z") and found.content == b"ok"
    first, *others = platform.requests[:3]
    assert first.headers["token"] == "S" and first.headers["user-agent"] == AGENT
    assert all("S" not in request.headers.values() for request in others)
    assert [request.headers["accept"] for request in others] == ["text/csv"] * 2
    # Nothing is remembered from one request to the next.
    assert "a=b" not in str(platform.requests)


@pytest.mark.parametrize(
    ("status", "target", "code"),
    [
        ("302 Found", "/y", "redirect-refused"),
        ("307 x", "http://b.example:{port}/y", "redirect-refused"),
        ("307 x", "/y", None),
        ("303 x", "/y", None),
    ],
)
def test_content_is_neither_lost_nor_sent_elsewhere(
    status: str, target: str, code: str | None, platform: Platform, make_client: MakeClient
) -> None:
    platform.answers["/x"] = redirect(target.format(port=platform.port), status)
    platform.answers["/y"] = answer()
    call = lambda: make_client().request("POST", platform.url("/x"), content=b"q")  # noqa: E731
    if code:
        assert code_of(call) == code
    else:
        call()
        last = platform.requests[-1]
        assert (last.method, last.body) == (("GET", b"") if "303" in status else ("POST", b"q"))


def test_encryption_is_not_given_up() -> None:
    call = lambda: redirect_target(  # noqa: E731
        {"location": "http://a.example/"},
        301,
        address=parse("https://a.example/"),
        method="GET",
        has_content=False,
    )
    assert code_of(call) == "redirect-refused"


def test_the_environment_says_nothing_of_proxies(
    platform: Platform, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    platform.answers["/x"] = answer()
    assert make_client().request("GET", platform.url("/x")).status == 200


def test_unpacking_holds_one_piece_more_than_its_limit() -> None:
    """A bomb in a single piece of input is not unpacked whole before it is measured."""
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            unpacked([ZEROS], "gzip", RequestLimits(body=4 * MIB))
        assert tracemalloc.get_traced_memory()[1] < 16 * MIB
    finally:
        tracemalloc.stop()
