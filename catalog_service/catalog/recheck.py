"""Known versions validated again after the rules have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog_service.catalog.admission import may_be_public
from catalog_service.catalog.batch import BatchEngine
from catalog_service.catalog.decision import Decision
from catalog_service.catalog.exception_check import NOTHING, ExceptionCheck, passes
from catalog_service.catalog.lifecycle_changes import release_of, step_with
from catalog_service.catalog.noting import RECHECKED, Append, begun, no_entry, note
from catalog_service.catalog.openness_review import (
    ENDED_REASON,
    ending,
    unreviewed_doubts,
    warnings_for,
)
from catalog_service.catalog.preparation import BATCH_ITEMS
from catalog_service.catalog.repeat_check import Repeat, RepeatCheck
from catalog_service.catalog.repeats_review import held_back, is_held_for_repeating, report_with
from catalog_service.journal import Journal
from catalog_service.journal.model import Change, RecordState, version_of
from catalog_service.journal.writer import Step, Trail, Writer
from harvesters.protocols import Gate, Outcome, Submission
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.report import Engine, Report


@dataclass(frozen=True, slots=True)
class Recheck:
    """Holds versions of one source against the rules of now, page by page."""

    journal: Journal
    engine: Engine
    repeats: RepeatCheck | None
    exceptions: ExceptionCheck
    submission: Submission
    gate: Gate
    append: Append = no_entry

    def of(self, remote_ids: Sequence[str] | None) -> Iterator[Outcome]:
        """Yield an outcome for each record that has a version, of all or those; see `Catalog`."""
        source = self.submission.source
        if remote_ids is not None:
            states = self.journal.states(source, list(remote_ids))
            yield from self._page(list(states.values()))
            return
        after: tuple[str, str] | None = None
        while page := self.journal.list_records(source=source, after=after, limit=BATCH_ITEMS):
            after = (page[-1].source, page[-1].remote_id)
            yield from self._page(page)

    def _repeated(
        self, versions: Sequence[tuple[RecordState, Change, Record]]
    ) -> dict[str, tuple[Repeat, ...]]:
        """Return what waiting versions repeat of the city's, where the source holds these back."""
        check, source = self.repeats, self.submission.source
        if check is None or not check.holds(source):
            return {}
        waiting = [r for state, _, r in versions if state.held_seq is not None and may_be_public(r)]
        return held_back(self.journal, check, waiting)

    def _is_freed(self, state: RecordState, repeats: Mapping[str, tuple[Repeat, ...]]) -> bool:
        """Tell whether only that it repeated the city's made a version wait, and it does no more.

        A gate that only reports lets it through, whatever else the rules find.
        """
        if self.gate == "enforce" or state.held_seq is None or state.iri in repeats:
            return False
        return is_held_for_repeating(self.journal.findings(state.iri))

    def _page(self, page: Sequence[RecordState]) -> Iterator[Outcome]:
        journal, engine, submission = self.journal, self.engine, self.submission
        latest = {state.remote_id: state.held_seq or state.version_seq for state in page}
        shown = {s.remote_id: s.version_seq for s in page if s.public and s.held_seq is not None}
        wanted = [seq for seq in (*latest.values(), *shown.values()) if seq is not None]
        found = journal.changes_by_number(wanted)
        versions: list[tuple[RecordState, Change, Record]] = []
        for state in page:
            change = found.get(latest[state.remote_id] or 0)
            if change is not None and (version := version_of(change)) is not None:
                versions.append((state, change, version))
        repeats = self._repeated(versions)
        reports = [
            report_with(report, record.iri, repeats.get(record.iri, ()))
            for (_, _, record), report in zip(
                versions, _validate(engine, [version for _, _, version in versions]), strict=True
            )
        ]
        excepted = self.exceptions.running(submission.source)
        decisions = [
            _decide(
                journal,
                state,
                change,
                record,
                report,
                found.get(shown.get(state.remote_id) or 0),
                is_freed=self._is_freed(state, repeats),
                excepted=excepted.get(state.remote_id, NOTHING),
            )
            for (state, change, record), report in zip(versions, reports, strict=True)
        ]
        if submission.dry_run or not decisions:
            yield from (decision.outcome for decision in decisions)
            return
        with journal.writing() as writer:
            submission.check()
            now = writer.states(submission.source, [state.remote_id for state, _, _ in versions])
            # What another writer has changed meanwhile was validated by that writer.
            same = [now[state.remote_id].seq == state.seq for state, _, _ in versions]
            steps = [
                d.step
                for d, still in zip(decisions, same, strict=True)
                if still and d.step is not None
            ]
            trail = Trail(submission.actor, submission.run, submission.reason)
            ends = {s.remote_id: ending(s.before) for s in steps if _ends_first(s) and s.before}
            if ends:
                ended = Trail(submission.actor, submission.run, ENDED_REASON)
                writer.append(list(ends.values()), ended)
                after = writer.states(submission.source, list(ends))
                steps = [
                    replace(s, before=after[s.remote_id]) if s.remote_id in ends else s
                    for s in steps
                ]
            numbers = iter(writer.append(steps, trail))
            writer.keep_findings(
                (state, report)
                for (state, _, _), report, d, still in zip(
                    versions, reports, decisions, same, strict=True
                )
                if still and d.step is None
            )
            _wait_again(
                journal,
                writer,
                trail,
                [
                    (version, report)
                    for version, report, d, still in zip(
                        versions, reports, decisions, same, strict=True
                    )
                    if still
                    and d.step is not None
                    and d.step.kind == "updated"
                    and version[0].held_seq
                ],
            )
            outcomes = [
                d.outcome if d.step is None else replace(d.outcome, seq=next(numbers))
                for d, still in zip(decisions, same, strict=True)
                if still
            ]
            told = begun(RECHECKED, submission)
            # Findings are brought up to date even where no version moves.
            note(self.append, writer.connection, told, outcomes, always=True)
        yield from outcomes


def _validate(engine: Engine, records: list[Record]) -> list[Report]:
    if isinstance(engine, BatchEngine):
        return engine.validate_many(records)
    return [engine.validate(record) for record in records]


def _decide(
    journal: Journal,
    state: RecordState,
    change: Change,
    record: Record,
    report: Report,
    shown: Change | None,
    *,
    is_freed: bool,
    excepted: frozenset[str],
) -> Decision:
    """Decide on the latest version, and on the one that is ``shown`` while the latest waits.

    ``is_freed``: nothing holds the waiting one back any more, though it does not conform;
    ``excepted``: the rules that the record is excepted from.
    """
    # A public version whose wording is now known to mean 非开放 ceases to be public.
    closing = state.public and not may_be_public(record)
    doubts = () if closing else unreviewed_doubts(journal, record)
    public = None if shown is None else version_of(shown)
    if state.public and (doubts or (public is not None and unreviewed_doubts(journal, public))):
        # A public version whose wording is in doubt by now waits from now on.
        return _hold(journal, state, change, record, report, warnings_for(doubts))
    is_good = passes(report, excepted) or is_freed
    if closing or (state.held_seq is not None and is_good and not doubts):
        decision = release_of(journal, state, change, record, report)
        if state.held_seq is not None or decision.step is None:
            return decision
        return Decision(
            replace(decision.outcome, kind="updated"), replace(decision.step, kind="updated")
        )
    if public is not None and shown is not None and not may_be_public(public):
        decision = release_of(journal, state, shown, public)
        assert decision.step is not None
        outcome = replace(decision.outcome, hash=change.hash, report=report, kind="updated")
        return Decision(outcome, replace(decision.step, kind="updated"))
    return Decision(
        Outcome(
            "unchanged",
            state.remote_id,
            state.iri,
            hash=change.hash,
            report=report,
            public=state.public,
        )
    )


def _ends_first(step: Step) -> bool:
    """Tell whether the record must cease to be public before a step: its version is in doubt."""
    return step.kind == "held" and step.before is not None and step.before.public


def _hold(
    journal: Journal,
    state: RecordState,
    change: Change,
    record: Record,
    report: Report,
    warnings: tuple[AtlasError, ...],
) -> Decision:
    """Return the decision that lets a record's newest version wait, and nothing of it be public."""
    outcome = Outcome(
        "held",
        state.remote_id,
        state.iri,
        hash=change.hash,
        report=report,
        warnings=warnings,
        kind="held",
        public=False,
    )
    return Decision(outcome, step_with(journal, state, "held", (change, record), report))


def _wait_again(
    journal: Journal,
    writer: Writer,
    trail: Trail,
    waiting: Sequence[tuple[tuple[RecordState, Change, Record], Report]],
) -> None:
    """Hold versions again whose record was closed: closing a record discards a held version."""
    for (state, change, record), report in waiting:
        now = writer.states(state.source, [state.remote_id])[state.remote_id]
        step = step_with(journal, now, "held", (change, record), report)
        writer.append([replace(step, fingerprint=state.fingerprint)], trail)
