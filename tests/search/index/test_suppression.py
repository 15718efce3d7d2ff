"""However much was closed at once, queries carry a bounded part of it, and nobody is shown it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ontology.errors import AtlasError
from search.index.embedded import EmbeddedIndex
from search.index.model import SearchDocument
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import IndexView
from search.index.suppression import Suppressor
from tests.conformance.plain_view import PlainView

MOST = 2
"""The bound of these tests."""


def iri(number: int) -> str:
    return f"https://atlas.test/id/dataset/s/{number}"


def doc(number: int) -> SearchDocument:
    facets = {"publisher": ("office",)}
    return SearchDocument(iri(number), "s", str(number), f"{number:064}", "停车场", facets=facets)


class Closed:
    """What is hidden; the same set until it is changed."""

    def __init__(self) -> None:
        self.iris: frozenset[str] = frozenset()

    def close(self, numbers: Sequence[int]) -> None:
        self.iris |= {iri(number) for number in numbers}

    def __call__(self, _checkpoint: int) -> frozenset[str]:
        return self.iris


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    made = EmbeddedIndex(tmp_path / "index")
    made.write([doc(number) for number in range(9)], [], 1)
    yield made
    made.close()


def view_of(engine: EmbeddedIndex) -> IndexView:
    view = engine.view()
    assert view is not None
    return view


def numbers(view: IndexView) -> set[str]:
    found = view.find(Plan(), 20)
    shown = {candidate.document.remote_id for candidate in found.candidates}
    assert found.total == len(shown) == view.count(Plan(), ["publisher"])["publisher"]["office"]
    return shown


def test_too_much_is_refused_plainly_and_answered_once_the_index_has_let_go(
    engine: EmbeddedIndex,
) -> None:
    closed = Closed()
    hider = Suppressor(closed, most=MOST)
    assert hider.view(view_of(engine)).find(Plan(), 20).total == 9
    closed.close([0, 1])
    assert numbers(hider.view(view_of(engine))) == {"2", "3", "4", "5", "6", "7", "8"}
    closed.close([2, 3, 4])
    for _ in range(2):
        with pytest.raises(AtlasError) as caught:
            hider.view(view_of(engine))
        assert caught.value.code == "index-behind"
        assert caught.value.params["count"] == 5
        assert caught.value.params["retry_after"] == 5
    # Its checkpoint stays, as while a new index is built, but most of them are gone from it.
    engine.withdraw([iri(0), iri(1), iri(2)])
    assert numbers(hider.view(view_of(engine))) == {"5", "6", "7", "8"}
    # More that was never in it needs no more of a query.
    closed.close(range(100, 120))
    assert numbers(hider.view(view_of(engine))) == {"5", "6", "7", "8"}
    closed.close([5])
    with pytest.raises(AtlasError):
        hider.view(view_of(engine))
    engine.withdraw([iri(3), iri(4), iri(5)])
    assert numbers(hider.view(view_of(engine))) == {"6", "7", "8"}


def test_what_is_open_again_is_shown_again(engine: EmbeddedIndex) -> None:
    closed = Closed()
    hider = Suppressor(closed, most=MOST)
    closed.close([0, 1, 100, 101])
    assert "0" not in numbers(hider.view(view_of(engine)))
    closed.iris -= {iri(0)}
    shown = hider.view(view_of(engine))
    assert "0" in numbers(shown)
    assert shown.get(iri(0)) is not None
    assert shown.get(iri(1)) is None


class Late(PlainView):
    """Answers from a commit that is newer than what it tells when asked what it holds."""

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
        found = super().among(iris, plan)
        return {name: stored for name, stored in found.items() if name != iri(3)}


def test_a_commit_that_comes_between_shows_nothing_closed_either() -> None:
    closed = Closed()
    closed.close([2, 3, 100, 101])
    shown = Suppressor(closed, most=MOST).view(Late([doc(number) for number in range(5)]))
    found = shown.find(Plan(), 20)
    assert {one.document.remote_id for one in found.candidates} == {"0", "1", "4"}
    assert {one.remote_id for one in shown.each()} == {"0", "1", "4"}
    assert shown.among([iri(0), iri(3)], Plan()).keys() == {iri(0)}


class Slow(PlainView):
    """Holds up whoever asks what it holds, until it is let go."""

    def __init__(self, documents: Sequence[SearchDocument]) -> None:
        super().__init__(documents)
        self.asked = 0
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
        self.asked += 1
        self.entered.set()
        assert self.let_go.wait(60)
        return super().among(iris, plan)


def test_one_looks_for_all_and_nobody_waits_for_ever() -> None:
    closed = Closed()
    closed.close([0, 100, 101])
    slow = Slow([doc(number) for number in range(3)])
    hider = Suppressor(closed, most=5)
    impatient = Suppressor(closed, most=MOST, patience=0.0)
    assert hider.view(slow).find(Plan(), 20).total == 2
    assert slow.asked == 0
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(impatient.view, slow)
        assert slow.entered.wait(60)
        with pytest.raises(AtlasError) as caught:
            impatient.view(slow)
        assert caught.value.code == "index-behind"
        slow.let_go.set()
        assert first.result(60).find(Plan(), 20).total == 2
    asked = slow.asked
    assert impatient.view(slow).find(Plan(), 20).total == 2
    assert slow.asked == asked
