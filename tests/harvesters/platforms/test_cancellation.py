"""A run that ends waits neither for an answer, nor for its turn, nor for a pause."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.politeness import HostTurns, Politeness
from ontology.errors import AtlasError, ErrorKind
from tests.harvesters.platforms.conftest import MakeClient, Platform, Request, answer

ENDED = ErrorKind("ended", "The run has ended.")
WITHIN = 20
"""Seconds; what is waited for would take longer."""
PATIENT = Politeness(per_second=None, attempts=3, longest_wait=3_600)


def ends(make_client: MakeClient, wait: Callable[[Cancellation], None], path: str) -> None:
    """Request a path in another thread, cancel when it waits, and see it end."""
    cancellation = Cancellation()
    client = make_client(turns=HostTurns(), politeness=PATIENT, cancellation=cancellation)
    with ThreadPoolExecutor(1) as pool:
        request = pool.submit(client.request, "GET", path)
        wait(cancellation)
        with pytest.raises(AtlasError) as raised:
            request.result(WITHIN)
    assert raised.value.kind is ENDED


def test_an_answer_is_not_waited_for(platform: Platform, make_client: MakeClient) -> None:
    asked, over = threading.Event(), threading.Event()

    def silent(_: Request) -> Iterator[bytes]:
        asked.set()
        over.wait(WITHIN)
        yield b""

    def wait(cancellation: Cancellation) -> None:
        assert asked.wait(WITHIN)
        cancellation.cancel(AtlasError(ENDED))

    platform.answers["/x"] = silent
    ends(make_client, wait, platform.url("/x"))
    over.set()
    assert len(platform.requests) == 1


def test_a_pause_that_a_platform_asks_for_is_not_waited_for(
    platform: Platform, make_client: MakeClient
) -> None:
    told = threading.Event()

    def busy(_: Request) -> bytes:
        told.set()
        return answer(b"", "Retry-After: 600", status="429 x")

    def wait(cancellation: Cancellation) -> None:
        assert told.wait(WITHIN)
        cancellation.cancel(AtlasError(ENDED))

    platform.answers["/x"] = busy
    ends(make_client, wait, platform.url("/x"))
    assert len(platform.requests) == 1


def test_a_turn_is_not_waited_for() -> None:
    turns, cancellation = HostTurns(), Cancellation()
    alone = Politeness(per_second=None, parallel=1)

    def visit() -> None:
        with turns.turn("a.example", alone, cancellation):
            raise AssertionError

    with ThreadPoolExecutor(1) as pool, turns.turn("a.example", alone, Cancellation()):
        waiting = pool.submit(visit)
        cancellation.cancel(AtlasError(ENDED))
        with pytest.raises(AtlasError) as raised:
            waiting.result(WITHIN)
    assert raised.value.kind is ENDED


def test_the_first_reason_counts_and_who_comes_late_is_called_at_once() -> None:
    cancellation, called = Cancellation(), []
    cancellation.check()
    cancellation.cancel(AtlasError(ENDED))
    cancellation.cancel(AtlasError(ErrorKind("later", "Too late.")))
    cancellation.wakes(lambda: called.append(1))
    assert called == [1]
    with pytest.raises(AtlasError, match="ended"):
        cancellation.check()
