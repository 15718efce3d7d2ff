"""A batch of items on its way: what is known of each before the write transaction."""

from __future__ import annotations

import hashlib
import logging
import traceback
from dataclasses import dataclass, field

from catalog_service.errors import INTERNAL
from catalog_service.journal.codec import Codec
from catalog_service.journal.model import RecordState
from harvesters.contracts import Mapped, Outcome
from ontology.errors import AtlasError, Place
from ontology.record import Record
from shapes.report import Engine, Report

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Candidate:
    """A mapped record that may become a change; the gate adds ``report`` and ``body``."""

    mapped: Mapped
    fingerprint: bytes
    public: bool
    seen: RecordState | None
    """Where the record stood when the batch was prepared."""
    place: Place
    wanted: bool = True
    """False where the content was known already when the batch was prepared."""
    report: Report | None = None
    body: bytes | None = None

    @property
    def record(self) -> Record:
        """The record itself."""
        return self.mapped.record


@dataclass(slots=True)
class Batch:
    """Items in order: decided ones as outcomes, the others as candidates."""

    entries: list[Outcome | Candidate] = field(default_factory=list)
    size: int = 0
    """Characters of the candidates' canonical forms."""
    prompt: bool = False
    """True where nothing more is at hand: commit without waiting for a next batch."""

    def candidates(self) -> list[Candidate]:
        """The entries that are not decided yet."""
        return [entry for entry in self.entries if isinstance(entry, Candidate)]


def gate(batch: Batch, engine: Engine, codec: Codec) -> None:
    """Hold a batch's new versions against the rules and pack them; runs beside the mapping.

    Validation and compression both release the interpreter's lock, so that this costs the mapping
    of the next batch nothing on a second core.
    """
    for position, entry in enumerate(batch.entries):
        if isinstance(entry, Candidate) and entry.wanted:
            try:
                judge(entry, engine, codec)
            except Exception as error:  # one record must not lose the others
                batch.entries[position] = rejected(
                    internal(error, entry.record.remote_id, entry.place), entry.record.remote_id
                )


def judge(candidate: Candidate, engine: Engine, codec: Codec) -> Report:
    """Fill in a candidate's report and packed body, and return the report."""
    if candidate.body is None:
        candidate.body = codec.pack(candidate.record.nquads)
    if candidate.report is None:
        candidate.report = engine.validate(candidate.record)
    return candidate.report


def rejected(error: AtlasError, remote_id: str | None, iri: str | None = None) -> Outcome:
    """Return the outcome of an item that could not be taken."""
    return Outcome("rejected", remote_id, iri, error=error)


def internal(error: Exception, remote_id: str, place: Place) -> AtlasError:
    """Log an unexpected exception and return what the submitter is told.

    The log names where it happened, never the message or a value: both may hold private data. The
    number comes from the place in the code and the item, so that a repeated fault has one number.
    """
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    name = type(error).__name__
    text = "\n".join([name, remote_id, *frames[-1:]])
    incident = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
    _log.error("incident %s: %s at %s\n%s", incident, name, place, "\n".join(frames))
    return AtlasError(INTERNAL, place=place, incident=incident)
