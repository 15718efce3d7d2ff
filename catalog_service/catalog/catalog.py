"""The one entry for writes: map, validate, append to the journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from catalog_service.catalog import lifecycle_changes
from catalog_service.catalog.admission import check_source_id
from catalog_service.catalog.batch import Batch, ClosedItem, PreparedRecord, gate
from catalog_service.catalog.decision import Decision, close, closing_reason, decide
from catalog_service.catalog.ended_concepts import EndedConcepts, nothing_ended
from catalog_service.catalog.exception_check import NOTHING, ExceptionCheck, NoExceptions
from catalog_service.catalog.noting import WRITTEN, Append, begun, no_entry, note
from catalog_service.catalog.openness_review import ENDED_REASON
from catalog_service.catalog.preparation import BATCH_ITEMS, Preparation
from catalog_service.catalog.recheck import Recheck
from catalog_service.catalog.repeat_check import RepeatCheck
from catalog_service.catalog.repeats_review import look
from catalog_service.errors import SOURCE_PAUSED, SOURCE_REMOVED, UNKNOWN_SOURCE
from catalog_service.journal import Journal
from catalog_service.journal.model import RecordState, Source
from catalog_service.journal.writer import Step, Trail, Writer
from harvesters.protocols import Gate, Item, Outcome, Submission
from ontology.errors import AtlasError
from shapes.report import Engine


class Catalog:
    """Takes records in; the `harvesters.protocols.Catalog` that the service supplies.

    Safe to share between threads: what decides is read again inside the write transaction.
    """

    def __init__(
        self,
        journal: Journal,
        engine: Engine,
        base_iri: str,
        *,
        repeats: RepeatCheck | None = None,
        exceptions: ExceptionCheck | None = None,
        ended: EndedConcepts = nothing_ended,
        note: Append = no_entry,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Use a journal and a gate, and with them the audit.

        ``repeats`` compares records with the city's, ``exceptions`` knows what is excepted from
        which rule, ``ended`` which concepts were taken away.

        Raises ``base-iri-changed`` for a journal of another base.
        """
        journal.check_base_iri(base_iri)
        self._journal = journal
        self._engine = engine
        self._base_iri = base_iri
        self._repeats = repeats
        self._exceptions = exceptions or NoExceptions()
        self._ended = ended
        self._note = note
        self._monotonic = monotonic

    def submit(self, items: Iterable[Item], submission: Submission) -> Iterator[Outcome]:
        """Yield an outcome for each item, in order, after its batch is committed.

        created + updated + unchanged + held + rejected is the number of items, always. A held
        version that comes again is ``unchanged``: it waits already. A version that is ``rejected``
        and says 非开放 ends its record's publicity all the same (kind ``missing``, with a warning).
        A version that may mean 非开放 is held whatever the gate, with a warning, and what was
        public of its record is public no more, until a steward releases it. So is one that repeats
        what the city publishes, where its source holds these back; what was public stays so.
        A source that is new is
        registered with the submission's gate, or ``report`` where it names none; a dry run
        registers and writes nothing and yields the same outcomes, without numbers.

        Raises `AtlasError`: ``illegal-source-id``, ``source-paused``, ``source-removed``,
        ``base-iri-changed``; what the reader of ``items`` raises passes through, after all that
        came before it is committed.
        """
        yield from self.intake(submission).take(items)

    def accepting(self, source: str) -> Source | None:
        """Return a source that takes records now, or None for one that is not registered yet.

        Every write that a source sends begins with this check. Raises ``source-paused``,
        ``source-removed``.
        """
        found = self._journal.source(source)
        if found is not None and found.removed is not None:
            raise AtlasError(SOURCE_REMOVED, source=source)
        if found is not None and found.paused:
            raise AtlasError(SOURCE_PAUSED, source=source)
        return found

    def intake(self, submission: Submission) -> Intake:
        """Return what takes the items of one submission as they come, in several goes.

        Raises `AtlasError`: ``illegal-source-id``, ``source-paused``, ``source-removed``.
        """
        check_source_id(submission.source)
        source = self.accepting(submission.source)
        rule = submission.gate or ("report" if source is None else source.gate)
        preparation = Preparation(self._journal, submission, rule, self._base_iri, self._monotonic)
        return Intake(self._take, preparation)

    def _take(self, preparation: Preparation, items: Iterable[Item]) -> Iterator[Outcome]:
        submission, rule = preparation.submission, preparation.gate
        # A thread starts with the first batch that is given to it: a single write needs none.
        with ThreadPoolExecutor(1, "gate") as pool:
            ahead: tuple[Batch, Future[None]] | None = None
            for batch in preparation.batches(items):
                judged = (
                    None if batch.prompt else pool.submit(self._judge, batch, submission.source)
                )
                # The batch before this one is committed while this one is validated.
                if ahead is not None:
                    ahead[1].result()
                    yield from self._commit(ahead[0], submission, rule)
                if judged is None:
                    ahead = None
                    self._judge(batch, submission.source)
                    yield from self._commit(batch, submission, rule)
                else:
                    ahead = (batch, judged)
            if ahead is not None:
                ahead[1].result()
                yield from self._commit(ahead[0], submission, rule)

    def mark_missing(self, remote_ids: Iterable[str], submission: Submission) -> Iterator[Outcome]:
        """Record that the source no longer lists records; they cease to be public.

        Yields ``updated`` with kind ``missing``, ``unchanged`` for those missing or withdrawn
        already, ``rejected`` (``unknown-record``) for those that never were.
        Raises ``source-paused``, ``source-removed``.
        """
        self.accepting(submission.source)
        return lifecycle_changes.change(
            self._journal, "missing", remote_ids, submission, self._note
        )

    def withdraw(self, remote_ids: Iterable[str], submission: Submission) -> Iterator[Outcome]:
        """End records; a tombstone with their history stays. Outcomes as of `mark_missing`."""
        self.accepting(submission.source)
        return lifecycle_changes.change(
            self._journal, "withdrawn", remote_ids, submission, self._note
        )

    def withdraw_all(self, submission: Submission) -> Iterator[Outcome]:
        """End every record of a source that was removed; outcomes as of `mark_missing`."""
        after: tuple[str, str] | None = None
        source, limit = submission.source, BATCH_ITEMS
        while page := self._journal.list_records(source=source, after=after, limit=limit):
            after = (page[-1].source, page[-1].remote_id)
            left = [one.remote_id for one in page if one.state != "withdrawn"]
            yield from lifecycle_changes.change(
                self._journal, "withdrawn", left, submission, self._note
            )

    def delete(self, remote_id: str, submission: Submission) -> Outcome:
        """Withdraw one record, under ``submission.expected`` where it names the record."""
        (outcome,) = self.withdraw([remote_id], submission)
        return outcome

    def release(self, remote_ids: Iterable[str], submission: Submission) -> Iterator[Outcome]:
        """Let the waiting versions of records through, whatever the gate found.

        A steward's decision, so ``submission.reason`` should say why. Yields ``updated`` with kind
        ``released``, or ``rejected`` (``nothing-waits``, ``unknown-record``).
        """
        return lifecycle_changes.change(
            self._journal, "released", remote_ids, submission, self._note
        )

    def recheck(
        self, submission: Submission, remote_ids: Sequence[str] | None = None
    ) -> Iterator[Outcome]:
        """Hold the latest version of every record of a source against the rules in force now.

        ``remote_ids``: of these records only. For use after the rules have changed: a submission of
        known content asks no rule again.
        Findings are brought up to date, and a waiting version that conforms now is let through
        (``updated``, kind ``released``); what is public stays so (``unchanged``), unless its latest
        version means 非开放 by now: then it is closed (``updated``), or may mean it: then it waits
        for a steward (``held``). Raises `AtlasError` (``unknown-source``).
        """
        source = self._journal.source(submission.source)
        if source is None:
            raise AtlasError(UNKNOWN_SOURCE, source=submission.source)
        check = Recheck(
            self._journal,
            self._engine,
            self._repeats,
            self._exceptions,
            submission,
            source.gate,
            self._note,
        )
        return check.of(remote_ids)

    def _judge(self, batch: Batch, source: str) -> None:
        gate(batch, self._engine, self._journal.codec)
        look(batch, self._repeats, self._journal, source)

    def _commit(self, batch: Batch, submission: Submission, rule: Gate) -> list[Outcome]:
        prepared_records, closed_items = batch.prepared_records(), batch.closed_items()
        outcomes: Sequence[Outcome]
        closed: Sequence[Outcome]
        excepted = self._exceptions.running(submission.source) if rule == "enforce" else {}
        if submission.dry_run or not (prepared_records or closed_items):
            seen = {c.record.remote_id: c.seen for c in prepared_records if c.seen is not None}
            decisions = self._decide(prepared_records, seen, submission, rule, excepted)
            outcomes = [decision.outcome for decision in decisions]
            closed = [close(c.outcome, c.seen).outcome for c in closed_items]
        else:
            outcomes, closed = self._write(
                prepared_records, closed_items, submission, rule, excepted
            )
        following, ended = iter(outcomes), iter(closed)
        return [
            next(following)
            if isinstance(e, PreparedRecord)
            else next(ended)
            if isinstance(e, ClosedItem)
            else e
            for e in batch.entries
        ]

    def _write(
        self,
        prepared_records: list[PreparedRecord],
        closed_items: list[ClosedItem],
        submission: Submission,
        rule: Gate,
        excepted: Mapping[str, frozenset[str]],
    ) -> tuple[list[Outcome], list[Outcome]]:
        told = begun(WRITTEN, submission)

        def write(writer: Writer) -> tuple[list[Outcome], list[Outcome]]:
            submission.check()
            writer.claim_base_iri(self._base_iri)
            writer.register_source(
                submission.source, gate=rule, kind="push", title=submission.source
            )
            states = writer.states(
                submission.source, [c.record.remote_id for c in prepared_records]
            )
            # A record was read with the vocabulary of before: what ended since is told here.
            ended = self._ended(writer.connection)
            decisions = self._decide(prepared_records, states, submission, rule, excepted, ended)
            trail = Trail(submission.actor, submission.run, submission.reason)
            numbers = iter(writer.append(steps_of(writer, decisions, submission), trail))
            writer.keep_fingerprints(d.remember for d in decisions if d.remember is not None)
            # After the others, which may be of the same records.
            closed = [_close(writer, item, submission) for item in closed_items]
            taken = [
                d.outcome if d.step is None else replace(d.outcome, seq=next(numbers))
                for d in decisions
            ]
            note(self._note, writer.connection, told, (*taken, *closed), run=submission.run)
            return taken, closed

        return self._journal.write(write)

    def _decide(
        self,
        prepared_records: list[PreparedRecord],
        states: Mapping[str, RecordState],
        submission: Submission,
        rule: Gate,
        excepted: Mapping[str, frozenset[str]],
        ended: frozenset[str] = frozenset(),
    ) -> list[Decision]:
        return [
            decide(
                prepared,
                states.get(prepared.record.remote_id),
                submission=submission,
                gate=rule,
                engine=self._engine,
                codec=self._journal.codec,
                excepted=excepted.get(prepared.record.remote_id, NOTHING),
                ended=ended,
            )
            for prepared in prepared_records
        ]


class Intake:
    """One submission whose items arrive in several parts, with duplicates found across all of them.

    For slow senders: each part is committed as soon as it is taken.
    """

    def __init__(
        self,
        take: Callable[[Preparation, Iterable[Item]], Iterator[Outcome]],
        preparation: Preparation,
    ) -> None:
        self._take = take
        self._preparation = preparation

    def take(self, items: Iterable[Item]) -> Iterator[Outcome]:
        """Yield an outcome for each item, as `Catalog.submit` does, all committed at the end."""
        return self._take(self._preparation, items)


def steps_of(writer: Writer, decisions: Sequence[Decision], submission: Submission) -> list[Step]:
    """Return the steps of decisions, after the steps that must come before them are appended."""
    ends = {d.ends.remote_id: d.ends for d in decisions if d.ends is not None}
    steps = [d.step for d in decisions if d.step is not None]
    if not ends:
        return steps
    writer.append(list(ends.values()), Trail(submission.actor, submission.run, ENDED_REASON))
    now = writer.states(submission.source, list(ends))
    return [replace(s, before=now[s.remote_id]) if s.remote_id in ends else s for s in steps]


def _close(writer: Writer, item: ClosedItem, submission: Submission) -> Outcome:
    """Close one record inside the write transaction; rare, so one by one."""
    states = writer.states(submission.source, [item.remote_id])
    decision = close(item.outcome, states.get(item.remote_id))
    if decision.step is None:
        return decision.outcome
    trail = Trail(submission.actor, submission.run, closing_reason(item.outcome))
    (number,) = writer.append([decision.step], trail)
    return replace(decision.outcome, seq=number)
