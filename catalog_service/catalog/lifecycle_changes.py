"""Changes of a record's state alone: missing, withdrawn, released."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Literal

from catalog_service.catalog.admission import may_be_public, remote_id_fault
from catalog_service.catalog.batch import rejected
from catalog_service.catalog.decision import Decision, precondition
from catalog_service.catalog.noting import OF_LIFECYCLE, Append, begun, note
from catalog_service.catalog.preparation import BATCH_ITEMS
from catalog_service.catalog.repeats_review import is_held_for_repeating, without_repeats
from catalog_service.errors import NOTHING_WAITS, UNKNOWN_RECORD
from catalog_service.journal import Journal
from catalog_service.journal.model import Change, ChangeKind, RecordState, version_of
from catalog_service.journal.writer import Step, Trail
from harvesters.protocols import Outcome, Submission
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.report import Report

LifecycleChange = Literal["missing", "withdrawn", "released"]


def change(
    journal: Journal,
    kind: LifecycleChange,
    remote_ids: Iterable[str],
    submission: Submission,
    append: Append,
) -> Iterator[Outcome]:
    """Yield an outcome for each identifier, in order, after its batch is committed."""
    waiting = iter(remote_ids)
    # An identifier given twice in one batch would be two steps of one record.
    while batch := list(dict.fromkeys(islice(waiting, BATCH_ITEMS))):
        known = [remote_id for remote_id in batch if remote_id_fault(remote_id) is None]
        if submission.dry_run:
            states = journal.states(submission.source, known)
            yield from (
                _decide(journal, kind, remote_id, states.get(remote_id), submission).outcome
                for remote_id in batch
            )
            continue
        with journal.writing() as writer:
            submission.check()
            states = writer.states(submission.source, known)
            decisions = [
                _decide(journal, kind, remote_id, states.get(remote_id), submission)
                for remote_id in batch
            ]
            trail = Trail(submission.actor, submission.run, submission.reason)
            numbers = iter(writer.append([d.step for d in decisions if d.step is not None], trail))
            outcomes = [
                d.outcome if d.step is None else replace(d.outcome, seq=next(numbers))
                for d in decisions
            ]
            told = begun(OF_LIFECYCLE[kind], submission)
            note(append, writer.connection, told, outcomes, run=submission.run)
        yield from outcomes


def _decide(
    journal: Journal,
    kind: LifecycleChange,
    remote_id: str,
    state: RecordState | None,
    submission: Submission,
) -> Decision:
    if state is None:
        error = AtlasError(UNKNOWN_RECORD, source=submission.source, remote_id=remote_id)
        return Decision(rejected(error, remote_id))
    failed = precondition(remote_id, state, submission)
    if failed is not None:
        return Decision(rejected(failed, remote_id, state.iri))
    if kind == "released":
        return _release(journal, state)
    ended = ("withdrawn",) if kind == "withdrawn" else ("missing", "withdrawn")
    if state.state in ended:
        return Decision(
            Outcome("unchanged", remote_id, state.iri, hash=state.latest, public=state.public)
        )
    return Decision(
        Outcome("updated", remote_id, state.iri, hash=state.latest, kind=kind, public=False),
        Step.of(state, kind),
    )


def _release(journal: Journal, state: RecordState) -> Decision:
    held = journal.waiting(state)
    version = None if held is None else version_of(held)
    if held is None or version is None:
        error = AtlasError(NOTHING_WAITS, remote_id=state.remote_id)
        return Decision(rejected(error, state.remote_id, state.iri))
    decision = release_of(journal, state, held, version)
    report = journal.findings(state.iri)
    if decision.step is None or not is_held_for_repeating(report):
        return decision
    # What was let through repeats the city's still, and is flagged as long as it does.
    return replace(decision, step=replace(decision.step, report=without_repeats(report)))


def release_of(
    journal: Journal,
    state: RecordState,
    held: Change,
    version: Record,
    report: Report | None = None,
) -> Decision:
    """Return the decision that lets a waiting version through."""
    public = may_be_public(version)
    return Decision(
        Outcome(
            "updated",
            state.remote_id,
            state.iri,
            hash=held.hash,
            report=report,
            kind="released",
            public=public,
        ),
        step_with(journal, state, "released", (held, version), report, public=public),
    )


def step_with(
    journal: Journal,
    state: RecordState,
    kind: ChangeKind,
    brought: tuple[Change, Record],
    report: Report | None,
    *,
    public: bool = True,
) -> Step:
    """Return a step that appends a stored version once more, given with the change it came by."""
    change, version = brought
    return replace(
        Step.of(state, kind),
        focus=change.focus,
        hash=change.hash,
        body=journal.codec.pack(version.nquads),
        public=public,
        fingerprint=state.fingerprint,
        report=report,
    )
