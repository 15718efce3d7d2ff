"""Versions that may mean 非开放: they wait, whatever the gate, until a steward has looked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catalog_service.catalog.errors import MAY_NOT_BE_OPEN
from catalog_service.journal import Journal
from catalog_service.journal.model import Change, RecordState, version_of
from catalog_service.journal.writer import Step
from ontology.access_wording import Doubt
from ontology.errors import AtlasError
from ontology.openness import doubts
from ontology.record import Record

ENDED_REASON: Final = (
    "新版本可能不开放，待管理员查看 · a newer version may be 非开放; a steward must look"
)
"""The reason in the history of a record that is not public because its next version is in doubt."""
REFUSED_REASON: Final = "未被接受的版本写明不开放 · a refused version says 非开放"
"""How the reason begins of a record that a refused version has closed."""
_SHOWN: Final = 80


def unreviewed_doubts(
    journal: Journal, record: Record, found: tuple[Doubt, ...] | None = None
) -> tuple[Doubt, ...]:
    """Return the values in a version that may mean 非开放 and that no steward has released.

    ``found`` are the values that may mean it, where the caller has them already.

    A steward decides on values: once a version with a value was released, that value is settled
    for all later versions of its record.
    """
    if found is None:
        found = doubts(record)
    if not found:
        return ()
    settled = {
        doubt.value
        for change in journal.history(record.iri)
        if change.kind == "released" and (released := version_of(change)) is not None
        for doubt in doubts(released)
    }
    return tuple(doubt for doubt in found if doubt.value not in settled)


def warnings_for(found: Sequence[Doubt]) -> tuple[AtlasError, ...]:
    """Return a warning for each value that makes a version wait."""
    return tuple(
        AtlasError(MAY_NOT_BE_OPEN, value=doubt.value[:_SHOWN], reason=f"{doubt.zh} · {doubt.en}")
        for doubt in found
    )


def closes(change: Change) -> bool:
    """Tell whether a change ended a record's publicity because it is, or may be, 非开放.

    The state alone does not tell: such a record counts as missing.
    """
    reason = change.reason or ""
    return change.kind == "missing" and reason.startswith((ENDED_REASON, REFUSED_REASON))


def ending(state: RecordState) -> Step:
    """Return the step by which a record whose newest version is in doubt ceases to be public.

    A violated rule leaves the last good version public; here that version itself may be what its
    publisher has closed.
    """
    return Step.of(state, "missing")
