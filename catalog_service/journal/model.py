"""What the journal returns: changes, records, sources, runs and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from harvesters.protocols import Gate
from ontology.record import Record

ChangeKind = Literal["created", "updated", "held", "missing", "withdrawn", "revived", "released"]
State = Literal["active", "held", "missing", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the append-only table.

    ``nquads`` is the canonical form that this change brought (None for a change of state alone).
    ``public`` says whether the record is public after this change, and with this very version:
    projections need nothing else to decide. ``held`` changes never alter what is public.
    """

    seq: int
    time: datetime
    iri: str
    source: str
    remote_id: str
    focus: str
    kind: ChangeKind
    hash: str | None
    nquads: str | None
    actor: str
    run: str | None
    reason: str | None
    public: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """The changes with times later than now: numbers ``first`` to ``last``, the latest time."""

    first: int
    last: int
    time: datetime


@dataclass(frozen=True, slots=True)
class VisibilityChange:
    """Whether a record is public after a change: a `Change` without its content."""

    seq: int
    time: datetime
    iri: str
    public: bool


@dataclass(frozen=True, slots=True)
class RunChange:
    """What a run did to one record: a `Change` without its content."""

    seq: int
    time: datetime
    iri: str
    source: str
    remote_id: str
    kind: ChangeKind
    public: bool


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """The current state of one record.

    ``hash``/``nquads``/``version_seq`` are of the last good version (None where every version so
    far was held); ``held_hash``/``held_seq`` of the version that waits, where one does.
    """

    iri: str
    source: str
    remote_id: str
    focus: str
    state: State
    public: bool
    hash: str | None
    nquads: str | None
    version_seq: int | None
    held_hash: str | None
    held_seq: int | None
    seq: int
    changed: datetime


def version_of(entry: Change | StoredRecord) -> Record | None:
    """Return the version that a change brought, or a record's last good one; None without any."""
    if entry.nquads is None:
        return None
    return Record(entry.iri, entry.source, entry.remote_id, entry.focus, entry.nquads)


RunStatus = Literal["running", "waiting", "done", "failed", "stopped", "cancelled"]
"""``waiting``: done but for what a steward must decide; ``stopped``: by a signal or the deadline,
and gone on with later; ``cancelled``: by a person, or because its source moved."""


@dataclass(frozen=True, slots=True)
class RecordState:
    """What a writer must know of a record to decide: `StoredRecord` without its content.

    ``latest`` is the hash of the newest version, waiting or not; ``fingerprint`` digests the
    payload that it was mapped from.
    """

    id: int
    iri: str
    source: str
    remote_id: str
    focus: str
    state: State
    public: bool
    hash: str | None
    version_seq: int | None
    held_hash: str | None
    held_seq: int | None
    seq: int
    fingerprint: bytes | None

    @property
    def latest(self) -> str | None:
        """The hash of the version that came last; None for a withdrawn record."""
        if self.state == "withdrawn":
            return None
        return self.held_hash or self.hash


@dataclass(frozen=True, slots=True)
class Source:
    """A source of records: a file given to ``atlas import``, a platform, a pushing client."""

    id: str
    type: str
    title: str
    gate: Gate
    paused: bool
    created: datetime
    url: str | None = None
    removed: datetime | None = None
    """When it was removed; its records are withdrawn, and nothing is taken from it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One import or harvest; ``counters`` by the names of the command line's JSON."""

    id: str
    source: str
    started: datetime
    finished: datetime | None
    status: RunStatus
    counters: Mapping[str, int]
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What the privacy rule took out of a record's latest version: kinds and places, no values."""

    source: str
    remote_id: str
    iri: str
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleCount:
    """In how many records (latest versions) of a source a rule finds something."""

    source: str
    rule_id: str
    severity: str
    records: int


@dataclass(frozen=True, slots=True)
class RunRuleCount:
    """In how many of a run's versions that still are the latest a rule finds something."""

    rule_id: str
    severity: str
    waiting: int
    """Versions that wait."""
    taken_in: int


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many records of a source are in a state, and how many of these are public or wait."""

    source: str
    state: State
    records: int
    public: int
    waiting: int
