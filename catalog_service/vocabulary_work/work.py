"""Records mapped anew after a decision, and back after it was undone; by the worker or a command.

One run of its source for each decision, in the list of runs like an import. What is done is found
again in the records themselves: a run that was interrupted is gone on with by another one, over
what is left.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING, Final

import structlog

from catalog_service.context import Service
from catalog_service.errors import PRECONDITION_FAILED, SOURCE_PAUSED, SOURCE_REMOVED
from catalog_service.journal.model import RunStatus, version_of
from catalog_service.sources.service import a_run
from catalog_service.vocabulary_work.decisions import ValueDecisions
from catalog_service.vocabulary_work.items import item_of
from catalog_service.vocabulary_work.model import Decision, Work
from catalog_service.vocabulary_work.release_decisions import finish
from catalog_service.vocabulary_work.remapping import mapped_anew, mapped_back
from catalog_service.vocabulary_work.tally import Tally, latest
from harvesters.protocols import Outcome, Precondition, Submission
from ontology.concepts import Concept
from ontology.errors import AtlasError
from ontology.record import Record
from ontology.vocabulary import Vocabulary

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas

LOOK_EVERY: Final = 3.0
"""Seconds between two looks of the worker for decisions and changes."""
PART: Final = 200
"""Records written between two looks whether to stop."""
ATTEMPTS: Final = 5
"""To write a record that others write at the same time; then it is left as it is."""
_LOCK: Final = "vocabulary-work.lock"
_NEVER: Final = Event()

_log = structlog.get_logger(__name__)


def run(atlas: Atlas, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Follow the journal and map records anew until ``stop`` is set."""
    tally = Tally(atlas.journal)
    finished: Vocabulary | None = None
    while not stop.wait(look_every):
        try:
            while tally.catch_up(10_000) > 0 and not stop.is_set():
                pass
            map_waiting(atlas, stop)
            # After what waits: a release that cannot be finished keeps nothing else from it.
            if (vocabulary := atlas.vocabulary) is not finished:
                finish(atlas)
                finished = vocabulary
        except AtlasError as error:
            # What stands in the way now is looked at again: the journal, a full disk.
            _log.warning("values-not-mapped", error=str(error))
        except Exception:
            # A fault of ours in one decision must not end the thread, and with it the worker.
            _log.exception("values-mapping-failed")


def map_waiting(atlas: Service, stop: Event = _NEVER, number: int | None = None) -> list[Work]:
    """Do what waits, of one decision or of all; return what was done.

    Nothing where another process does it already.
    """
    decisions = ValueDecisions(atlas.journal, atlas.clock)
    if not decisions.work(number, waiting=True):
        return []
    done: list[Work] = []
    with _alone(atlas) as alone:
        if not alone:
            return []
        Tally(atlas.journal).catch_up()
        for work in decisions.work(number, waiting=True):
            if stop.is_set():
                break
            done.append(_map_source(atlas, decisions, work, stop))
    return done


def _map_source(atlas: Service, decisions: ValueDecisions, work: Work, stop: Event) -> Work:
    decision = decisions.get(work.decision)
    # As it is now: another process may have released the concept within the last second.
    known = atlas.released_vocabulary.fresh()
    concept = None if decision.concept is None else known.concept(decision.concept)
    wanted = work.direction == "apply" and decision.state == "released"
    if wanted and decision.concept is not None and concept is None:
        # Not done: it waits until the concept is known here, or the decision is ended.
        return work
    counted = _Counted()
    status: RunStatus = "failed"
    try:
        atlas.catalog.accepting(work.source)
    except AtlasError as error:
        if error.kind not in (SOURCE_PAUSED, SOURCE_REMOVED):
            raise
        # Its next import maps what it says with the decisions of then.
        left = replace(work, state="left")
        decisions.update_work(left)
        return left
    with a_run(atlas, work.source) as begun:
        work = replace(work, run=begun.id)
        decisions.update_work(work)
        submission = Submission(
            work.source,
            (decision.undone_by if work.direction == "undo" else decision.settled_by) or "worker",
            run=begun.id,
            reason=f"value decision {decision.number} ({work.direction}): {decision.text}"[:500],
        )
        passes = _undoing if work.direction == "undo" else _applying
        try:
            if concept is not None:
                passes(atlas, decisions, decision, concept, submission, counted, stop.is_set)
            status = "stopped" if stop.is_set() else "done"
        finally:
            counters = {"read": counted.read, **counted.statuses}
            atlas.journal.finish_run(begun.id, counters, status=status)
    work = replace(
        work,
        state="done" if status == "done" else "waiting",
        changed=work.changed + counted.changed,
        held=work.held + counted.statuses["held"],
        left=counted.left,
    )
    decisions.update_work(work)
    return work


@dataclass(slots=True)
class _Counted:
    read: int = 0
    changed: int = 0
    left: int = 0
    statuses: dict[str, int] = field(
        default_factory=lambda: (
            dict.fromkeys(("created", "updated", "unchanged", "held"), 0) | {"rejected": 0}
        )
    )

    def take(self, outcome: Outcome) -> None:
        self.read += 1
        self.statuses[outcome.status] += 1
        if outcome.status in ("created", "updated"):
            self.changed += 1
        if outcome.error is not None:
            self.left += 1


def _applying(
    atlas: Service,
    decisions: ValueDecisions,
    decision: Decision,
    concept: Concept,
    submission: Submission,
    counted: _Counted,
    stopped: Callable[[], bool],
) -> None:
    tally = Tally(atlas.journal)

    def write(some: Sequence[str]) -> list[str]:
        pairs = [
            (before, after)
            for before in latest(atlas.journal, some)
            for after in [mapped_anew(before, decision, concept)]
            if after is not None
        ]
        if not pairs:
            return []
        # Before they are written: were this process killed, undoing would still know them.
        decisions.note_changes(
            decision.number, [(after.iri, before.hash, after.hash) for before, after in pairs]
        )
        return _written(atlas, pairs, submission, counted)

    iris = tally.records([submission.source], decision.field, decision.key)
    _all_written(iris, write, counted, stopped)
    tally.catch_up()


def _undoing(
    atlas: Service,
    decisions: ValueDecisions,
    decision: Decision,
    concept: Concept,
    submission: Submission,
    counted: _Counted,
    stopped: Callable[[], bool],
) -> None:
    noted = decisions.changes(decision.number)
    prefix = f"{atlas.settings.base_iri}/id/dataset/{submission.source}/"

    def write(some: Sequence[str]) -> list[str]:
        pairs: list[tuple[Record, Record]] = []
        for now in latest(atlas.journal, some):
            before, after = noted[now.iri]
            if now.hash == before:
                continue
            # Its source may have said something else since: then only the one value goes back.
            made = (
                _version(atlas, now.iri, before)
                if now.hash == after
                else mapped_back(now, decision, concept)
            )
            if made is None:
                counted.left += 1
            else:
                pairs.append((now, made))
        return _written(atlas, pairs, submission, counted)

    iris = sorted(iri for iri in noted if iri.startswith(prefix))
    _all_written(iris, write, counted, stopped)
    Tally(atlas.journal).catch_up()


def _all_written(
    iris: Sequence[str],
    write: Callable[[Sequence[str]], list[str]],
    counted: _Counted,
    stopped: Callable[[], bool],
) -> None:
    """Have all records written; ``write`` returns those that somebody else wrote meanwhile."""
    for _ in range(ATTEMPTS):
        iris = [iri for some in _parts(iris, stopped) for iri in write(some)]
        if not iris:
            return
    counted.left += len(iris)


def _written(
    atlas: Service,
    pairs: Sequence[tuple[Record, Record]],
    submission: Submission,
    counted: _Counted,
) -> list[str]:
    """Write versions in the place of those that they were made from.

    Returns the IRIs of records that somebody else wrote meanwhile: nothing is written over them.
    """
    expected = {now.remote_id: Precondition.current(now.hash) for now, _ in pairs}
    overtaken = []
    items = [item_of(made) for _, made in pairs]
    for (now, _), outcome in zip(
        pairs, atlas.catalog.submit(items, replace(submission, expected=expected)), strict=True
    ):
        if outcome.error is not None and outcome.error.kind is PRECONDITION_FAILED:
            overtaken.append(now.iri)
        else:
            counted.take(outcome)
    return overtaken


def _version(atlas: Service, iri: str, content_hash: str) -> Record | None:
    """Return the version of a record with a hash, from its history."""
    for change in reversed(atlas.journal.history(iri)):
        if change.hash == content_hash and change.nquads is not None:
            return version_of(change)
    return None


def _parts(iris: Sequence[str], stopped: Callable[[], bool]) -> Iterator[Sequence[str]]:
    for start in range(0, len(iris), PART):
        if stopped():
            return
        yield iris[start : start + PART]


@contextmanager
def _alone(atlas: Service) -> Iterator[bool]:
    """Tell whether no other process of this machine maps values now, and keep others from it."""
    atlas.settings.home.mkdir(parents=True, exist_ok=True)
    with (atlas.settings.home / _LOCK).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
