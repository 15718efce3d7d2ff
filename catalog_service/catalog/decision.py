"""The decision on a prepared record, given its record's state inside the write transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalog_service.catalog import repeats_review
from catalog_service.catalog.batch import PreparedRecord, judge, rejected
from catalog_service.catalog.ended_concepts import named
from catalog_service.catalog.errors import CLOSED_THOUGH_REFUSED, CONCEPT_ENDED
from catalog_service.catalog.exception_check import NOTHING, passes
from catalog_service.catalog.openness_review import REFUSED_REASON, ending, warnings_for
from catalog_service.errors import PRECONDITION_FAILED
from catalog_service.journal.codec import Codec
from catalog_service.journal.model import ChangeKind, RecordState
from catalog_service.journal.writer import Step
from harvesters.protocols import Gate, Outcome, Status, Submission
from ontology.errors import AtlasError
from shapes.report import Engine


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome without its number, and the step to append or the fingerprint to store for it."""

    outcome: Outcome
    step: Step | None = None
    ends: Step | None = None
    """A step before it, by which the record ceases to be public."""
    remember: tuple[RecordState, bytes, tuple[str, ...]] | None = None


def already_known(
    state: RecordState,
    content_hash: str,
    gate: Gate,
    *,
    doubtful: bool = False,
    repeating: bool = False,
) -> bool:
    """Say whether a version is the latest already, so that submitting it changes nothing.

    A waiting version is not left waiting by a gate that only reports, unless it is ``doubtful`` or
    ``repeating`` what the city publishes, nor is a doubtful one left public; a record that its
    source had ceased to list comes alive again even with its old content.
    """
    if state.state not in ("active", "held") or state.latest != content_hash:
        return False
    if doubtful:
        return state.held_hash is not None and not state.public
    return state.held_hash is None or gate == "enforce" or repeating


def closes(prepared: PreparedRecord, state: RecordState | None) -> bool:
    """Tell whether a version makes its record cease to be public: it says 非开放.

    It is accepted whatever else the gate finds in it: the gate guards what is public, and holding
    this version would leave the earlier one public.
    """
    return state is not None and state.public and not prepared.public


def close(refused: Outcome, state: RecordState | None) -> Decision:
    """Return the decision on a refused item that says 非开放: nothing of it may stay public.

    Its record counts as missing until an acceptable version comes: what the source says now cannot
    be stored, and what it said before must not be shown.
    """
    if state is None or not state.public:
        return Decision(refused)
    code = "-" if refused.error is None else refused.error.code
    warning = AtlasError(CLOSED_THOUGH_REFUSED, remote_id=state.remote_id, code=code)
    return Decision(
        replace(refused, iri=state.iri, warnings=(*refused.warnings, warning), kind="missing"),
        Step.of(state, "missing"),
    )


def closing_reason(refused: Outcome) -> str:
    """Return what the history says of a record that a refused version has closed."""
    code = "-" if refused.error is None else refused.error.code
    return f"{REFUSED_REASON} ({code})"


def precondition(
    remote_id: str, state: RecordState | None, submission: Submission
) -> AtlasError | None:
    """Return ``precondition-failed`` where the submission demands another current version."""
    demanded = submission.expected.get(remote_id)
    if demanded is None:
        return None
    current = None if state is None else state.latest
    # The public version and the one that waits are both current: readers are given the first.
    hashes = (state.hash, state.held_hash) if state is not None and current is not None else ()
    if demanded.holds(frozenset(found for found in hashes if found is not None)):
        return None
    return AtlasError(
        PRECONDITION_FAILED,
        remote_id=remote_id,
        current=current or "-",
        demanded=demanded.told,
    )


def decide(
    prepared: PreparedRecord,
    state: RecordState | None,
    *,
    submission: Submission,
    gate: Gate,
    engine: Engine,
    codec: Codec,
    excepted: frozenset[str] = NOTHING,
    ended: frozenset[str] = frozenset(),
) -> Decision:
    """Return the decision on one record; validates it only where that was not done before.

    ``excepted``: the rules that the record is excepted from; ``ended``: concepts that it must not
    name any more.
    """
    record = prepared.record
    failed = precondition(record.remote_id, state, submission)
    if failed is not None:
        return Decision(rejected(failed, record.remote_id, record.iri, prepared.mapped))
    closing = closes(prepared, state)
    doubtful = bool(prepared.doubts) and not closing
    repeating = bool(prepared.repeats) and not closing
    if (
        state is not None
        and not closing
        and already_known(state, record.hash, gate, doubtful=doubtful, repeating=repeating)
    ):
        changed = state.fingerprint != prepared.fingerprint
        return Decision(
            _outcome("unchanged", prepared, public=state.public),
            remember=(state, prepared.fingerprint, prepared.mapped.removed) if changed else None,
        )
    # Another writer may have changed the record since the batch was prepared.
    gone = named(record, ended)
    error = (
        judge(prepared, engine, codec)
        if gone is None
        else AtlasError(CONCEPT_ENDED, remote_id=record.remote_id, concept=gone)
    )
    report = prepared.report
    if error is not None or report is None:
        outcome = (
            Outcome("rejected", record.remote_id, record.iri)
            if error is None
            else rejected(error, record.remote_id, record.iri, prepared.mapped)
        )
        return close(outcome, state) if closing or doubtful else Decision(outcome)
    status: Status
    kind: ChangeKind
    stopped = gate == "enforce" and not passes(report, excepted)
    if doubtful or repeating or (stopped and not closing):
        status = kind = "held"
    elif state is None:
        status = kind = "created"
    else:
        status = "updated"
        kind = _kind_of_good(state)
    step = Step(
        kind=kind,
        source=record.source,
        remote_id=record.remote_id,
        iri=record.iri,
        focus=record.focus,
        before=state,
        hash=record.hash,
        body=prepared.body,
        public=prepared.public,
        fingerprint=prepared.fingerprint,
        report=report,
        removed=prepared.mapped.removed,
    )
    ends = ending(state) if doubtful and state is not None and state.public else None
    if status == "held":
        public = state is not None and state.public and ends is None
    else:
        public = prepared.public
    return Decision(_outcome(status, prepared, kind, public=public), step, ends)


def _kind_of_good(state: RecordState) -> ChangeKind:
    if state.state in ("missing", "withdrawn"):
        return "revived"
    return "updated" if state.held_hash is None else "released"


def _outcome(
    status: Status, prepared: PreparedRecord, kind: ChangeKind | None = None, *, public: bool
) -> Outcome:
    return Outcome(
        status,
        prepared.record.remote_id,
        prepared.record.iri,
        hash=prepared.record.hash,
        report=prepared.report,
        removed=prepared.mapped.removed,
        warnings=(
            *prepared.mapped.warnings,
            *warnings_for(prepared.doubts),
            *repeats_review.warnings_for(prepared.record.iri, prepared.repeats),
        ),
        kind=kind,
        public=public,
    )
