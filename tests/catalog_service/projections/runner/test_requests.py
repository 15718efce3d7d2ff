"""What was asked for is done by who holds the lock, or by who asks."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from catalog_service.clock import Clock
from catalog_service.projections.protocol import Projection
from catalog_service.projections.rebuild_requests import Action, RebuildRequest, RebuildRequests
from catalog_service.projections.runner import ProjectionRunner
from ontology.errors import AtlasError, ErrorKind
from tests.fixtures.projecting import FlakyStore, ListProjection, MemoryJournal, runner
from tests.fixtures.waiting import until


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
        until(lambda: running.status().reached(3))
        ProjectionRunner(journal, open_here, tmp_path, clock).request("rebuild", ["held"])
        assert (held.rebuilds, other.rebuilds, here) == (2, 1, [])
        held.held["http://atlas.test/stranger"] = "00"
        del held.held[next(iter(journal.public()))]
        ProjectionRunner(journal, open_here, tmp_path, clock).request("repair", ["held"])
        assert held.shown == journal.public()
        assert held.rebuilds == 2
        stop.set()
        thread.join()
    ProjectionRunner(journal, open_here, tmp_path, clock).request("rebuild", ["other"])
    assert (held.rebuilds, other.rebuilds, here) == (2, 2, ["opened"])
    assert list((tmp_path / "projections.requests").iterdir()) == []


def test_a_request_that_fails_again_and_again_is_given_back(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    flaky = FlakyStore()
    flaky.error = AtlasError(ErrorKind("engine-unreachable", "no {x}"), x="answer")
    with pytest.raises(AtlasError) as caught:
        ProjectionRunner(journal, lambda stack: [flaky], tmp_path, clock).request(
            "repair", ["flaky"]
        )
    assert caught.value.code == "projection-failed"
    assert list((tmp_path / "projections.requests").iterdir()) == []


def test_a_request_is_laid_down_while_another_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = RebuildRequests(tmp_path)
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
    lay_down = RebuildRequests.ask

    def full(self: RebuildRequests, action: Action, projection: str) -> RebuildRequest:
        if projection == "second":
            raise OSError(28, "No space left on device")
        return lay_down(self, action, projection)

    monkeypatch.setattr(RebuildRequests, "ask", full)
    runner = ProjectionRunner(journal, lambda stack: [], tmp_path, clock)
    with pytest.raises(OSError, match="No space"):
        runner.request("rebuild", ["first", "second"])
    assert RebuildRequests(tmp_path).pending("first") == []
