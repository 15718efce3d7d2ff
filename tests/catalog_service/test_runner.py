"""The runner: every projection reaches the end of the journal, whatever goes wrong on the way."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import pytest

from catalog_service.clock import Clock
from catalog_service.graph import EmbeddedGraph, GraphReader
from catalog_service.journal.model import Change, ChangeKind, Stored
from catalog_service.projections.contract import Projection
from catalog_service.projections.follower import REBUILD_LEAST
from catalog_service.projections.graph import GraphProjection
from catalog_service.projections.growth import GrowingRecords
from catalog_service.projections.lock import ProjectionLock
from catalog_service.projections.requests import Action, Request, Requests
from catalog_service.projections.runner import ProjectionRunner, ask, bring_up
from catalog_service.projections.status import read_status, wait_for
from ontology.errors import AtlasError, ErrorKind
from ontology.record import Record

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


class MemoryJournal:
    """A journal in memory, with the rules of the real one for what is public."""

    def __init__(self, identity: str = "one") -> None:
        self.identity = identity
        self.changes: list[Change] = []
        self._public: dict[str, Change] = {}
        self._lock = Lock()

    def add(self, name: str, title: str = "题", kind: ChangeKind = "created") -> int:
        iri = f"http://atlas.test/id/dataset/test/{name}"
        good = kind in ("created", "updated", "revived", "released")
        content = kind == "held" or good
        record = Record.from_lines(
            [f'<{iri}> <http://purl.org/dc/terms/title> "{title}" .'],
            iri=iri,
            source="test",
            remote_id=name,
        )
        with self._lock:
            change = Change(
                seq=len(self.changes) + 1,
                time=NOON,
                iri=iri,
                source="test",
                remote_id=name,
                focus=iri,
                kind=kind,
                hash=record.hash if content else None,
                nquads=record.nquads if content else None,
                actor="test",
                run=None,
                reason=None,
                public=good,
            )
            self.changes.append(change)
            if good:
                self._public[iri] = change
            elif kind != "held":
                self._public.pop(iri, None)
            return change.seq

    def head(self) -> int:
        return len(self.changes)

    def changes_after(self, seq: int, limit: int = 1_000) -> list[Change]:
        return self.changes[seq : seq + limit]

    def snapshot(self, *, public_only: bool = True) -> tuple[int, Iterator[Stored]]:
        with self._lock:
            now = list(self._public.values())
            return len(self.changes), (_stored(change) for change in now)

    def get_many(self, iris: Sequence[str]) -> dict[str, Stored]:
        return {iri: _stored(self._public[iri]) for iri in iris if iri in self._public}

    def mark(self, seq: int) -> str:
        if not 0 < seq <= len(self.changes):
            return f"{self.identity}:"
        change = self.changes[seq - 1]
        return f"{self.identity}:{change.seq} {change.iri} {change.hash}"

    def public(self) -> dict[str, str]:
        return {iri: change.hash or "" for iri, change in self._public.items()}


def _stored(change: Change) -> Stored:
    return Stored(
        change.iri,
        change.source,
        change.remote_id,
        change.focus,
        "active",
        True,
        change.hash,
        change.nquads,
        change.seq,
        None,
        None,
        change.seq,
        NOON,
    )


class ListProjection:
    """Keeps what it is told in a dictionary, and how it was told."""

    def __init__(self, name: str = "list") -> None:
        self.name = name
        self.held: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.at = 0
        self.applied: list[int] = []
        self.rebuilds = 0
        self.fail: Callable[[Change], bool] = lambda change: False

    def checkpoint(self) -> int:
        return self.at

    def apply(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if self.fail(change):
                raise ValueError(f"cannot take {change.remote_id}")
        for change in changes:
            if change.kind == "held":
                pass
            elif change.public:
                self.held[change.iri] = change.hash or ""
            else:
                self.held.pop(change.iri, None)
            self.at = change.seq
        self.applied.append(len(changes))

    def rebuild(self, current: Iterator[Stored], checkpoint: int) -> None:
        self.held = {r.iri: r.hash or "" for r in current}
        self.at = checkpoint
        self.rebuilds += 1

    def publish(self) -> None:
        self.shown = dict(self.held)

    def size(self) -> int:
        return len(self.held)

    def hashes(self) -> Iterator[tuple[str, str]]:
        return iter(self.held.items())


def runner(
    journal: MemoryJournal, home: Path, clock: Clock, *projections: Projection
) -> ProjectionRunner:
    return ProjectionRunner(journal, lambda stack: projections, home, clock)


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it never came true"
        Event().wait(0.005)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


def test_catching_up_from_nothing_builds_anew_and_publishes(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    for n in range(30):
        journal.add(str(n))
    journal.add("3", kind="withdrawn")
    projection = ListProjection()
    with runner(journal, tmp_path, clock, projection) as running:
        status = running.catch_up()
    assert projection.shown == journal.public()
    assert (projection.rebuilds, projection.applied) == (1, [])
    assert status.reached(31)
    assert not status.reached(32)


def test_few_changes_are_applied_and_many_built_anew(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    projection = ListProjection()
    with runner(journal, tmp_path, clock, projection) as running:
        for n in range(20_000):
            journal.add(str(n))
        running.catch_up()
        assert (projection.rebuilds, projection.applied) == (1, [])
        for n in range(REBUILD_LEAST + 500):
            journal.add(str(n), "新", "updated")
        running.catch_up()
        assert (projection.rebuilds, sum(projection.applied)) == (1, REBUILD_LEAST + 500)
        for n in range(3_001):
            journal.add(str(n), "更新", "updated")
        running.catch_up()
        assert projection.rebuilds == 2
    assert projection.shown == journal.public()


def test_a_journal_that_went_back_means_building_anew(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    projection = ListProjection()
    for n in range(5):
        journal.add(str(n))
    with runner(journal, tmp_path, clock, projection) as running:
        running.catch_up()
        older = MemoryJournal()
        older.add("0", "from a backup")
        journal.changes, journal._public = older.changes, older._public
        running.catch_up()
    assert projection.rebuilds == 2
    assert projection.shown == journal.public()


def test_running_follows_writes_and_says_where_it_stands(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    first, second = ListProjection("first"), ListProjection("second")
    stop = Event()
    with runner(journal, tmp_path, clock, first, second) as running:
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        try:
            for n in range(20):
                seq = journal.add(str(n))
                running.nudge()
                status = wait_for(tmp_path, seq, 20)
                assert first.shown == second.shown == journal.public()
                assert [p.lag for p in status.projections] == [0, 0]
        finally:
            stop.set()
            thread.join()
    assert [p.name for p in status.projections] == ["first", "second"]


def test_a_poison_change_is_reported_and_does_not_hold_up_others(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    sick, sound = ListProjection("sick"), ListProjection("sound")
    journal.add("0")
    stop = Event()
    with runner(journal, tmp_path, clock, sick, sound) as running:
        running.catch_up()
        sick.fail = lambda change: change.remote_id == "poison"
        for name in ("1", "2", "poison", "3"):
            journal.add(name)
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        try:
            wait_until(lambda: sound.shown == journal.public())
            wait_until(lambda: any(p.attempts >= 2 for p in running.status().projections))
            found = read_status(tmp_path)
            assert found is not None
            status = found.projections[0]
            assert (status.error_seq, status.error) == (4, "cannot take poison")
            assert status.error_iri == "http://atlas.test/id/dataset/test/poison"
            assert status.applied == 3, "what came before the poison was taken in"
            with pytest.raises(AtlasError) as caught:
                wait_for(tmp_path, 5, 0)
            assert caught.value.code == "projection-behind"
            assert "sick" in str(caught.value)
            assert "cannot take poison" in str(caught.value)
            sick.fail = lambda change: False
            wait_until(lambda: sick.shown == journal.public())
            wait_until(lambda: running.status().projections[0].error is None)
        finally:
            stop.set()
            thread.join()


def test_what_another_journal_left_behind_satisfies_nobody(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    for n in range(5):
        journal.add(str(n))
    projection = ListProjection()
    with runner(journal, tmp_path, clock, projection) as running:
        running.catch_up()
    assert wait_for(tmp_path, 5, 0, mark=journal.mark).reached(5)
    restored = MemoryJournal()
    for n in range(7):
        restored.add(str(n), "of another past")
    for seq in (3, 5):
        with pytest.raises(AtlasError) as caught:
            wait_for(tmp_path, seq, 0, mark=restored.mark)
        assert caught.value.code == "projection-behind"
    with runner(restored, tmp_path, clock, projection) as running:
        running.catch_up()
    assert wait_for(tmp_path, 7, 0, mark=restored.mark).reached(7)


def test_catching_up_gives_the_failure_to_the_caller(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    sick, sound = ListProjection("sick"), ListProjection("sound")
    journal.add("0")
    with runner(journal, tmp_path, clock, sick, sound) as running:
        running.catch_up()
        sick.fail = lambda change: True
        journal.add("1")
        with pytest.raises(AtlasError) as caught:
            running.catch_up()
    assert caught.value.code == "projection-failed"
    assert caught.value.params["seq"] == 2
    assert sound.shown == journal.public()


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
    bring_up(journal, lambda stack: [mine], tmp_path, clock, timeout=20)
    assert mine.shown == journal.public()
    stop = Event()
    with runner(journal, tmp_path, clock, theirs) as running:
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        try:
            journal.add("1")
            bring_up(journal, lambda stack: [mine], tmp_path, clock, timeout=20)
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
        bring_up(journal, lambda stack: [], tmp_path, clock, timeout=0.05)
    assert caught.value.code == "projection-behind"


def test_a_foreign_status_file_is_no_status(tmp_path: Path) -> None:
    assert read_status(tmp_path) is None
    (tmp_path / "projections.json").write_text(json.dumps({"version": 9}), encoding="utf-8")
    assert read_status(tmp_path) is None


def test_growing_records_stop_being_exact_at_a_second_change(journal: MemoryJournal) -> None:
    journal.add("1", "一")
    looks = 0

    def wait(idle: bool) -> bool:
        nonlocal looks
        looks += 1
        if looks == 1:
            journal.add("2", "二")
            journal.add("3", "等", "held")
            journal.add("1", "待", "held")
            return True
        if looks == 2:
            journal.add("2", "二之二", "updated")
            journal.add("4", "四")
            return True
        return False

    growing = GrowingRecords(journal, wait)
    names = [(r.remote_id, "二之二" in (r.nquads or "")) for r in growing]
    assert names == [("1", False), ("2", False), ("4", False)]
    assert growing.checkpoint() == 4, "from the change of 2 on, the rest has to be applied"


def graph_runner(journal: MemoryJournal, home: Path, clock: Clock) -> ProjectionRunner:
    def opened(stack: ExitStack) -> Sequence[Projection]:
        store = EmbeddedGraph(home)
        stack.callback(store.close)
        return [GraphProjection(store, journal.mark)]

    return ProjectionRunner(journal, opened, home, clock)


def held_by(home: Path) -> dict[str, str]:
    with EmbeddedGraph(home) as store:
        return dict(store.hashes())


def test_the_graph_is_loaded_while_the_journal_grows(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    with graph_runner(journal, tmp_path, clock) as running:
        with running.alongside():
            for n in range(3_000):
                journal.add(str(n), f"第{n}")
                if n % 100 == 0:
                    running.nudge()
                    journal.add(str(n // 2), "改", "updated")
                    journal.add(str(n), kind="withdrawn")
        running.catch_up()
        seen = GraphReader(tmp_path).current()
    assert seen.checkpoint == journal.head()
    assert held_by(tmp_path) == journal.public()


def test_the_graph_takes_in_every_kind_of_change(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    with graph_runner(journal, tmp_path, clock) as running:
        journal.add("a")
        running.catch_up()
        for name, kind in (
            ("b", "created"),
            ("a", "held"),
            ("c", "held"),
            ("b", "missing"),
            ("b", "revived"),
            ("c", "released"),
            ("a", "withdrawn"),
        ):
            journal.add(name, f"{name} {kind}", kind)  # type: ignore[arg-type]
            running.catch_up()
            with GraphReaderAt(tmp_path) as hashes:
                assert hashes == journal.public(), kind
    assert held_by(tmp_path) == journal.public()


class GraphReaderAt:
    """The hashes that a reader sees."""

    def __init__(self, home: Path) -> None:
        self._snapshot = GraphReader(home).current()

    def __enter__(self) -> dict[str, str]:
        query = (
            "SELECT ?r ?h { GRAPH <https://w3id.org/shdata/graph/records> "
            "{ ?r <https://w3id.org/shdata/def/recordHash> ?h } }"
        )
        rows = self._snapshot.store.query(query)
        return {row["r"].value: row["h"].value for row in rows}  # type: ignore[union-attr]

    def __exit__(self, *_: object) -> None:
        del self._snapshot


def test_a_change_without_public_version_takes_the_record_away(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    """A record that becomes 非开放 brings a good version that is not public."""
    with graph_runner(journal, tmp_path, clock) as running:
        journal.add("a")
        running.catch_up()
        journal.add("a", "秘", "updated")
        journal.changes[-1] = replace(journal.changes[-1], public=False)
        running.catch_up()
    assert held_by(tmp_path) == {}


class MarkedProjection(ListProjection):
    """Keeps the journal's mark beside its checkpoint."""

    def __init__(self, journal: MemoryJournal, name: str = "list") -> None:
        super().__init__(name)
        self.journal = journal
        self.kept = ""

    def mark(self) -> str:
        return self.kept

    def apply(self, changes: Sequence[Change]) -> None:
        super().apply(changes)
        self.kept = self.journal.mark(self.at)

    def rebuild(self, current: Iterator[Stored], checkpoint: int) -> None:
        super().rebuild(current, checkpoint)
        self.kept = self.journal.mark(checkpoint)


@pytest.mark.parametrize("identity", ["one", "two"])
def test_a_projection_of_another_past_is_built_anew(
    tmp_path: Path, clock: Clock, identity: str
) -> None:
    before, after = MemoryJournal("one"), MemoryJournal(identity)
    for n in range(5):
        before.add(str(n))
        after.add(f"other {n}")
    projection = MarkedProjection(before)
    with runner(before, tmp_path, clock, projection) as running:
        running.catch_up()
    # The same number, and two more to come: nothing but the mark tells.
    after.add("5")
    after.add("6")
    projection.journal = after
    with runner(after, tmp_path, clock, projection) as running:
        said = read_status(tmp_path)
        assert said is not None
        assert not said.reached(1), "what another process said is taken back at once"
        running.catch_up()
    assert projection.shown == after.public()
    assert (projection.rebuilds, projection.applied) == (2, [])
    with runner(after, tmp_path, clock, projection) as running:
        after.add("7")
        running.catch_up()
    assert (projection.rebuilds, projection.applied) == (2, [1]), "its own journal is recognised"


def test_a_store_that_keeps_no_marks_is_built_once_and_not_for_ever(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    projection = MarkedProjection(journal)
    journal.mark = lambda seq: f"one:{seq}"  # type: ignore[method-assign]
    journal.add("1")
    with runner(journal, tmp_path, clock, projection) as running:
        running.catch_up()
        projection.kept = ""
        for n in range(2, 5):
            journal.add(str(n))
            running.catch_up()
    assert projection.rebuilds == 1


class FlakyStore(ListProjection):
    """A store behind a network: away while it is told to be, and it may lose its data."""

    def __init__(self) -> None:
        super().__init__("flaky")
        self.error: AtlasError | None = None

    def checkpoint(self) -> int:
        if self.error is not None:
            raise self.error
        return super().checkpoint()

    def rebuild(self, current: Iterator[Stored], checkpoint: int) -> None:
        self.error = None
        super().rebuild(current, checkpoint)


def test_a_store_that_is_away_holds_up_nobody_and_catches_up(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    away = AtlasError(ErrorKind("engine-unreachable", "{x}", "no answer from {x}"), x="9200")
    flaky, other = FlakyStore(), ListProjection("other")
    journal.add("1")
    stop = Event()
    with runner(journal, tmp_path, clock, flaky, other) as running:
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        wait_until(lambda: running.status().reached(1))
        flaky.error = away
        last = max(journal.add(str(n)) for n in range(2, 50))
        running.nudge()
        wait_until(lambda: other.shown == journal.public())
        with pytest.raises(AtlasError) as caught:
            wait_for(tmp_path, last, 0.05)
        assert caught.value.code == "projection-behind"
        assert "no answer from 9200" in str(caught.value)
        flaky.error = None
        wait_until(lambda: running.status().reached(last))
        stop.set()
        thread.join()
        (row, _) = running.status().projections
    assert (flaky.shown, row.error, row.attempts) == (journal.public(), None, 0)
    assert flaky.rebuilds == 1, "it goes on where it stood"


def test_what_is_damaged_is_built_anew_at_once(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    flaky = FlakyStore()
    journal.add("1")
    with runner(journal, tmp_path, clock, flaky) as running:
        running.catch_up()
        flaky.error = AtlasError(ErrorKind("index-corrupt", "{x}", "{x}"), x="bytes")
        journal.add("2")
        running.catch_up()
    assert (flaky.shown, flaky.rebuilds) == (journal.public(), 2)


def test_a_request_is_done_by_who_holds_the_lock_or_by_who_asks(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    held, other = ListProjection("held"), ListProjection("other")
    for n in range(3):
        journal.add(str(n))
    here: list[str] = []

    def open_here(stack: ExitStack) -> Sequence[Projection]:
        here.append("opened")
        return (held, other)

    stop = Event()
    with runner(journal, tmp_path, clock, held, other) as running:
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        wait_until(lambda: running.status().reached(3))
        ask("rebuild", ["held"], journal, open_here, tmp_path, clock)
        assert (held.rebuilds, other.rebuilds, here) == (2, 1, [])
        held.held["http://atlas.test/stranger"] = "00"
        del held.held[next(iter(journal.public()))]
        ask("repair", ["held"], journal, open_here, tmp_path, clock)
        assert held.shown == journal.public()
        assert held.rebuilds == 2
        stop.set()
        thread.join()
    ask("rebuild", ["other"], journal, open_here, tmp_path, clock)
    assert (held.rebuilds, other.rebuilds, here) == (2, 2, ["opened"])
    assert list((tmp_path / "projections.requests").iterdir()) == []


def test_a_request_that_fails_again_and_again_is_given_back(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    flaky = FlakyStore()
    flaky.error = AtlasError(ErrorKind("engine-unreachable", "{x}", "no {x}"), x="answer")
    with pytest.raises(AtlasError) as caught:
        ask("repair", ["flaky"], journal, lambda stack: [flaky], tmp_path, clock)
    assert caught.value.code == "projection-failed"
    assert list((tmp_path / "projections.requests").iterdir()) == []


def test_a_request_is_laid_down_while_another_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = Requests(tmp_path)
    other = requests.ask("repair", "index")
    make = tempfile.mkstemp

    def interrupted(*args: Any, **more: Any) -> tuple[int, str]:
        requests.done([other])  # between the folder and the file, as another process may
        return make(*args, **more)

    monkeypatch.setattr(tempfile, "mkstemp", interrupted)
    mine = requests.ask("rebuild", "graph")
    assert requests.pending("graph") == [mine]


def test_what_could_be_asked_for_only_in_part_is_taken_back(
    journal: MemoryJournal, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_down = Requests.ask

    def full(self: Requests, action: Action, projection: str) -> Request:
        if projection == "second":
            raise OSError(28, "No space left on device")
        return lay_down(self, action, projection)

    monkeypatch.setattr(Requests, "ask", full)
    with pytest.raises(OSError, match="No space"):
        ask("rebuild", ["first", "second"], journal, lambda stack: [], tmp_path, clock)
    assert Requests(tmp_path).pending("first") == []
