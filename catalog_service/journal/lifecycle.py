"""How a change alters a record's state: used for the table, for time travel and for repair."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.journal.model import ChangeKind, RecordState, State


@dataclass(frozen=True, slots=True)
class LifecycleState:
    """The state of a record after a change; the fields are those of `StoredRecord`."""

    state: State
    public: bool
    hash: str | None
    version_seq: int | None
    held_hash: str | None
    held_seq: int | None


def advance(
    before: LifecycleState | RecordState | None,
    kind: ChangeKind,
    *,
    seq: int,
    content_hash: str | None,
    public: bool,
) -> LifecycleState:
    """Return the state of a record after a change of ``kind``.

    ``held`` leaves an active record as public as it was, with its last good version; a record
    that is not active waits with it. ``missing`` and ``withdrawn`` also discard a waiting version:
    the source no longer has it. Every other kind brings a good version.
    """
    if kind == "held":
        if before is None:
            return LifecycleState("held", False, None, None, content_hash, seq)
        active = before.state == "active"
        return LifecycleState(
            "active" if active else "held",
            before.public if active else False,
            before.hash,
            before.version_seq,
            content_hash,
            seq,
        )
    if kind in ("missing", "withdrawn"):
        if before is None:
            raise ValueError(f"a record that does not exist cannot become {kind}")
        state: State = "missing" if kind == "missing" else "withdrawn"
        return LifecycleState(state, False, before.hash, before.version_seq, None, None)
    return LifecycleState("active", public, content_hash, seq, None, None)
