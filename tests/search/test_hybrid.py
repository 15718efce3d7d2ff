"""One order of words and meaning: what comes in, what stays, and what is told of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.index.model import SearchDocument
from search.index.payload import StoredDocument, payload_of, stored
from search.index.protocol import Candidate
from search.ranking.hybrid import BROUGHT, NEARNESS, Hybrid, fuse


def document(number: int, title: str = "") -> StoredDocument:
    found = SearchDocument(f"i:{number:03}", "s", str(number), "h", title or f"标题{number}")
    return stored(payload_of(found))


def hit(number: int, score: float, title: str = "") -> Candidate:
    return Candidate(document(number, title), score)


def order(found: Hybrid) -> list[int]:
    return [int(c.document.iri[2:]) for c in found.order]


def fused(
    ranked: list[Candidate],
    near: list[Candidate],
    *,
    deep: frozenset[str] = frozenset(),
    score: float = 0.0,
    text: str = "x",
    least: float = 0.5,
) -> Hybrid:
    return fuse(ranked, near, deep, lambda _document: score, text, least)


def test_equal_words_are_ordered_by_meaning() -> None:
    found = fused([hit(1, 1.0), hit(2, 1.0)], [hit(2, 0.9), hit(1, 0.8)])
    assert order(found) == [2, 1]
    assert (found.brought, found.near) == (frozenset(), frozenset({"i:001", "i:002"}))


def test_a_clearly_better_match_of_words_stays_before_what_is_near() -> None:
    found = fused([hit(1, 1.0), hit(2, 0.9 - NEARNESS)], [hit(2, 0.99), hit(3, 0.98)])
    assert order(found) == [1, 2, 3]


def test_meaning_brings_what_words_did_not_find() -> None:
    found = fused([hit(1, 0.2)], [hit(7, 0.9)], score=0.1)
    assert order(found) == [7, 1]
    assert found.brought == {"i:007"}


def test_what_words_found_behind_the_window_is_pulled_and_not_brought() -> None:
    found = fused([hit(1, 0.2)], [hit(7, 0.9), hit(8, 0.4)], deep=frozenset({"i:007", "i:008"}))
    assert (found.brought, found.pulled) == (frozenset(), {"i:007", "i:008"})
    assert set(order(found)) == {1, 7, 8}


def test_what_is_not_near_enough_or_one_too_many_is_not_brought() -> None:
    near = [hit(100 + n, 0.9) for n in range(BROUGHT + 5)]
    found = fused([hit(1, 1.0)], [*near, hit(50, 0.49)])
    assert len(found.brought) == BROUGHT
    assert found.brought == {c.document.iri for c in near[:BROUGHT]}
    assert len(found.order) == 1 + BROUGHT


def test_a_title_that_was_typed_is_first_however_near_others_are() -> None:
    ranked = [hit(2, 1.2), hit(1, 1.0, "停车场 信息")]
    found = fused(ranked, [hit(3, 0.99), hit(2, 0.9)], score=2.0, text="停車場信息")
    assert order(found)[0] == 1


@given(
    st.lists(st.tuples(st.integers(0, 40), st.floats(0, 3)), max_size=30, unique_by=lambda t: t[0]),
    st.lists(st.tuples(st.integers(0, 60), st.floats(0, 1)), max_size=30, unique_by=lambda t: t[0]),
)
def test_every_hit_of_words_is_there_once_and_the_order_is_determined(
    words: list[tuple[int, float]], nearest: list[tuple[int, float]]
) -> None:
    ranked = [hit(*one) for one in sorted(words, key=lambda t: (-t[1], t[0]))]
    near = [hit(*one) for one in sorted(nearest, key=lambda t: (-t[1], t[0]))]
    found = fused(ranked, near)
    numbers = order(found)
    assert len(numbers) == len(set(numbers))
    by_words = {number for number, _ in words}
    assert set(numbers) == by_words | {int(iri[2:]) for iri in found.brought}
    assert not {f"i:{n:03}" for n in by_words} & found.brought
    scores = [round(c.score, 6) for c in found.order]
    assert scores == sorted(scores, reverse=True)
    assert numbers == order(fused(ranked, near))
