"""Snapshots: what readers see, and that nothing is taken from under them."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog_service.graph import (
    EmbeddedGraph,
    FixedGraph,
    GraphReader,
    GraphRecord,
    embedded,
)
from catalog_service.graph.snapshots import snapshots_folder
from ontology.errors import AtlasError
from ontology.record import Record


def record(name: str, title: str) -> GraphRecord:
    iri = f"http://atlas.test/id/dataset/test/{name}"
    made = Record.from_lines(
        [f'<{iri}> <http://purl.org/dc/terms/title> "{title}" .'],
        iri=iri,
        source="test",
        remote_id=name,
    )
    return GraphRecord(made.iri, made.focus, made.hash, made.nquads)


def titles(reader: GraphReader) -> set[str]:
    snapshot = reader.current()
    query = "SELECT ?t { GRAPH ?g { ?s <http://purl.org/dc/terms/title> ?t } }"
    return {row["t"].value for row in snapshot.store.query(query)}  # type: ignore[union-attr]


def test_nothing_published_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(AtlasError) as caught:
        GraphReader(tmp_path).current()
    assert caught.value.code == "no-snapshot"


def test_readers_see_what_is_published_and_nothing_before(tmp_path: Path) -> None:
    reader = GraphReader(tmp_path)
    with EmbeddedGraph(tmp_path) as store:
        store.write([record("1", "one")], [], 1)
        assert store.publish() == 1
        assert titles(reader) == {"one"}
        store.write([record("1", "uno")], [], 2)
        assert titles(reader) == {"one"}
        assert store.publish() == 2
        assert titles(reader) == {"uno"}
        snapshot = reader.current()
        assert (snapshot.number, snapshot.checkpoint) == (2, 2)
        assert reader.current() is snapshot, "one snapshot is opened once"


def test_publishing_nothing_new_keeps_the_number(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([record("1", "one")], [], 1)
        first = store.publish()
        assert store.publish() == first
        store.write([record("1", "one")], [], 1)
        assert store.publish() == first


def test_numbers_go_on_after_a_rebuild_and_a_restart(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([record("1", "one")], [], 1)
        assert store.publish() == 1
        store.rebuild([record("2", "two")], lambda: 5)
        assert store.publish() == 2
    with EmbeddedGraph(tmp_path) as store:
        assert store.publish() > 2
        assert titles(GraphReader(tmp_path)) == {"two"}


def test_a_held_snapshot_outlives_its_successors(tmp_path: Path) -> None:
    reader = GraphReader(tmp_path)
    with EmbeddedGraph(tmp_path) as store:
        many = [record(str(n), f"title {n}") for n in range(500)]
        store.rebuild(many, lambda: 1)
        store.publish()
        held = reader.current()
        for seq in range(2, 8):
            store.write([record("0", f"version {seq}")], [], seq)
            store.publish()
        other = GraphReader(tmp_path)
        assert "version 7" in titles(other)
        # RocksDB opens its files only now: they must still be there.
        # Once in its graph, once in the default graph.
        assert sum(1 for _ in held.store) == 2 * (500 * 2 + 2)
        assert held.path.is_dir()
        assert reader.current().number == 7
        path = held.path
        del held
        gc.collect()
        store.write([record("0", "last")], [], 9)
        store.publish()
        assert not path.exists()
        kept = {p.name for p in snapshots_folder(tmp_path).iterdir() if p.is_dir()}
        assert kept == {"00000007", "00000008"}, "what two readers hold, and the newest"


def test_a_lease_holds_between_processes_and_dies_with_them(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from catalog_service.graph import GraphReader;"
        "held = GraphReader(Path(sys.argv[1])).current(); print(held.number, flush=True);"
        "sys.stdin.read(); print(sum(1 for _ in held.store), flush=True)"
    )
    with EmbeddedGraph(tmp_path) as store:
        store.rebuild([record(str(n), "t") for n in range(50)], lambda: 1)
        store.publish()
        with subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            assert child.stdout.readline() == b"1\n"
            store.write([record("0", "new")], [], 2)
            store.publish()
            assert (snapshots_folder(tmp_path) / "00000001").is_dir()
            child.stdin.close()
            # Each statement in its graph and in the default graph.
            assert child.stdout.readline() == b"204\n"
        store.write([record("0", "newer")], [], 3)
        store.publish()
        assert not (snapshots_folder(tmp_path) / "00000001").exists()


def test_half_made_snapshots_and_stores_are_cleared_away(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([record("1", "one")], [], 1)
        store.publish()
    folder = snapshots_folder(tmp_path)
    for name in ("new-00000002", "old-00000000"):
        (folder / name).mkdir()
        (folder / name / "CURRENT").write_text("half", encoding="utf-8")
    # Whole, but nobody was told of it: the crash came between copying and pointing.
    shutil.copytree(folder / "00000001", folder / "00000002")
    (tmp_path / "graph" / "store-000009").mkdir()
    assert titles(GraphReader(tmp_path)) == {"one"}
    with EmbeddedGraph(tmp_path) as store:
        assert titles(GraphReader(tmp_path)) == {"one"}
        store.write([record("1", "two")], [], 2)
        assert store.publish() == 3, "a number is never used for two states"
        assert titles(GraphReader(tmp_path)) == {"two"}
    assert not any(p.name.startswith(("new-", "old-")) for p in folder.iterdir())
    assert not (tmp_path / "graph" / "store-000009").exists()


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        with pytest.raises(AtlasError) as caught:
            EmbeddedGraph(tmp_path)
        assert caught.value.code == "graph-locked"
        store.write([record("1", "one")], [], 1)
    with EmbeddedGraph(tmp_path) as again:
        assert again.checkpoint() == 1


def test_a_broken_store_is_begun_anew(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([record("1", "one")], [], 1)
        store.publish()
    (tmp_path / "graph" / "store-000001" / "CURRENT").write_text("nonsense\n", encoding="utf-8")
    with EmbeddedGraph(tmp_path) as again:
        assert again.checkpoint() == 0, "nothing is held, and everything will be loaded"
        assert titles(GraphReader(tmp_path)) == {"one"}, "readers keep what they had"
        again.rebuild([record("1", "new")], lambda: 2)
        again.publish()
        assert titles(GraphReader(tmp_path)) == {"new"}
    assert not (tmp_path / "graph" / "store-000001").exists()


def damage_every_file(folder: Path) -> None:
    for path in folder.glob("*.sst"):
        data = bytearray(path.read_bytes())
        for place in range(0, len(data), 97):
            data[place] ^= 255
        path.write_bytes(data)


LOSSES: dict[str, Callable[[Path], object]] = {
    "everything": lambda home: shutil.rmtree(home / "graph"),
    "the database": lambda home: shutil.rmtree(home / "graph" / "store-000002"),
    "its name": lambda home: (home / "graph" / "live").unlink(),
    "its files": lambda home: damage_every_file(home / "graph" / "store-000002"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_lost_store_is_noticed_and_built_anew_in_the_same_process(
    tmp_path: Path, loss: str
) -> None:
    reader = GraphReader(tmp_path)
    many = [record(str(n), f"title {n}") for n in range(300)]
    with EmbeddedGraph(tmp_path) as store:
        store.rebuild(many, lambda: 300)
        number = store.publish()
        assert store.inspect(thorough=True)
        LOSSES[loss](tmp_path)
        with pytest.raises(AtlasError) as caught:
            store.inspect(thorough=True)
        assert caught.value.code == "graph-broken"
        store.rebuild(many[:2], lambda: 301)
        assert store.publish() > number
        assert store.inspect(thorough=True)
        assert titles(reader) == {"title 0", "title 1"}
        with pytest.raises(AtlasError) as second:
            EmbeddedGraph(tmp_path)
        assert second.value.code == "graph-locked", "the lock is on the file that is there"
    with EmbeddedGraph(tmp_path) as again:
        assert again.checkpoint() == 301


@pytest.mark.parametrize("name", ["current", "00000001", "00000001.lease", "../snapshots"])
def test_a_lost_snapshot_is_published_again(tmp_path: Path, name: str) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([record("1", "one")], [], 1)
        store.publish()
        lost = snapshots_folder(tmp_path) / name
        shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
        with pytest.raises(AtlasError) as caught:
            GraphReader(tmp_path).current()
        assert caught.value.code == "no-snapshot"
        assert not store.inspect(thorough=False)
        assert store.publish() == 2
        assert store.inspect(thorough=True)
        assert titles(GraphReader(tmp_path)) == {"one"}


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"number": "x", "checkpoint": 1}', "\udcff"])
def test_a_damaged_pointer_is_named_and_replaced(tmp_path: Path, text: str) -> None:
    with EmbeddedGraph(tmp_path) as store:
        store.write([record("1", "one")], [], 1)
        store.publish()
        pointer = snapshots_folder(tmp_path) / "current"
        pointer.write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(AtlasError) as caught:
            GraphReader(tmp_path).current()
        assert caught.value.code == "graph-broken"
        assert not store.inspect(thorough=False)
        store.publish()
        assert titles(GraphReader(tmp_path)) == {"one"}


def test_a_number_that_readers_have_seen_is_not_given_again(tmp_path: Path) -> None:
    seen = set()
    for seq in range(1, 6):
        # Each time the folder is deleted while nothing runs.
        with EmbeddedGraph(tmp_path) as store:
            store.write([record("1", f"title {seq}")], [], seq)
            seen.add(store.publish())
        shutil.rmtree(tmp_path / "graph")
    assert len(seen) == 5


def test_publications_do_not_make_publishing_dearer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "MAX_MANIFEST_BYTES", 20_000)
    reader = GraphReader(tmp_path)
    longest = 0
    with EmbeddedGraph(tmp_path) as store:
        for seq in range(1, 31):
            store.write([record("1", f"title {seq}")], [], seq)
            assert store.publish() == seq
            assert titles(reader) == {f"title {seq}"}
            lists = list(reader.current().path.glob("MANIFEST-*"))
            longest = max(longest, sum(path.stat().st_size for path in lists))
        assert store.checkpoint() == 30
    # Each publication adds some 2,500 bytes: thirty would be 75,000.
    assert 20_000 < longest < 30_000


def test_a_closed_store_does_not_open_itself_again(tmp_path: Path) -> None:
    store = EmbeddedGraph(tmp_path)
    store.close()
    with pytest.raises(RuntimeError, match="closed"):
        store.checkpoint()


def test_a_new_store_is_published_with_its_fixed_graphs_and_loads_them_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = FixedGraph(
        "http://atlas.test/texts", '<urn:a> <http://purl.org/dc/terms/title> "fixed" .'
    )
    with EmbeddedGraph(tmp_path / "empty", fixed=[texts]) as store:
        store.publish()
    assert titles(GraphReader(tmp_path / "empty")) == {"fixed"}
    with (
        monkeypatch.context() as patch,
        EmbeddedGraph(tmp_path / "filled", fixed=[texts]) as store,
    ):
        patch.setattr(store, "_update", lambda _: pytest.fail("loaded before the rebuild"))
        store.rebuild([record("1", "one")], lambda: 1)
        store.publish()
    assert titles(GraphReader(tmp_path / "filled")) == {"fixed", "one"}
