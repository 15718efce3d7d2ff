"""The search index follows a real journal, is compared with it, and is mended."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_service.catalog import Catalog
from catalog_service.journal import Journal
from catalog_service.projections.compare import compare, repair
from catalog_service.projections.index import IndexProjection
from catalog_service.projections.live_records import LiveRecords
from catalog_service.projections.protocol import Following, Projection, Sized
from harvesters.protocols import Incoming, MappedRecord, Submission
from ontology import ntriples
from ontology.errors import FilePosition
from ontology.record import Record, mint_iri
from ontology.terms import DCAT, DCT, RDF, VOCAB
from ontology.vocabulary import load_vocabulary
from search.index.embedded import EmbeddedIndex
from search.index.from_record import document_of
from search.model import Query
from tests.fixtures.gate import TinyGate
from tests.fixtures.searchable import Searchable

BASE = "https://data.example"
HOUSE = Submission(source="city", actor="test", gate="enforce")


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


class House:
    """A catalogue with its journal and its index, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = Journal.open(f"sqlite:///{folder / 'journal.sqlite'}", FixedClock())
        self.catalog = Catalog(self.journal, TinyGate(), BASE)
        self.engine = Searchable(EmbeddedIndex(folder / "index"))
        self.projection = IndexProjection(self.engine, load_vocabulary)

    def submit(self, remote_id: str, title: str | None, *, open_type: str = "unconditional") -> str:
        record = a_record(remote_id, title, open_type)
        item = Incoming(
            remote_id,
            FilePosition("test"),
            sha256(record.nquads.encode()).digest(),
            lambda: MappedRecord(record),
        )
        (outcome,) = self.catalog.submit([item], HOUSE)
        return outcome.status

    def follow(self, batch: int = 1_000) -> None:
        while changes := self.journal.changes_after(self.projection.checkpoint(), batch):
            self.projection.apply(changes)

    def found(self, text: str = "") -> set[str]:
        return {hit.remote_id for hit in self.engine.search(Query(text, limit=500)).hits}

    def close(self) -> None:
        self.engine.close()
        self.journal.close()


def a_record(remote_id: str, title: str | None, open_type: str = "unconditional") -> Record:
    iri = mint_iri(BASE, "city", remote_id)
    lines = [
        ntriples.triple(f"<{iri}>", f"<{RDF.type}>", f"<{DCAT.Dataset}>"),
        ntriples.triple(f"<{iri}>", f"<{DCT.accessRights}>", f"<{VOCAB}open-type/{open_type}>"),
    ]
    if title is not None:
        literal = ntriples.literal(title, lang="zh")
        lines.append(ntriples.triple(f"<{iri}>", f"<{DCT.term('title')}>", literal))
    return Record.from_lines(lines, iri=iri, source="city", remote_id=remote_id)


@pytest.fixture
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[House]]:
    made: list[House] = []

    class Temporary(House):
        def __init__(self) -> None:
            super().__init__(tmp_path_factory.mktemp("house"))
            made.append(self)

    yield Temporary  # type: ignore[misc]
    for house in made:
        house.close()


@pytest.fixture
def house(new_house: type[House]) -> House:
    return new_house()  # type: ignore[call-arg]


def test_it_is_a_projection(house: House) -> None:
    projection: Projection = house.projection
    assert isinstance(projection, Following)
    assert isinstance(projection, Sized)
    assert projection.name == "index"


class Badges:
    """What is known beside records, as a room tells it."""

    def __init__(self) -> None:
        self.held: dict[str, bool] = {}

    def mark(self) -> object:
        return tuple(sorted(self.held.items()))

    def facets(self) -> dict[str, dict[str, tuple[str, ...]]]:
        return {iri: {"high_quality": ("badge",)} if on else {} for iri, on in self.held.items()}


def test_facets_beside_records_are_followed_also_over_a_restart(house: House) -> None:
    badges = Badges()

    def begun() -> IndexProjection:
        return IndexProjection(house.engine, load_vocabulary, beside=(badges,))

    def held() -> set[str]:
        query = Query(filters={"high_quality": ("badge",)}, limit=500)
        return {hit.remote_id for hit in house.engine.search(query).hits}

    house.projection = begun()
    for one in ("1", "2", "3"):
        house.submit(one, f"停车场{one}")
    house.projection.renew(house.journal)
    house.follow()
    iris = {one: mint_iri(BASE, "city", one) for one in ("1", "2", "3")}
    badges.held = {iris["1"]: True, iris["2"]: True}
    assert held() == set()
    assert house.projection.renew(house.journal) and held() == {"1", "2"}
    assert not house.projection.renew(house.journal)
    # A new version of the record keeps it, and a rebuild makes it again.
    house.submit("1", "停车场甲")
    house.follow()
    assert held() == {"1", "2"}
    house.projection.rebuild(house.journal.snapshot()[1], house.journal.head())
    assert held() == {"1", "2"}
    # What changed while nothing ran is seen at the next start; what did not costs nothing.
    badges.held = {iris["1"]: False, iris["2"]: True, iris["3"]: True}
    house.projection = begun()
    assert house.projection.renew(house.journal) and held() == {"2", "3"}
    house.projection = begun()
    assert not house.projection.renew(house.journal)
    house.submit("3", "停车场丙")
    house.follow()
    assert held() == {"2", "3"}
    assert compare(house.journal, house.projection).equal


def test_a_life_is_followed(house: House) -> None:
    assert house.submit("1", "停车场") == "created"
    house.follow()
    assert house.found("停车场") == {"1"}
    # A version that is held leaves the public one as it is, and moves the checkpoint.
    assert house.submit("1", None) == "held"
    house.follow()
    assert house.found("停车场") == {"1"}
    assert house.projection.checkpoint() == house.journal.head() == 2
    assert house.submit("1", "公交站") == "updated"
    house.follow()
    assert house.found("停车场") == set()
    assert house.found("公交站") == {"1"}
    list(house.catalog.withdraw(["1"], HOUSE))
    house.follow()
    assert house.found() == set()
    assert house.submit("1", "公交站") == "updated"
    house.follow()
    assert house.found("公交站") == {"1"}
    assert house.projection.size() == 1


def test_what_is_not_open_never_enters(house: House) -> None:
    house.submit("1", "停车场", open_type="none")
    house.submit("2", "停车场", open_type="conditional")
    house.follow()
    assert house.found() == {"2"}
    house.submit("2", "停车场", open_type="none")
    house.follow()
    assert house.found() == set()
    assert compare(house.journal, house.projection).equal


def test_it_is_built_from_the_current_state(house: House) -> None:
    for n in range(5):
        house.submit(str(n), f"第{n}集")
    list(house.catalog.withdraw(["3"], HOUSE))
    checkpoint, current = house.journal.snapshot(public_only=True)
    house.projection.rebuild(current, checkpoint)
    assert house.found() == {"0", "1", "2", "4"}
    assert house.projection.checkpoint() == checkpoint == 6
    assert compare(house.journal, house.projection).equal


def test_it_is_built_while_the_journal_grows(house: House) -> None:
    house.submit("1", "停车场")
    waits = itertools.count()

    def wait(idle: bool) -> bool:
        turn = next(waits)
        if turn == 0:
            house.submit("2", "停车场")
            house.submit("1", "公交站")
        return turn < 2

    growing = LiveRecords(house.journal, wait)
    house.projection.rebuild_following(iter(growing), growing.checkpoint)
    # What was given out already has changed since: from there on it has to catch up.
    assert house.projection.checkpoint() == 2
    house.follow()
    assert house.found("公交站") == {"1"}
    assert compare(house.journal, house.projection).equal


def test_differences_are_named_and_mended(house: House) -> None:
    for n in range(6):
        house.submit(str(n), f"停车场 {n}")
    house.follow()
    vocabulary = load_vocabulary()
    stranger = document_of(a_record("99", "陌生"), vocabulary)
    stale = document_of(a_record("2", "旧"), vocabulary)
    house.engine.write([stranger, stale], [mint_iri(BASE, "city", "4")], 6)
    found = compare(house.journal, house.projection)
    assert found.missing == (mint_iri(BASE, "city", "4"),)
    assert found.extra == (mint_iri(BASE, "city", "99"),)
    assert found.different == (mint_iri(BASE, "city", "2"),)
    assert (found.count, found.records, found.behind, found.equal) == (3, 6, 0, False)
    assert repair(house.journal, house.projection, found) == 3
    assert compare(house.journal, house.projection).equal
    assert house.found() == {"0", "1", "2", "3", "4", "5"}
    assert house.projection.checkpoint() == 6


def test_mending_does_not_skip_what_is_still_to_be_applied(house: House) -> None:
    house.submit("1", "停车场")
    house.follow()
    house.submit("2", "停车场")
    house.submit("3", "停车场")
    found = compare(house.journal, house.projection)
    assert found.behind == 2
    assert found.missing == (mint_iri(BASE, "city", "2"), mint_iri(BASE, "city", "3"))
    repair(house.journal, house.projection, found)
    assert house.projection.checkpoint() == 1
    house.follow()
    assert compare(house.journal, house.projection).equal


steps = st.lists(
    st.tuples(
        st.sampled_from(["submit", "submit", "hide", "hold", "missing", "withdraw", "release"]),
        st.sampled_from("123"),
        st.sampled_from(["停车场", "公交站", "养老院"]),
    ),
    max_size=14,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(taken=steps, batch=st.integers(1, 6))
def test_any_life_in_any_batches_twice_over(
    new_house: type[House], taken: list[tuple[str, str, str]], batch: int
) -> None:
    house = new_house()  # type: ignore[call-arg]
    for step, remote_id, title in taken:
        if step == "submit":
            house.submit(remote_id, title)
        elif step == "hide":
            house.submit(remote_id, title, open_type="none")
        elif step == "hold":
            house.submit(remote_id, None)
        elif step == "missing":
            list(house.catalog.mark_missing([remote_id], HOUSE))
        elif step == "withdraw":
            list(house.catalog.withdraw([remote_id], HOUSE))
        else:
            list(house.catalog.release([remote_id], HOUSE))
    house.follow(batch)
    assert compare(house.journal, house.projection).equal
    assert house.projection.checkpoint() == house.journal.head()
    # A crash repeats batches; from the start is the worst of them.
    everything = house.journal.changes_after(0, 1_000)
    house.projection.apply(everything)
    found = compare(house.journal, house.projection)
    assert found.equal
    assert house.projection.size() == found.records
    house.close()
