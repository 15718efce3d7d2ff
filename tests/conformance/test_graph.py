"""One suite for every graph store: the embedded database, a real Oxigraph server and Fuseki."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_service.graph import EmbeddedGraph, FixedGraph, GraphRecord, GraphStore
from catalog_service.graph.remote import RemoteGraph
from catalog_service.graph.store import CHECKPOINT, STATE_GRAPH
from catalog_service.journal.model import StoredRecord
from catalog_service.projections.compare import Comparison, repair
from catalog_service.projections.compare import compare as compare_projection
from catalog_service.projections.graph import GraphProjection
from ontology.errors import AtlasError
from ontology.ntriples import iri, literal, triple
from ontology.record import Record
from ontology.terms import DCAT, DCT, RDF, SHD, SKOS, XSD

BASE = "http://atlas.test"
OpenStore = Callable[..., GraphStore]


class Kept:
    """The journal's side of a comparison: these records are public, and no others."""

    def __init__(self, records: Iterable[GraphRecord]) -> None:
        moment = datetime(2026, 9, 1, tzinfo=UTC)
        self.records = {
            r.iri: StoredRecord(
                iri=r.iri,
                source="test",
                remote_id=r.iri.rsplit("/", 1)[1],
                focus=r.focus,
                state="active",
                public=True,
                hash=r.hash,
                nquads=r.nquads,
                version_seq=1,
                held_hash=None,
                held_seq=None,
                seq=1,
                changed=moment,
            )
            for r in records
        }

    def snapshot(self, *, public_only: bool = True) -> tuple[int, Iterator[StoredRecord]]:
        return 1, iter(self.records.values())

    def get_many(self, iris: Sequence[str]) -> dict[str, StoredRecord]:
        return {iri: self.records[iri] for iri in iris if iri in self.records}


def compare(store: GraphStore, wanted: Iterable[GraphRecord], *, deep: bool = False) -> Comparison:
    return compare_projection(Kept(wanted), GraphProjection(store), deep=deep)


def record(name: str, title: str, *extra: str, focus: str | None = None) -> GraphRecord:
    own = f"{BASE}/id/dataset/test/{name}"
    subject = iri(focus or own)
    made = Record.from_lines(
        [
            triple(subject, iri(RDF.type), iri(DCAT.Dataset)),
            triple(subject, iri(DCT.term("title")), literal(title, lang="zh")),
            *(triple(subject, iri(SHD.rowCount), value) for value in extra),
        ],
        iri=own,
        source="test",
        remote_id=name,
        focus=focus,
    )
    return GraphRecord(made.iri, made.focus, made.hash, made.nquads)


VOCABULARY = FixedGraph(
    "https://w3id.org/shdata/vocab/test",
    f'<https://w3id.org/shdata/vocab/test/a> <{SKOS.prefLabel}> "甲"@zh ; '
    f'<{SKOS.note}> [ <{SKOS.prefLabel}> "note" ] .',
)


SERVERS = {
    "server": "oxigraph_url",
    "fuseki": "fuseki_url",
    "fuseki-memory": "fuseki_memory_url",
    "fuseki-union": "fuseki_union_url",
}
"""The fixtures that give the address of an empty server."""


@pytest.fixture(
    params=["embedded", *(pytest.param(name, marks=pytest.mark.services) for name in SERVERS)]
)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """Opens the same store again and again; what was open before is closed."""
    opened: list[GraphStore] = []
    name = SERVERS.get(request.param)
    url = request.getfixturevalue(name) if name else ""

    def open_again(*fixed: FixedGraph, as_held: bool = False) -> GraphStore:
        while opened:
            opened.pop().close()
        store: GraphStore = (
            RemoteGraph(url, fixed=None if as_held else fixed)
            if url
            else EmbeddedGraph(tmp_path, fixed=None if as_held else fixed)
        )
        store.checkpoint()  # the first question of whoever writes: it brings up the fixed graphs
        opened.append(store)
        return store

    yield open_again
    while opened:
        opened.pop().close()


def test_an_empty_store_stands_at_nothing(open_store: OpenStore) -> None:
    store = open_store()
    assert store.checkpoint() == 0
    assert store.size() == 0
    assert list(store.hashes()) == []
    assert store.contents(f"{BASE}/id/dataset/test/none") == ""


def test_what_is_written_is_held_and_survives(open_store: OpenStore) -> None:
    first, second = record("1", "一"), record("2", '二 "引号"\n换行 \\ 反斜杠')
    open_store().write([first, second], [], 7)
    store = open_store()
    assert store.checkpoint() == 7
    assert store.size() == 2
    assert dict(store.hashes()) == {first.iri: first.hash, second.iri: second.hash}
    assert store.contents(second.iri) == second.nquads


def test_a_new_version_replaces_the_old_and_only_it(open_store: OpenStore) -> None:
    store = open_store()
    other = record("2", "二")
    store.write([record("1", "旧", '"x"'), other], [], 1)
    new = record("1", "新")
    store.write([new], [], 2)
    assert store.contents(new.iri) == new.nquads
    assert store.contents(other.iri) == other.nquads
    assert dict(store.hashes())[new.iri] == new.hash
    assert store.checkpoint() == 2


def test_removal_leaves_nothing(open_store: OpenStore) -> None:
    store = open_store()
    gone, kept = record("1", "一", focus="http://elsewhere.test/d"), record("2", "二")
    store.write([gone, kept], [], 1)
    store.write([], [gone.iri, f"{BASE}/id/dataset/test/never"], 2)
    assert store.contents(gone.iri) == ""
    assert list(store.hashes()) == [(kept.iri, kept.hash)]
    assert store.size() == 1


def test_writing_twice_is_writing_once(open_store: OpenStore) -> None:
    store = open_store()
    one = record("1", "一")
    store.write([one], [], 3)
    store.write([one], [], 3)
    assert store.contents(one.iri) == one.nquads
    assert (store.size(), store.checkpoint()) == (1, 3)


def test_the_checkpoint_may_move_alone(open_store: OpenStore) -> None:
    store = open_store()
    store.write([], [], 5)
    store.write([], [], 9)
    assert store.checkpoint() == 9
    assert STATE_GRAPH in store.contents(STATE_GRAPH)
    # The checkpoint, and what is noted besides the records.
    assert store.contents(STATE_GRAPH).count("\n") == 2


def test_a_refused_update_changes_nothing(open_store: OpenStore) -> None:
    """A batch is all or nothing: a record that cannot be written takes its batch with it."""
    store = open_store()
    store.write([record("1", "一")], [], 1)
    bad = GraphRecord(f"{BASE}/id/dataset/test/2", "x:y", "0", "not a triple\n")
    with pytest.raises((SyntaxError, AtlasError)):
        store.write([record("1", "二"), bad], [], 2)
    assert store.checkpoint() == 1
    assert store.contents(record("1", "一").iri) == record("1", "一").nquads


def test_rebuilding_holds_exactly_what_is_given(open_store: OpenStore) -> None:
    store = open_store(VOCABULARY)
    store.write([record("old", "旧")], [], 3)
    many = [record(str(n), f"第{n}个", focus=f"http://else.test/{n}") for n in range(450)]
    store.rebuild(iter(many), lambda: 900)
    assert store.checkpoint() == 900
    assert store.size() == 450
    assert dict(store.hashes()) == {r.iri: r.hash for r in many}
    assert store.contents(many[449].iri) == many[449].nquads
    assert "甲" in store.contents(VOCABULARY.iri)
    assert store.contents(record("old", "旧").iri) == ""


def test_a_rebuild_that_breaks_off_leaves_what_was_live(open_store: OpenStore) -> None:
    store = open_store()
    one = record("1", "一")
    store.write([one], [], 3)

    def broken() -> Iterator[GraphRecord]:
        yield record("2", "二")
        raise RuntimeError("the journal went away")

    with pytest.raises(RuntimeError, match="went away"):
        store.rebuild(broken(), lambda: 9)
    store = open_store()
    assert (store.checkpoint(), store.size()) == (3, 1)
    assert store.contents(one.iri) == one.nquads


def test_the_checkpoint_of_a_rebuild_is_asked_for_last(open_store: OpenStore) -> None:
    given_out: list[str] = []

    def growing() -> Iterator[GraphRecord]:
        for n in range(3):
            given_out.append(str(n))
            yield record(str(n), "题")

    store = open_store()
    store.rebuild(growing(), lambda: len(given_out))
    assert store.checkpoint() == 3


def test_fixed_graphs_follow_their_text(open_store: OpenStore) -> None:
    held = open_store(VOCABULARY).contents(VOCABULARY.iri)
    assert "甲" in held
    assert open_store(VOCABULARY).contents(VOCABULARY.iri) == held, "written again for nothing"
    assert open_store(as_held=True).contents(VOCABULARY.iri) == held, "opened for reading"
    newer = FixedGraph(VOCABULARY.iri, VOCABULARY.data.replace("甲", "乙"))
    store = open_store(newer)
    assert "乙" in store.contents(VOCABULARY.iri)
    assert "甲" not in store.contents(VOCABULARY.iri)
    assert store.size() == 0, "a vocabulary is no record"
    store = open_store()
    assert store.contents(VOCABULARY.iri) == ""
    assert VOCABULARY.iri not in store.contents(STATE_GRAPH)


def test_comparing_finds_each_kind_of_difference(open_store: OpenStore) -> None:
    store = open_store()
    same, old, surplus = record("1", "一"), record("2", "旧"), record("3", "三")
    spelled = record("5", "五", f'"007"^^<{XSD.integer}>')
    store.write([same, old, surplus, spelled], [], 1)
    wanted = [same, record("2", "新"), record("4", "四"), spelled]
    for deep in (False, True):
        found = compare(store, wanted, deep=deep)
        assert found.different == (old.iri,)
        assert found.missing == (wanted[2].iri,)
        assert found.extra == (surplus.iri,)
        assert (found.records, found.deep) == (4, deep)
    projection = GraphProjection(store)
    assert repair(Kept(wanted), projection, found) == 3
    assert compare(store, wanted, deep=True).equal


def test_only_the_deep_compare_sees_triples_that_were_tampered_with(open_store: OpenStore) -> None:
    store = open_store(VOCABULARY)
    true = record("1", "真")
    store.write([GraphRecord(true.iri, true.focus, true.hash, record("1", "假").nquads)], [], 1)
    assert compare(store, [true]).equal
    found = compare(store, [true], deep=True)
    assert (found.different, found.missing, found.extra) == ((true.iri,), (), ())
    # The notes say that all is well: mending must not believe them.
    assert repair(Kept([true]), GraphProjection(store), found) == 1
    assert store.contents(true.iri) == true.nquads
    assert compare(store, [true], deep=True).equal


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from("abc"),
            st.none() | st.lists(st.sampled_from(["1", "01", "2", "2.50"]), max_size=3),
            min_size=1,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_history_ends_in_its_last_state(
    open_store: OpenStore, history: list[dict[str, list[str] | None]]
) -> None:
    """Differences or a fresh build: the same graph, numbers in several spellings included."""
    store = open_store()
    store.write([], [r for r, _ in store.hashes()], 0)
    wanted: dict[str, GraphRecord] = {}
    for seq, step in enumerate(history, 1):
        put = [
            record(n, "题", *(f'"{v}"^^<{XSD.decimal}>' for v in values))
            for n, values in step.items()
            if values is not None
        ]
        remove = [record(n, "").iri for n, values in step.items() if values is None]
        store.write(put, remove, seq)
        wanted = {k: v for k, v in wanted.items() if k not in remove} | {r.iri: r for r in put}
    assert compare(store, wanted.values(), deep=True).equal
    before = {name: store.contents(name) for name in wanted}
    store.rebuild(wanted.values(), lambda: 99)
    assert {name: store.contents(name) for name in wanted} == before


def test_numbers_in_any_spelling_go_with_their_record(open_store: OpenStore) -> None:
    """TDB2 cannot find a decimal again that was not written as it reads it back."""
    numbers = ["1", "1.00", "2.50", "-0", "007.", ".5", "99999999999999999999"]
    made = [
        record(f"{at}-{kind.rsplit('#')[1]}", "一", f'"{number}"^^<{kind}>')
        for at, number in enumerate(numbers)
        for kind in (XSD.decimal, XSD.double)
    ]
    store = open_store()
    store.write(made, [], 1)
    assert compare(store, made, deep=True).equal
    store.write([], [r.iri for r in made], 2)
    assert store.strays() == 0
    store.rebuild(made, lambda: 3)
    assert compare(store, made, deep=True).equal
    store.rebuild([], lambda: 4)
    assert compare(store, [], deep=True).equal


def test_the_state_is_a_number_to_sparql(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([], [], 12)
        held = ox.parse(store.contents(STATE_GRAPH), format=ox.RdfFormat.N_TRIPLES)
        found = [str(quad.object) for quad in held if quad.predicate.value == CHECKPOINT]
        assert found == [f'"12"^^<{XSD.integer}>']


def test_the_mark_moves_with_the_checkpoint(open_store: OpenStore) -> None:
    store = open_store()
    assert (store.checkpoint(), store.mark()) == (0, "")
    store.write([], [], 3, mark="one:a")
    assert (store.checkpoint(), store.mark()) == (3, "one:a")
    store.write([], [], 4, mark='two:"b"\n')
    assert (store.checkpoint(), store.mark()) == (4, 'two:"b"\n')
    store.rebuild([], lambda: 9, mark=lambda reached: f"three:{reached}")
    assert (store.checkpoint(), store.mark()) == (9, "three:9")
    store.write([], [], 10)
    assert (store.checkpoint(), store.mark()) == (10, "")


def test_what_stands_is_left_alone(open_store: OpenStore) -> None:
    store = open_store()
    assert store.inspect(thorough=True)
    store.write([], [], 3)
    store.publish()
    assert store.inspect(thorough=True)
