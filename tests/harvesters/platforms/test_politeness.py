"""How often a host is visited, and what it can ask for: by a clock that stands still."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime

import pytest

from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.errors import RETRY_LATER
from harvesters.platforms.politeness import HostTurns, Politeness, retry_after
from ontology.errors import AtlasError
from tests.harvesters.platforms.conftest import (
    START,
    FakeTime,
    MakeClient,
    Outside,
    Platform,
    answer,
)

FREELY = Politeness(per_second=None, attempts=4)
HOUR = timedelta(hours=1)


def after(seconds: int, off: timedelta = timedelta()) -> tuple[str, str]:
    """A date that many seconds ahead, and the ``Date`` of a server whose clock is off."""
    now = START + off
    until = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    return f"Retry-After: {until}", f"Date: {format_datetime(now, usegmt=True)}"


@pytest.mark.parametrize("status", ["429 Too Many", "503 Busy"])
@pytest.mark.parametrize(
    ("fields", "least"),
    [
        ((), 0),
        (("Retry-After: 7",), 7),
        (after(60), 60),
        (after(60, HOUR), 60),
        (after(60, -HOUR), 60),
        (after(-60), 0),
        (("Retry-After: soon",), 0),
        (("Retry-After: -5",), 0),
    ],
)
def test_a_pause_that_was_asked_for_is_kept(
    status: str,
    fields: tuple[str, ...],
    least: float,
    platform: Platform,
    fake_time: FakeTime,
    make_client: MakeClient,
) -> None:
    said = iter([answer(b"", *fields, status=status)] * 2 + [answer()])
    platform.answers["/x"] = lambda _: next(said)
    assert make_client(politeness=FREELY).request("GET", platform.url("/x")).content == b"ok"
    # Back-off: 1 s, then 2 s, each with up to 1 s of jitter, beside what was asked for.
    for pause, backoff in zip(fake_time.slept, (1, 2), strict=True):
        assert least + backoff <= pause <= least + backoff + 1


def test_back_off_grows_to_its_bound_and_then_it_is_the_platform(
    platform: Platform, fake_time: FakeTime, make_client: MakeClient
) -> None:
    platform.answers["/x"] = answer(b"", status="502 x")
    client = make_client(politeness=Politeness(per_second=None, attempts=9))
    with pytest.raises(AtlasError, match="platform-refused"):
        client.request("GET", platform.url("/x"))
    assert len(platform.requests) == 9
    assert [int(min(pause, 30)) for pause in fake_time.slept][5:] == [30, 30, 30]
    assert max(fake_time.slept) <= 31 and len(set(fake_time.slept[:5])) == 5


def test_who_asks_for_longer_is_left_alone_by_all(
    platform: Platform, outside: Outside, fake_time: FakeTime, make_client: MakeClient
) -> None:
    turns = HostTurns(fake_time.timing())
    first, second = (make_client(turns=turns, politeness=FREELY) for _ in range(2))
    platform.answers["/x"] = answer(b"", "Retry-After: 3600", status="429 x")
    platform.answers["/y"] = answer()
    with pytest.raises(AtlasError) as raised:
        first.request("GET", platform.url("/x"))
    assert raised.value.kind is RETRY_LATER
    assert raised.value.params["until"] == "2026-01-05T09:00:00Z"
    with pytest.raises(AtlasError, match="retry-later"):
        second.request("GET", platform.url("/y"))
    assert len(platform.requests) == 1 and fake_time.slept == []
    # Another host is another one's affair; and an hour passes.
    second.request("GET", platform.url("/y", "b.example"))
    fake_time.passed += 3600
    assert second.request("GET", platform.url("/y")).content == b"ok"


def test_a_short_pause_holds_for_all_sources(
    platform: Platform, fake_time: FakeTime, make_client: MakeClient
) -> None:
    turns = HostTurns(fake_time.timing())
    once = Politeness(per_second=None, attempts=1)
    first, second = (make_client(turns=turns, politeness=once) for _ in range(2))
    platform.answers["/x"] = answer(b"", "Retry-After: 50", status="503 x")
    platform.answers["/y"] = answer()
    with pytest.raises(AtlasError, match="retry-later"):
        first.request("POST", platform.url("/x"))
    second.request("GET", platform.url("/y"))
    assert fake_time.slept == [50]


def test_the_rate_is_that_of_the_host_and_not_of_a_source(
    platform: Platform, fake_time: FakeTime, make_client: MakeClient
) -> None:
    turns = HostTurns(fake_time.timing())
    polite = Politeness(per_second=4)
    clients = [make_client(turns=turns, politeness=polite) for _ in range(2)]
    platform.answers["/x"] = answer()
    for client in clients * 2:
        client.request("GET", platform.url("/x"))
    assert fake_time.slept == [0.25] * 3
    clients[0].request("GET", platform.url("/x", "b.example"))
    assert len(fake_time.slept) == 3


def test_no_more_at_once_than_allowed() -> None:
    turns, polite = HostTurns(), Politeness(per_second=None, parallel=2)
    both, lock, counts = threading.Barrier(2), threading.Lock(), [0, 0]

    def visit(_: int) -> None:
        with turns.turn("a.example", polite, Cancellation()):
            with lock:
                counts[0] += 1
                counts[1] = max(counts)
            both.wait(timeout=20)
            with lock:
                counts[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(8)))
    assert counts == [0, 2]


def test_dates_and_numbers_are_bounded() -> None:
    assert retry_after({"retry-after": "9" * 400}, START) == 30 * 86_400
    assert retry_after({}, START) is None
    assert retry_after({"retry-after": "Mon, 99 Jan 2026 00:00:00 GMT"}, START) is None
