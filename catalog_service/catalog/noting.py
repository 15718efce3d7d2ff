"""What writes of records tell the audit, in the transaction that makes them.

One entry for each transaction that changed something: each change has a row of its own in the
journal, and an entry names the range. Visits that the worker makes by their schedule tell nothing:
nobody decided them just now, and the run has their changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from catalog_service.acting import WORKER
from catalog_service.audit.model import Entry
from harvesters.protocols import Outcome, Submission

Append = Callable[[sa.Connection, Entry], None]
"""Adds an entry within a transaction (`catalog_service.audit.service.Audit.append`)."""

WRITTEN: Final = "records.write"
RECHECKED: Final = "records.recheck"
OF_LIFECYCLE: Final = {
    "missing": "records.missing",
    "withdrawn": "records.withdraw",
    "released": "held.release",
}


def no_entry(_connection: sa.Connection, _entry: Entry) -> None:
    """Tell nobody: for catalogues that are tried out and thrown away."""


def begun(action: str, submission: Submission) -> Entry:
    """Return the entry of a write, made where it is known who acts, before another thread writes.

    `note` adds what was written.
    """
    return Entry(action, source=submission.source, reason=submission.reason)


def note(
    append: Append,
    connection: sa.Connection,
    entry: Entry,
    outcomes: Iterable[Outcome],
    *,
    run: str | None = None,
    always: bool = False,
) -> None:
    """Add an entry of the outcomes that are changes; none where there are none, but ``always``."""
    changed = [outcome for outcome in outcomes if outcome.seq is not None]
    if entry.actor == WORKER or not (changed or always):
        return
    numbers = [outcome.seq for outcome in changed if outcome.seq is not None]
    details: dict[str, object] = {
        "changes": Counter(outcome.kind or outcome.status for outcome in changed)
    }
    if numbers:
        details |= {"first": min(numbers), "last": max(numbers)}
    if run is not None:
        details["run"] = run
    subject = changed[0].iri if len(changed) == 1 else f"source:{entry.source}"
    append(connection, replace(entry, subject=subject, details=details))
