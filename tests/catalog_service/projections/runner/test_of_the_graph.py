"""The runner with the real graph, while the journal grows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from catalog_service.clock import Clock
from catalog_service.graph import EmbeddedGraph, GraphReader
from catalog_service.projections.graph import GraphProjection
from catalog_service.projections.live_records import LiveRecords
from catalog_service.projections.protocol import Projection
from catalog_service.projections.runner import ProjectionRunner
from tests.fixtures.projecting import MemoryJournal


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

    growing = LiveRecords(journal, wait)
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
