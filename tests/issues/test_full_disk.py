"""A full disk ends nothing: followers go on, stores are opened anew, what dies is started again."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pyoxigraph as ox
import pytest

from catalog_service.clock import Clock
from catalog_service.errors import STORAGE_FAILED
from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord, files, snapshots
from catalog_service.operations import child_process
from catalog_service.operations.child_process import Child
from catalog_service.operations.parent_watch import end_with_any_thread
from catalog_service.operations.supervisor import _Supervisor
from catalog_service.projections import status
from catalog_service.projections.follower import Follower
from catalog_service.projections.nudge import Nudge
from catalog_service.projections.rebuild_requests import RebuildRequests
from catalog_service.projections.status import StatusBoard, read_status
from catalog_service.sparql import workers
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.pool import SparqlPool
from catalog_service.sparql.worker_process import WorkerProcess
from ontology.errors import AtlasError
from search.index.embedded import generations
from search.index.embedded import index as engine
from search.index.embedded.generations import Generations
from tests.fixtures.drills.full_disk.drill import run
from tests.fixtures.drills.full_disk.small_disk import CannotMountError
from tests.fixtures.projecting import ListProjection, MemoryJournal, runner
from tests.fixtures.waiting import until

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
ROOT = Path(__file__).resolve().parents[2]


def full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class MuteBoard(StatusBoard):
    """A board that can say nothing while it is told to be mute."""

    mute = True

    def post(self, name: str, **changes: object) -> None:
        if self.mute:
            full()
        super().post(name, **changes)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


# -- the status file -----------------------------------------------------------------------------


def test_a_follower_that_cannot_say_where_it_stands_goes_on(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    projection = ListProjection()
    projection.fail = lambda change: change.remote_id == "2"
    board = MuteBoard(tmp_path, clock, [projection.name])
    follower = Follower(projection, journal, board, Nudge(), Event(), RebuildRequests(tmp_path))
    journal.add("1")
    stop = Event()
    thread = Thread(target=follower.follow, args=(stop,))
    thread.start()
    try:
        until(lambda: projection.shown == journal.public())
        # The first failure is what it could not report, and what it died of.
        journal.add("2")
        until(lambda: projection.at == 1 and follower._attempts >= 1)
        projection.fail = lambda change: False
        until(lambda: projection.shown == journal.public())
        assert len(projection.shown) == 2
        board.mute = False
        journal.add("3")
        until(lambda: (s := read_status(tmp_path)) is not None and s.reached(3))
        row = board.status().projections[0]
        assert (row.error, row.attempts, row.lag) == (None, 0, 0)
    finally:
        stop.set()
        thread.join()


def test_a_status_that_was_not_written_is_written_by_the_next_post_that_changes_nothing(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = StatusBoard(tmp_path, clock, ["index"])
    with monkeypatch.context() as disk:
        disk.setattr(status, "replace_text", full)
        board.begin()
        board.post("index", applied=7, published=7)
        assert read_status(tmp_path) is None
    board.post("index", applied=7, published=7)
    found = read_status(tmp_path)
    assert found is not None
    assert found.reached(7)


def test_a_text_that_finds_no_room_leaves_the_old_one_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "current"
    files.replace_text(path, "old", durable=True)
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        files.replace_text(path, "new", durable=True)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["current"]


# -- threads and processes -----------------------------------------------------------------------


class PanicError(BaseException):
    """Like a panic in Rust, which comes as no `Exception`."""


def test_a_panic_and_no_memory_are_failures_like_others(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    projection = ListProjection()
    troubles: list[BaseException] = [PanicError("rust"), MemoryError(), OSError(errno.EMFILE, "x")]

    def fail(_change: object) -> bool:
        if troubles:
            raise troubles.pop()
        return False

    journal.add("0")
    stop = Event()
    with runner(journal, tmp_path, clock, projection) as running:
        running.catch_up()
        projection.fail = fail
        journal.add("1")
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        try:
            until(lambda: projection.shown == journal.public())
            assert not troubles
        finally:
            stop.set()
            thread.join()


def test_catching_up_says_so_where_a_thread_ends_with_no_error_of_ours(
    journal: MemoryJournal, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_self: Follower, _until: int) -> None:
        raise PanicError("rust")

    monkeypatch.setattr(Follower, "catch_up", dies)
    with runner(journal, tmp_path, clock, ListProjection()) as running, pytest.raises(PanicError):
        running.catch_up()


@pytest.mark.parametrize("how", ["raise SystemExit(0)", "return None"])
def test_a_projection_thread_that_ends_ends_the_worker(tmp_path: Path, how: str) -> None:
    code = (
        "from catalog_service.projections import follower\n"
        "from catalog_service.operations import worker_process\n"
        "follow = follower.Follower.follow\n"
        "def dies(self, stop):\n"
        "    if self.projection.name == 'graph':\n"
        f"        {how}\n"
        "    follow(self, stop)\n"
        "follower.Follower.follow = dies\n"
        "worker_process.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ATLAS_HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "projection-thread-ended" in done.stderr


def test_any_thread_that_ends_with_an_error_ends_its_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    left: list[str] = []
    end_with_any_thread(lambda: left.append("left"))
    thread = Thread(target=full)
    thread.start()
    thread.join()
    assert left == ["left"]


def test_a_child_that_the_system_refuses_to_start_is_started_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, writing = os.pipe()
    child = Child("child", "tests.fixtures.no_such", {}, reading)
    supervisor = _Supervisor([child], "here")
    tried = 0
    popen = subprocess.Popen

    def refuse(*given: Any, **more: Any) -> Any:
        nonlocal tried
        tried += 1
        if tried <= 2:
            raise OSError(errno.EAGAIN, "no process to be had")
        supervisor._stopping = True
        return popen([sys.executable, "-c", ""], **{**more, "env": dict(os.environ)})

    monkeypatch.setattr(child_process.subprocess, "Popen", refuse)
    try:
        assert supervisor.run() == 0
    finally:
        os.close(reading)
        os.close(writing)
    assert tried == 3


def test_a_sparql_worker_that_could_not_be_started_is_started_by_the_next_query(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedGraph(tmp_path) as graph:
        graph.write([_record(1)], [], 1)
        graph.publish()
    with SparqlPool(GraphReader(tmp_path), SparqlLimits(workers=1)) as service:
        with monkeypatch.context() as system:
            system.setattr(workers, "WorkerProcess", full)
            worker = service._workers.take()
            service._workers.give_back(worker, healthy=False)
            assert service.alive() == 0
        assert workers.WorkerProcess is WorkerProcess
        assert service.query("ASK { ?s ?p ?o }", accept="text/csv").body.strip() == b"true"


# -- the stores ----------------------------------------------------------------------------------


def _record(version: int) -> GraphRecord:
    iri = "http://atlas.test/id/dataset/test/1"
    line = f'<{iri}> <http://purl.org/dc/terms/title> "{version}" .\n'
    return GraphRecord(iri, iri, str(version), line)


class FullStore:
    """A database as RocksDB leaves it after a write that found no room: it takes nothing more."""

    update = flush = staticmethod(full)

    def query(self, *_: object, **__: object) -> Any:
        return iter(())


class LateStore:
    """A database that writes, and then says that it could not."""

    def __init__(self, real: ox.Store) -> None:
        self._real = real

    def update(self, update: str) -> None:
        self._real.update(update)
        full()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_a_graph_whose_write_found_no_room_is_opened_anew(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as graph:
        graph.write([_record(1)], [], 1)
        graph.publish()
        graph._close_store()
        graph.__dict__["_store"] = FullStore()
        with pytest.raises(AtlasError) as failed:
            graph._update("INSERT DATA { <a:a> <a:a> <a:a> }")
        assert failed.value.kind is STORAGE_FAILED
        graph.write([_record(2)], [], 2)
        graph.publish()
        assert isinstance(graph._store, ox.Store)
        assert list(graph.hashes()) == [("http://atlas.test/id/dataset/test/1", "2")]
        assert GraphReader(tmp_path).current().checkpoint == 2


def test_what_a_failed_write_left_all_the_same_is_published(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as graph:
        graph.write([_record(1)], [], 1)
        first = graph.publish()
        graph.__dict__["_store"] = LateStore(graph._store)
        with pytest.raises(AtlasError):
            graph.write([_record(2)], [], 2)
        assert graph.checkpoint() == 2
        assert graph.publish() > first
        assert GraphReader(tmp_path).current().checkpoint == 2


@pytest.mark.parametrize("at", ["backup", "pointer"])
def test_a_snapshot_that_found_no_room_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    with EmbeddedGraph(tmp_path) as graph:
        graph.write([_record(1)], [], 1)
        first = graph.publish()
        before = sorted(p.name for p in (tmp_path / "graph" / "snapshots").iterdir())
        graph.write([_record(2)], [], 2)
        with monkeypatch.context() as disk:
            if at == "pointer":
                disk.setattr(snapshots, "replace_text", full)
            else:
                disk.setattr(Path, "touch", full)
            for _ in range(3):
                with pytest.raises(AtlasError) as failed:
                    graph.publish()
                assert failed.value.kind is STORAGE_FAILED
        assert sorted(p.name for p in (tmp_path / "graph" / "snapshots").iterdir()) == before
        assert GraphReader(tmp_path).current().checkpoint == 1
        assert graph.publish() > first
        assert GraphReader(tmp_path).current().checkpoint == 2


def test_a_new_graph_that_found_no_room_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog_service.graph import embedded

    with EmbeddedGraph(tmp_path) as graph:
        graph.write([_record(1)], [], 1)
        with monkeypatch.context() as disk:
            disk.setattr(embedded, "replace_text", full)
            with pytest.raises(OSError, match="space"):
                graph.rebuild(iter([_record(2)]), lambda: 2)
        assert [p.name for p in (tmp_path / "graph").glob("store-*")] == ["store-000001"]
        assert graph.checkpoint() == 1
        graph.rebuild(iter([_record(3)]), lambda: 3)
        assert graph.checkpoint() == 3


def test_a_new_index_that_found_no_room_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = engine.EmbeddedIndex(tmp_path)
    index.write([], [], 1)
    before = {p.name for p in tmp_path.rglob("*") if p.is_dir()}
    with monkeypatch.context() as disk:
        disk.setattr(generations.os, "fsync", full)
        for _ in range(3):
            with pytest.raises(AtlasError) as failed:
                index.rebuild([], lambda: 2)
            assert failed.value.code == "index-write-failed"
    assert {p.name for p in tmp_path.rglob("*") if p.is_dir()} == before
    assert not list(tmp_path.rglob("*.new"))
    assert index.checkpoint() == 1
    index.rebuild([], lambda: 3)
    assert index.checkpoint() == 3
    index.close()


def test_a_generation_that_is_live_already_is_not_taken_away(tmp_path: Path) -> None:
    folder = Generations(tmp_path)

    def switch_and_fail(act: Callable[[Path], None]) -> None:
        with folder.new() as path:
            act(path)
            full()

    with pytest.raises(OSError, match="space"):
        switch_and_fail(folder.switch)
    current = folder.current()
    assert current is not None
    assert current.is_dir()


# -- the whole service ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.services
def test_a_disk_that_fills_up_and_is_emptied_loses_nothing_and_needs_no_restart() -> None:
    try:
        found = run(rounds=3, megabytes=60, seed=8)
    except CannotMountError as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    assert found["wrong"] == []
    assert found["missed"] == []
    assert found["same_processes"]
    assert found["equal"]
    assert found["refused_in_rounds"] >= 1, "the disk was never full"
