"""A journal with another past: what was taken from the old one is built anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from catalog_service.clock import Clock
from catalog_service.journal.model import Change, StoredRecord
from catalog_service.projections.status import read_status, wait_for
from ontology.errors import AtlasError
from tests.fixtures.projecting import ListProjection, MemoryJournal, runner


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

    def rebuild(self, current: Iterator[StoredRecord], checkpoint: int) -> None:
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
