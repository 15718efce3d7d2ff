"""One write transaction of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from catalog_service.errors import BASE_IRI_CHANGED, ILLEGAL_SOURCE_ID, SOURCE_REMOVED
from catalog_service.journal import checksums
from catalog_service.journal.bulk import execute_many
from catalog_service.journal.codec import (
    Codec,
    pack_findings,
    pack_removed,
    sum_of_change,
    verdict_of,
)
from catalog_service.journal.lifecycle import advance
from catalog_service.journal.model import ChangeKind, RecordState, RunStatus
from catalog_service.journal.queries import states
from catalog_service.journal.schema import changes, meta, records, runs, sources, verdicts
from harvesters.protocols import Gate
from ontology.errors import AtlasError
from ontology.record import SOURCE_ID
from shapes.report import Report

# Module constants, because `execute_many` caches what it compiled by statement.
_INSERT_CHANGE = changes.insert()
_INSERT_RECORD = records.insert()
_UPDATE_RECORD = records.update().where(records.c.id == sa.bindparam("record"))

# Built once, because building a statement costs as much as running it.
_LAST = sa.select(changes.c.seq, changes.c.time).order_by(changes.c.seq.desc()).limit(1)
_BASE_IRI = sa.select(meta.c.value).where(meta.c.key == "base_iri")
_KNOWN_SOURCE = sa.select(sources.c.removed).where(sources.c.id == sa.bindparam("source"))


@dataclass(frozen=True, slots=True)
class Step:
    """One change to be appended: what happens to one record, and its state before.

    ``body`` is the packed canonical form (`Codec.pack`), None for a change of state alone.
    ``public`` says whether the version, once good, may be public. ``before`` must have been read
    in the transaction that appends the step.
    """

    kind: ChangeKind
    source: str
    remote_id: str
    iri: str
    focus: str
    before: RecordState | None
    hash: str | None = None
    body: bytes | None = None
    public: bool = False
    fingerprint: bytes | None = None
    report: Report | None = None
    removed: tuple[str, ...] | None = None
    """What the privacy rule took out of the version (kinds and places); None: unchanged."""

    @classmethod
    def of(cls, state: RecordState, kind: ChangeKind) -> Step:
        """Return a change of state alone of the record whose state is ``state``."""
        return cls(kind, state.source, state.remote_id, state.iri, state.focus, state)


@dataclass(frozen=True, slots=True)
class Trail:
    """Who writes, in which run, why: the same for all steps of a batch."""

    actor: str
    run: str | None = None
    reason: str | None = None


class Writer:
    """Appends to the journal; made by `Journal.writing`, which commits at the end of its block.

    It holds the append lock: what `states` answers stays true until the commit.
    """

    def __init__(self, connection: sa.Connection, codec: Codec, now: int) -> None:
        """Read the journal's last change; ``now`` in microseconds."""
        self._connection = connection
        self._codec = codec
        last = connection.execute(_LAST).first()
        self.seq: int = 0 if last is None else last.seq
        """The number of the last change."""
        # A machine's clock may be set back; the times in the journal never decrease.
        self.time: int = now if last is None else max(now, last.time)
        self._verdicts: dict[str, int] | None = None
        self._base_iri: str | None = None
        self._sources: set[str] = set()
        """Sources known to exist: several writes may share a transaction."""
        self.touched: dict[str, bool] = {}
        """The small tables that were written, and whether their checksums were right before."""

    @property
    def connection(self) -> sa.Connection:
        """The transaction, for tables that other rooms keep here."""
        return self._connection

    def states(self, source: str, remote_ids: Sequence[str]) -> dict[str, RecordState]:
        """Return the states of records of a source, by remote id."""
        return states(self._connection, source, remote_ids)

    def claim_base_iri(self, base_iri: str) -> None:
        """Store the base under which IRIs are minted; raises ``base-iri-changed`` for another."""
        if self._base_iri is None:
            self._base_iri = self._connection.execute(_BASE_IRI).scalar()
        if self._base_iri is None:
            self._touch("meta")
            self._connection.execute(meta.insert().values(key="base_iri", value=base_iri))
            self._base_iri = base_iri
        elif self._base_iri != base_iri:
            raise AtlasError(BASE_IRI_CHANGED, stored=self._base_iri, given=base_iri)

    def register_source(
        self, source: str, *, gate: Gate, kind: str, title: str, restore: bool = False
    ) -> None:
        """Add a source unless it is there.

        Raises ``illegal-source-id``, and ``source-removed`` for one that was removed, unless it is
        to be restored.
        """
        if SOURCE_ID.fullmatch(source) is None:
            raise AtlasError(ILLEGAL_SOURCE_ID, source=source)
        if source in self._sources:
            return
        known = self._connection.execute(_KNOWN_SOURCE, {"source": source}).first()
        if known is not None and known.removed is not None:
            if not restore:
                raise AtlasError(SOURCE_REMOVED, source=source)
            self.change_source(source, {"removed": None})
        if known is None:
            self._touch("sources")
            self._connection.execute(
                sources.insert().values(
                    id=source, type=kind, title=title, gate=gate, paused=False, created=self.time
                )
            )
        self._sources.add(source)

    def change_source(self, source: str, values: Mapping[str, Any]) -> None:
        """Set columns of a source that is there."""
        if values:
            self._touch("sources")
            self._connection.execute(
                sources.update().where(sources.c.id == source).values(dict(values))
            )

    def start_run(self, source: str) -> str:
        """Add a run and return its identifier, ``{source}-{number}``."""
        last: int | None = self._connection.execute(sa.select(sa.func.max(runs.c.number))).scalar()
        number = (last or 0) + 1
        identifier = f"{source}-{number}"
        self._touch("runs")
        self._connection.execute(
            runs.insert().values(
                number=number,
                id=identifier,
                source=source,
                started=self.time,
                status="running",
                counters="{}",
            )
        )
        return identifier

    def finish_run(self, run: str, counters: str, status: RunStatus, message: str | None) -> None:
        """Record how a run ended."""
        self._touch("runs")
        self._connection.execute(
            runs.update()
            .where(runs.c.id == run)
            .values(finished=self.time, status=status, counters=counters, message=message)
        )

    def append(self, steps: Sequence[Step], trail: Trail) -> range:
        """Append changes, bring ``records`` up to date, and return their numbers in order.

        No two steps may be of the same record.
        """
        if not steps:
            return range(self.seq + 1, self.seq + 1)
        first = self.seq + 1
        log: list[dict[str, Any]] = []
        new: list[dict[str, Any]] = []
        old: list[dict[str, Any]] = []
        next_id = self._next_record_id() if any(s.before is None for s in steps) else 0
        for seq, step in enumerate(steps, first):
            after = advance(
                step.before, step.kind, seq=seq, content_hash=step.hash, public=step.public
            )
            focus = None if step.focus == step.iri else step.focus
            log.append(
                {
                    "seq": seq,
                    "time": self.time,
                    "iri": step.iri,
                    "source": step.source,
                    "remote_id": step.remote_id,
                    "focus": focus,
                    "kind": step.kind,
                    "hash": step.hash,
                    "dictionary": None if step.body is None else self._codec.current,
                    "body": step.body,
                    "actor": trail.actor,
                    "run": trail.run,
                    "reason": trail.reason,
                    "public": after.public and step.kind != "held",
                }
            )
            log[-1]["sum"] = sum_of_change(log[-1])
            row: dict[str, Any] = {
                "state": after.state,
                "public": after.public,
                "hash": after.hash,
                "version_seq": after.version_seq,
                "held_hash": after.held_hash,
                "held_seq": after.held_seq,
                "seq": seq,
                "changed": self.time,
            }
            if step.before is None:
                row |= {
                    "id": next_id,
                    "iri": step.iri,
                    "source": step.source,
                    "remote_id": step.remote_id,
                    "focus": focus,
                    "fingerprint": step.fingerprint,
                    "removed": pack_removed(step.removed or ()),
                    **self._findings(step),
                }
                next_id += 1
                new.append(row)
            else:
                kept = step.before.focus if step.kind == "held" else step.focus
                row |= {
                    "record": step.before.id,
                    "focus": None if kept == step.iri else kept,
                    "fingerprint": step.fingerprint,
                }
                # A change of state alone leaves the findings of the latest version as they are.
                if step.report is not None:
                    row |= self._findings(step)
                if step.removed is not None:
                    row["removed"] = pack_removed(step.removed)
                old.append(row)
        execute_many(self._connection, _INSERT_CHANGE, log)
        execute_many(self._connection, _INSERT_RECORD, new)
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in old:
            alike.setdefault(tuple(row), []).append(row)
        for rows in alike.values():
            execute_many(self._connection, _UPDATE_RECORD, rows)
        self.seq += len(steps)
        return range(first, self.seq + 1)

    def keep_fingerprints(
        self, known: Iterable[tuple[RecordState, bytes, tuple[str, ...]]]
    ) -> None:
        """Store fingerprints of payloads that gave a known version, and what was removed."""
        rows = [
            {"record": state.id, "fingerprint": value, "removed": pack_removed(removed)}
            for state, value, removed in known
        ]
        execute_many(self._connection, _UPDATE_RECORD, rows)

    def keep_findings(self, pairs: Iterable[tuple[RecordState, Report]]) -> None:
        """Replace the findings of records' latest versions (the rules have changed)."""
        rows = [{"record": state.id, **self._pack(report, state.iri)} for state, report in pairs]
        execute_many(self._connection, _UPDATE_RECORD, rows)

    def note_sums(self) -> None:
        """Store the checksums of the tables written; called last before the commit."""
        checksums.note(self._connection, [name for name, held in self.touched.items() if held])

    def _touch(self, table: str) -> None:
        if table not in self.touched:
            self.touched[table] = bool(checksums.holding(self._connection, [table]))

    def _next_record_id(self) -> int:
        last: int | None = self._connection.execute(sa.select(sa.func.max(records.c.id))).scalar()
        return (last or 0) + 1

    def _findings(self, step: Step) -> dict[str, Any]:
        if step.report is None:
            return {"findings": None, "verdict": None}
        return self._pack(step.report, step.iri)

    def _pack(self, report: Report, iri: str) -> dict[str, Any]:
        return {"findings": pack_findings(report, iri), "verdict": self._verdict(report)}

    def _verdict(self, report: Report) -> int | None:
        if not report.findings:
            return None
        if self._verdicts is None:
            known = self._connection.execute(sa.select(verdicts.c.rules, verdicts.c.id))
            self._verdicts = dict(iter(known))
        rules = verdict_of(report)
        number = self._verdicts.get(rules)
        if number is None:
            number = self._verdicts[rules] = max(self._verdicts.values(), default=0) + 1
            self._touch("verdicts")
            self._connection.execute(verdicts.insert().values(id=number, rules=rules))
        return number
