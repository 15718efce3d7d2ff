"""What the journal has closed is not shown, however far behind the index stands."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_service.journal.model import VisibilityChange
from catalog_service.projections import revocations
from catalog_service.projections.revocations import PAUSE, Revocations
from ontology.errors import AtlasError, ErrorKind
from ontology.vocabulary import load_vocabulary
from search.index.embedded import EmbeddedIndex
from search.index.plan import Plan
from search.model import Query
from search.relations.network import Network
from tests.catalog_service.projections.test_index import BASE, HOUSE, House
from tests.fixtures.searchable import Searchable

AWAY = ErrorKind("away", "away")


class Asked:
    """The journal of a house, which counts what it is asked, and may not answer."""

    def __init__(self, house: House) -> None:
        self._journal = house.journal
        self.turns = 0
        self.away = False

    def head(self) -> int:
        if self.away:
            raise AtlasError(AWAY)
        return self._journal.head()

    def visibility_changes_after(self, seq: int, limit: int = 10_000) -> Sequence[VisibilityChange]:
        self.turns += 1
        return self._journal.visibility_changes_after(seq, limit)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture
def reader(house: House) -> Iterator[Searchable]:
    engine = Searchable(
        EmbeddedIndex(house.folder / "index", hidden=Revocations(lambda: house.journal).since)
    )
    yield engine
    engine.close()


def shown(reader: Searchable, query: Query) -> set[str]:
    return {hit.remote_id for hit in reader.search(query).hits}


def test_no_reader_is_shown_what_was_closed_though_nothing_follows(
    house: House, reader: Searchable
) -> None:
    for n in range(4):
        house.submit(str(n), f"停车场 {n} 号")
    house.follow()
    assert shown(reader, Query("停车场")) == {"0", "1", "2", "3"}
    list(house.catalog.withdraw(["0"], HOUSE))
    house.submit("1", "停车场 1 号", open_type="none")
    house.submit("4", "停车场 4 号")
    for query in (Query("停车场"), Query(), Query(sort="title"), Query(sort="modified", limit=2)):
        result = reader.search(query)
        assert result.total == 2
        assert {hit.remote_id for hit in result.hits} == {"2", "3"}
        assert sum(value.count for value in result.facets["open_type"]) == 2
    closed = f"{BASE}/id/dataset/city/0"
    assert {one.value for one in reader.suggest("停车场 0")}.isdisjoint({closed})
    assert closed not in {hit.iri for hit in reader.more_like(f"{BASE}/id/dataset/city/2")}
    view = reader.view()
    assert view is not None
    assert Network(view, load_vocabulary(), BASE).nodes.node(closed) is None
    assert {document.remote_id for document in view.each()} == {"2", "3"}
    # Open once more, in the version that the index has.
    house.submit("0", "停车场 0 号")
    assert shown(reader, Query("停车场")) == {"0", "2", "3"}
    house.follow()
    assert shown(reader, Query("停车场")) == {"0", "2", "3", "4"}


def test_a_text_that_only_a_closed_record_has_finds_nothing(
    house: House, reader: Searchable
) -> None:
    house.submit("0", "停车场")
    house.submit("1", "游泳池")
    house.follow()
    list(house.catalog.withdraw(["1"], HOUSE))
    result = reader.search(Query("游泳池", literal=("spelling",)))
    assert (result.total, result.hits) == (0, ())


def test_pages_stay_whole(house: House, reader: Searchable) -> None:
    for n in range(9):
        house.submit(str(n), f"停车场 {n} 号")
    house.follow()
    list(house.catalog.withdraw(["0", "3", "4", "5"], HOUSE))
    seen: list[str] = []
    query = Query(sort="title", limit=2)
    while True:
        result = reader.search(query)
        seen += [hit.remote_id for hit in result.hits]
        if result.cursor is None:
            break
        query = replace(query, cursor=result.cursor)
    assert seen == ["1", "2", "6", "7", "8"]


def test_each_change_is_read_once_and_none_where_there_is_no_lag(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocations, "_BATCH", 2)
    journal = Asked(house)
    known = Revocations(lambda: journal)
    for n in range(5):
        house.submit(str(n), f"停车场 {n}")
    assert known.since(5) == frozenset()
    assert journal.turns == 0
    list(house.catalog.withdraw(["1", "2", "4"], HOUSE))
    iri = f"{BASE}/id/dataset/city/"
    first = known.since(5)
    assert first == {f"{iri}1", f"{iri}2", f"{iri}4"}
    asked = journal.turns
    assert known.since(5) is first
    assert journal.turns == asked
    # An older state has more to hide, or as much; a newer one less.
    assert known.since(0) == first
    assert known.since(6) == {f"{iri}2", f"{iri}4"}
    assert [one.iri for one in known.all_since(6)] == [f"{iri}2", f"{iri}4"]
    assert known.since(house.journal.head()) == frozenset()


class Slow(Asked):
    """Holds up the first who reads its changes, until it is let go."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def visibility_changes_after(self, seq: int, limit: int = 10_000) -> Sequence[VisibilityChange]:
        if not self.entered.is_set():
            self.entered.set()
            assert self.let_go.wait(60)
        return super().visibility_changes_after(seq, limit)


def test_one_reads_the_journal_for_all_and_a_slow_read_stalls_nobody_for_ever(
    house: House,
) -> None:
    house.submit("1", "停车场")
    house.submit("2", "停车场")
    list(house.catalog.withdraw(["1"], HOUSE))
    journal = Slow(house)
    known = Revocations(lambda: journal, patience=0.0)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(known.since, 2)
        assert journal.entered.wait(60)
        with pytest.raises(AtlasError) as caught:
            known.since(2)
        assert caught.value.code == "closings-unknown"
        # What needs no reading is told meanwhile.
        assert Revocations(lambda: journal).since(3) == frozenset()
        journal.let_go.set()
        assert first.result(60) == {f"{BASE}/id/dataset/city/1"}
    assert known.since(2) is first.result()
    assert journal.turns == 1


def test_many_who_come_while_the_journal_grows_are_told_the_same(house: House) -> None:
    for n in range(4):
        house.submit(str(n), "停车场")
    list(house.catalog.withdraw(["1", "2"], HOUSE))
    journal = Asked(house)
    known = Revocations(lambda: journal)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(known.since, [4] * 32))
    assert set(told) == {frozenset({f"{BASE}/id/dataset/city/1", f"{BASE}/id/dataset/city/2"})}
    order = known.all_since(4)
    assert [one.iri[-1] for one in order] == ["1", "2"]
    assert known.all_since(4) is order
    # Open and closed once more: it comes last.
    house.submit("1", "停车场")
    list(house.catalog.withdraw(["1"], HOUSE))
    assert [one.iri[-1] for one in known.all_since(4)] == ["2", "1"]


def test_what_is_known_stays_known_while_the_journal_is_away(house: House) -> None:
    journal, now = Asked(house), [0.0]
    known = Revocations(lambda: journal, lambda: now[0])
    house.submit("1", "停车场")
    list(house.catalog.withdraw(["1"], HOUSE))
    before = known.since(1)
    assert len(before) == 1
    journal.away = True
    assert known.since(1) == before
    journal.away = False
    house.submit("1", "停车场")
    assert known.since(1) == before
    now[0] += PAUSE
    assert known.since(1) == frozenset()


def test_what_a_plan_hides_is_left_out_of_counts_too(house: House, reader: Searchable) -> None:
    for n in range(3):
        house.submit(str(n), "停车场")
    house.follow()
    view = reader.view()
    assert view is not None
    plan = Plan(hidden=frozenset({f"{BASE}/id/dataset/city/0"}))
    assert view.find(plan, 10).total == 2
    assert sum(view.count(plan, ["open_type"])["open_type"].values()) == 2
    assert view.find(Plan(groups=(), hidden=plan.hidden), 10).total == 0
