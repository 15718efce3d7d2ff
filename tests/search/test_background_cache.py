"""What is made from all documents: once at first, then beside, and never all the time."""

from __future__ import annotations

import threading

from search.background_cache import PAUSE, REFRESH_SECONDS, THREAD, BackgroundCache
from search.index.model import SearchDocument
from tests.conformance.plain_view import PlainView


class Making:
    """Makes numbers, each of which takes ``seconds`` of a clock that only stands or is set."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.made = 0
        self.kept: BackgroundCache[int] = BackgroundCache(lambda: self.now)

    def make(self, _view: object) -> int:
        self.now += self.seconds
        self.made += 1
        return self.made

    def ask(self, view: PlainView, besides: object = None) -> int:
        return self.kept.of(view, self.make, besides)

    def ask_until_made(self, view: PlainView, besides: object = None) -> int:
        """Ask, and again when the thread beside, if there is one, has made the next."""
        self.ask(view, besides)
        for thread in threading.enumerate():
            if thread.name == THREAD:
                thread.join(60)
        return self.ask(view, besides)


def view() -> PlainView:
    return PlainView([SearchDocument("i:1", "s", "1", "1", "停车场")])


def test_nothing_is_made_twice_of_one_state() -> None:
    making, one = Making(), view()
    assert making.ask(one) == 1
    making.now = 10 * REFRESH_SECONDS
    assert making.ask_until_made(one) == 1


def test_another_state_is_read_after_a_while() -> None:
    making = Making()
    assert making.ask(view()) == 1
    assert making.ask_until_made(view()) == 1
    making.now = REFRESH_SECONDS
    assert making.ask_until_made(view()) == 2


def test_what_else_it_rests_on_is_seen_though_the_index_stands_still() -> None:
    making, one = Making(), view()
    assert making.ask(one, "a thesaurus") == 1
    assert making.ask_until_made(one, "an edited one") == 2
    assert making.ask_until_made(one, "an edited one") == 2


def test_making_takes_a_small_part_of_the_time() -> None:
    making = Making(seconds=30.0)
    assert making.ask(view(), 1) == 1
    made_at = making.now
    making.now = made_at + PAUSE * 30 - 1
    assert making.ask_until_made(view(), 2) == 1
    making.now = made_at + PAUSE * 30
    assert making.ask_until_made(view(), 2) == 2


def test_who_does_not_wait_has_nothing_until_the_first_is_made() -> None:
    making, one = Making(), view()
    assert making.kept.ready(one, making.make) is None
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(60)
    assert making.kept.ready(one, making.make) == 1
    assert making.ask(one) == 1
