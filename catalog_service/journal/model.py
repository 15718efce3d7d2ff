"""What the journal holds, as it crosses the wall to projections and pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
class Stored:
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
