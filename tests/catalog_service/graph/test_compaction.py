"""The database is compacted once enough was written, and readers see the same."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord, compaction
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
