"""A batch of items before its write transaction: prepared records, refusals, the gate's reports."""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from catalog_service.catalog.repeat_check import Repeat
from catalog_service.errors import INTERNAL
from catalog_service.journal.codec import Codec
from catalog_service.journal.model import RecordState
from harvesters.protocols import MappedRecord, Outcome
from ontology.access_wording import Doubt
from ontology.errors import AtlasError, FilePosition
from ontology.record import Record
from shapes.report import Engine, Report

_log = logging.getLogger(__name__)


@runtime_checkable
class BatchEngine(Engine, Protocol):
    """An engine that is faster with many records at once."""

    def validate_many(self, records: Sequence[Record]) -> list[Report]:
        """Return the reports of many records, in order."""
        ...


@dataclass(slots=True)
class PreparedRecord:
    """A mapped record that may become a change; the gate adds ``report`` and ``body``."""

    mapped: MappedRecord
    fingerprint: bytes
    public: bool
    seen: RecordState | None
    """The record's state when the batch was prepared."""
    place: FilePosition
    doubts: tuple[Doubt, ...] = ()
    """What may mean 非开放 and no steward has let through yet: the version waits."""
    repeats: tuple[Repeat, ...] = ()
    """What of the city's it repeats, where its source holds such versions back and no steward has
    let this through yet: the version waits."""
    wanted: bool = True
    """False where the content was known already when the batch was prepared."""
    report: Report | None = None
    body: bytes | None = None

    @property
    def record(self) -> Record:
        """The record itself."""
        return self.mapped.record


@dataclass(frozen=True, slots=True)
class ClosedItem:
    """A refused item that says 非开放: its record must cease to be public."""

    outcome: Outcome
    remote_id: str
    seen: RecordState | None
    """The record's state when the batch was prepared."""


@dataclass(slots=True)
class Batch:
    """Items in order: decided ones as outcomes, the others as prepared records or closed items."""

    entries: list[Outcome | PreparedRecord | ClosedItem] = field(default_factory=list)
    size: int = 0
    """Characters of the prepared records' canonical forms."""
    prompt: bool = False
    """True where no further items are available: commit without waiting for a next batch."""

    def prepared_records(self) -> list[PreparedRecord]:
        """The entries that are not decided yet."""
        return [entry for entry in self.entries if isinstance(entry, PreparedRecord)]

    def closed_items(self) -> list[ClosedItem]:
        """The entries that are refused and close their record."""
        return [entry for entry in self.entries if isinstance(entry, ClosedItem)]


def gate(batch: Batch, engine: Engine, codec: Codec) -> None:
    """Validate a batch's new versions and pack them; runs in parallel to the mapping.

    Validation and compression both release the interpreter's lock, so that the mapping of the next
    batch goes on on a second core. An engine that can validate many records at once does; where
    that fails, the records are validated one by one, to find the one at fault.
    """
    wanted = [c for c in batch.prepared_records() if c.wanted]
    if isinstance(engine, BatchEngine) and len(wanted) > 1:
        try:
            reports = engine.validate_many([c.record for c in wanted])
        except Exception:  # found again below, record by record
            reports = []
        for prepared, report in zip(wanted, reports, strict=False):
            prepared.report = report
    for prepared, body in zip(
        wanted, codec.pack_many([c.record.nquads for c in wanted]), strict=True
    ):
        prepared.body = body
    for position, entry in enumerate(batch.entries):
        if isinstance(entry, PreparedRecord) and entry.wanted:
            error = judge(entry, engine, codec)
            if error is not None:
                record = entry.record
                outcome = rejected(error, record.remote_id, record.iri, entry.mapped)
                batch.entries[position] = (
                    outcome
                    if entry.public and not entry.doubts
                    else ClosedItem(outcome, entry.record.remote_id, entry.seen)
                )


def judge(prepared: PreparedRecord, engine: Engine, codec: Codec) -> AtlasError | None:
    """Add a prepared record's report and packed body where missing; return what prevented it."""
    try:
        if prepared.report is None:
            prepared.report = engine.validate(prepared.record)
        if prepared.body is None:
            prepared.body = codec.pack(prepared.record.nquads)
    except AtlasError as error:
        return error
    except Exception as error:  # one record must not lose the others
        return internal(error, prepared.place)
    return None


def rejected(
    error: AtlasError,
    remote_id: str | None,
    iri: str | None = None,
    mapped: MappedRecord | None = None,
) -> Outcome:
    """Return the outcome of an item that could not be taken, with what its reader remarked on."""
    removed, warnings = ((), ()) if mapped is None else (mapped.removed, mapped.warnings)
    return Outcome("rejected", remote_id, iri, removed=removed, warnings=warnings, error=error)


def internal(error: Exception, place: FilePosition) -> AtlasError:
    """Log an unexpected exception and return the error for the submitter.

    The log names where in the code it happened, never the message or a value: both may hold
    private data. The number comes from that place, so that a fault has one number however many
    items it strikes.
    """
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    name = type(error).__name__
    incident = hashlib.sha256("\n".join([name, *frames]).encode()).hexdigest()[:12]
    _log.error("incident %s: %s at %s in %s", incident, name, place, " < ".join(frames[::-1]))
    return AtlasError(INTERNAL, place=place, incident=incident)
