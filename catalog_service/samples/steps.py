"""A step of a sample: asked for again under its right, written with the audit and who is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.notices.service import Notice, tell_all
from catalog_service.samples import stored
from catalog_service.samples.errors import REASON_MISSING, SAMPLE_STEP
from catalog_service.samples.model import STATES, Sample, State
from catalog_service.stored_files import StoredFiles
from ontology.errors import AtlasError, Phrase

LONGEST_REASON: Final = 2_000
"""Characters of a reason that are kept."""

_OWN: Final[tuple[State, ...]] = ("drawn", "asked", "released")
"""States in which a sample needs its file."""
_RIGHTS: Final = {
    "asked": Action.DATASET_EDIT,
    "discarded": Action.DATASET_EDIT,
    "released": Action.DATASET_RELEASE,
    "withdrawn": Action.DATASET_RELEASE,
}
"""What somebody must be allowed for a step."""
_TOLD: Final = {
    "asked": "sample.ask",
    "released": "sample.release",
    "withdrawn": "sample.withdraw",
    "discarded": "sample.discard",
}
"""What the audit calls it."""


def take_step(
    atlas: Service,
    principal: Principal,
    there: Sample,
    state: State,
    come_from: tuple[State, ...],
    reason: str = "",
    told: tuple[Notice, Sequence[str]] | None = None,
    beside: Callable[[sa.Connection], None] | None = None,
) -> Sample:
    """Take a step for somebody; ``beside`` writes what happens at the same moment.

    Raises ``right-missing`` and ``sample-step``.
    """
    with atlas.journal.writing_tables() as connection:
        # A right that ended since stops it.
        principal.anew().require_over(_RIGHTS[state], there.source)
        (now,) = stored.samples_in(connection, number=there.number)
        demand_state(now, come_from)
        write_step(atlas, connection, there, state, principal.actor, reason)
        if beside is not None:
            beside(connection)
        if told is not None:
            tell_all(atlas, connection, *told)
    return numbered(atlas, there.number)


def write_step(
    atlas: Service,
    connection: sa.Connection,
    there: Sample,
    state: State,
    actor: str,
    reason: str,
) -> None:
    """Write a step and its entry in the audit; nothing is asked."""
    stored.add_step(connection, there.number, state, actor, to_number(atlas.clock.now()), reason)
    entry = Entry(
        _TOLD[state],
        there.dataset,
        source=there.source,
        reason=reason or None,
        details={"number": there.number, "file": there.file},
    )
    atlas.audit.append(connection, entry)


def take_away(atlas: Service, there: Sample) -> None:
    """Take a file away that no sample needs; no other is drawn meanwhile."""
    with atlas.journal.writing_tables() as connection:
        if not stored.is_used(connection, there.file, _OWN):
            StoredFiles(atlas.settings.home).remove(there.file)


def numbered(atlas: Service, number: int) -> Sample:
    """Return a sample that is there."""
    with atlas.journal.reading_tables() as connection:
        (found,) = stored.samples_in(connection, number=number)
    return found


def demand_state(there: Sample, states: tuple[State, ...]) -> None:
    """Raise ``sample-step`` where a sample is in none of some states."""
    if there.state not in states:
        raise AtlasError(SAMPLE_STEP, number=there.number, state=Phrase(STATES[there.state]))


def reason_of(text: str) -> str:
    """Return a reason as it is kept; raises ``sample-reason`` where there is none."""
    if not text.strip():
        raise AtlasError(REASON_MISSING)
    return text.strip()[:LONGEST_REASON]
