"""One process projects at a time; the others wait for it, or take over."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest

from catalog_service.clock import Clock
from catalog_service.projections.lock import ProjectionLock
from catalog_service.projections.protocol import Projection
from catalog_service.projections.runner import ProjectionRunner
from catalog_service.projections.status import read_status
from ontology.errors import AtlasError
from tests.fixtures.projecting import ListProjection, MemoryJournal, runner


def test_one_process_at_a_time(journal: MemoryJournal, tmp_path: Path, clock: Clock) -> None:
    with (
        runner(journal, tmp_path, clock, ListProjection()),
        pytest.raises(AtlasError) as caught,
        runner(journal, tmp_path, clock, ListProjection()),
    ):
        pass
    assert caught.value.code == "projections-locked"
    with runner(journal, tmp_path, clock, ListProjection()) as again:
        again.catch_up()


def test_the_lock_is_given_up_when_opening_fails(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    def broken(stack: ExitStack) -> Sequence[Projection]:
        raise RuntimeError("disk full")

    with (
        pytest.raises(RuntimeError, match="disk full"),
        ProjectionRunner(journal, broken, tmp_path, clock),
    ):
        pass
    lock = ProjectionLock(tmp_path)
    assert lock.acquire()
    lock.release()


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path;"
        "from catalog_service.projections.lock import ProjectionLock;"
        "lock = ProjectionLock(Path(sys.argv[1]));"
        "print(lock.acquire(), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"True\n"
        lock = ProjectionLock(tmp_path)
        assert not lock.acquire()
        child.kill()
        child.wait()
        assert lock.acquire()
        lock.release()


def test_bringing_up_takes_the_free_lock_or_waits_for_its_holder(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    mine, theirs = ListProjection(), ListProjection()
    journal.add("0")
    ProjectionRunner(journal, lambda stack: [mine], tmp_path, clock).bring_up(timeout=120)
    assert mine.shown == journal.public()
    stop = Event()
    with runner(journal, tmp_path, clock, theirs) as running:
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        try:
            journal.add("1")
            ProjectionRunner(journal, lambda stack: [mine], tmp_path, clock).bring_up(timeout=120)
            assert theirs.shown == journal.public()
            assert len(mine.shown) == 1, "it waited and did not project"
        finally:
            stop.set()
            thread.join()


def test_bringing_up_gives_up_on_a_holder_that_stands_still(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    journal.add("0")
    with runner(journal, tmp_path, clock, ListProjection()), pytest.raises(AtlasError) as caught:
        ProjectionRunner(journal, lambda stack: [], tmp_path, clock).bring_up(timeout=0.05)
    assert caught.value.code == "projection-behind"


def test_a_foreign_status_file_is_no_status(tmp_path: Path) -> None:
    assert read_status(tmp_path) is None
    (tmp_path / "projections.json").write_text(json.dumps({"version": 9}), encoding="utf-8")
    assert read_status(tmp_path) is None
