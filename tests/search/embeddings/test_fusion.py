"""How far meaning may move a hit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.embeddings.fusion import CLOSENESS, fused
from search.index.model import SearchDocument
from search.index.payload import payload_of, stored
from search.index.protocol import Candidate


def hit(number: int, score: float, title: str = "") -> Candidate:
    document = SearchDocument(f"i:{number:03}", "s", str(number), "h", title or f"标题{number}")
    return Candidate(stored(payload_of(document)), score)


def names(candidates: list[Candidate] | None) -> list[str]:
    assert candidates is not None
    return [c.document.iri for c in candidates]


def test_equal_words_are_ordered_by_meaning() -> None:
    ranked = [hit(1, 1.0), hit(2, 1.0), hit(3, 0.99)]
    assert names(fused(ranked, {"i:001": 0.1, "i:002": 0.5, "i:003": 0.9}, "x")) == [
        "i:003",
        "i:002",
        "i:001",
    ]


def test_a_subject_in_the_title_stays_before_one_in_the_description() -> None:
    ranked = [hit(1, 1.0), hit(2, 0.45)]
    assert names(fused(ranked, {"i:001": -1.0, "i:002": 1.0}, "x")) == ["i:001", "i:002"]


def test_a_title_that_was_typed_keeps_its_place() -> None:
    ranked = [hit(1, 1.0, "停车场 信息"), hit(2, 0.99), hit(3, 0.98)]
    cosines = {"i:001": 0.0, "i:002": 0.2, "i:003": 0.9}
    assert names(fused(ranked, cosines, "停車場信息")) == ["i:001", "i:003", "i:002"]


def test_small_differences_weigh_little() -> None:
    ranked = [hit(1, 1.02), hit(2, 1.0)]
    assert names(fused(ranked, {"i:001": 0.80, "i:002": 0.81}, "x")) == ["i:001", "i:002"]


def test_without_any_vector_there_is_nothing_to_tell() -> None:
    assert fused([hit(1, 1.0)], {}, "x") is None


@given(st.lists(st.tuples(st.floats(0, 3), st.none() | st.floats(-1, 1)), min_size=1, max_size=30))
def test_the_same_hits_and_none_moved_past_what_is_clearly_better(
    found: list[tuple[float, float | None]],
) -> None:
    ranked = sorted((hit(n, score) for n, (score, _) in enumerate(found)), key=lambda c: -c.score)
    cosines = {f"i:{n:03}": cosine for n, (_, cosine) in enumerate(found) if cosine is not None}
    order = fused(ranked, cosines, "x")
    if not cosines:
        assert order is None
        return
    assert sorted(names(order)) == sorted(names(ranked))
    scores = {c.document.iri: c.score for c in ranked}
    placed = [scores[iri] for iri in names(order)]
    for place, score in enumerate(placed):
        assert all(later <= score + CLOSENESS + 1e-3 for later in placed[place:])
