"""The database is compacted once enough was written, and readers see the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord, compaction
from ontology.errors import AtlasError
from ontology.ntriples import iri, literal, triple
from ontology.record import Record


def record(name: str, title: str) -> GraphRecord:
    own = f"http://atlas.test/id/dataset/test/{name}"
    line = triple(iri(own), iri("http://purl.org/dc/terms/title"), literal(title, lang="zh"))
    made = Record.from_lines([line], iri=own, source="test", remote_id=name)
    return GraphRecord(made.iri, made.focus, made.hash, made.nquads)


def fill(store: EmbeddedGraph, first: int, count: int) -> None:
    store.write([record(str(n), f"题{n}") for n in range(first, first + count)], [], first + count)
    store.publish()


def test_what_was_written_is_compacted_once(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path, fixed=[]) as store:
        for first in range(0, 300, 100):
            fill(store, first, 100)
        held = dict(store.hashes())
        before = GraphReader(tmp_path).current()
        assert store.compact()
        after = GraphReader(tmp_path).current()
        assert after.number == before.number + 1
        assert after.checkpoint == before.checkpoint
        assert len(list(after.path.glob("*.sst"))) < len(list(before.path.glob("*.sst")))
        assert dict(store.hashes()) == held
        assert store.strays() == 0
        assert not store.compact()
    with EmbeddedGraph(tmp_path) as store:
        assert not store.compact(), "what another process compacted is known"
        fill(store, 300, 300)
        assert store.compact()


def test_what_readers_do_not_see_yet_is_published_first(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path, fixed=[]) as store:
        store.write([record("1", "一")], [], 1)
        assert not store.compact()
        store.publish()
        assert store.compact()


def test_a_new_build_is_another_database(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path, fixed=[]) as store:
        fill(store, 0, 100)
        assert store.compact()
        store.rebuild([record("1", "一")], lambda: 200)
        store.publish()
        assert store.compact()


def test_a_large_database_is_left_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "MOST_BYTES", 1_000)
    with EmbeddedGraph(tmp_path, fixed=[]) as store:
        fill(store, 0, 300)
        assert not store.compact()


def test_a_reader_keeps_the_snapshot_that_it_reads(tmp_path: Path) -> None:
    with closing(EmbeddedGraph(tmp_path, fixed=[])) as store:
        fill(store, 0, 300)
        held = GraphReader(tmp_path).current()
        rows = held.store.quads_for_pattern(None, None, None, None)
        first = next(rows)
        assert store.compact()
        assert first
        assert sum(1 for _ in rows) > 300
        assert held.path.is_dir()


@contextmanager
def lasting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Have a compaction last until the event is set."""
    over, optimize = Event(), compaction.Compaction._run

    def late(self: compaction.Compaction) -> None:
        assert over.wait(60)
        optimize(self)

    monkeypatch.setattr(compaction.Compaction, "_run", late)
    try:
        yield over
    finally:
        over.set()


def test_what_is_written_meanwhile_is_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedGraph(tmp_path, fixed=[]) as store, lasting(monkeypatch) as over:
        assert store.end_compaction() is False
        fill(store, 0, 300)
        store.begin_compaction()
        assert store.end_compaction() is None
        fill(store, 300, 10)
        assert GraphReader(tmp_path).current().checkpoint == 310
        number = GraphReader(tmp_path).current().number
        store.begin_compaction()  # only one at a time
        over.set()
        while (ended := store.end_compaction()) is None:
            pass
        assert ended
        assert GraphReader(tmp_path).current().number == number + 1
        assert store.size() == 310
        assert store.strays() == 0


def test_a_database_that_is_replaced_or_closed_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedGraph(tmp_path, fixed=[]) as store:
        fill(store, 0, 300)
        store.begin_compaction()
        store.rebuild([record("1", "一")], lambda: 400)
        assert store.end_compaction() is False
        assert len(list((tmp_path / "graph").glob("store-*"))) == 1
        fill(store, 0, 300)
        store.begin_compaction()
    with EmbeddedGraph(tmp_path, fixed=[]) as store:
        assert store.size() == 300


def test_one_that_fails_is_told_and_tried_again(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("no space left on device")

    with EmbeddedGraph(tmp_path, fixed=[]) as store:
        fill(store, 0, 300)
        store._compaction = compaction.Compaction(tmp_path, fail)
        store._compaction.wait()
        with pytest.raises(AtlasError) as failed:
            store.end_compaction()
        assert failed.value.code == "storage-failed"
        assert store.size() == 300
        assert store.compact()
