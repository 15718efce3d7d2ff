"""What a harvest is: where its run stands, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ontology.errors import AtlasError

COUNTERS: Final = (
    "read",
    "created",
    "updated",
    "unchanged",
    "held",
    "rejected",
    "skipped",
    "revived",
    "confirmed",
    "missing",
    "withdrawn",
    "errors",
)
"""The counters of a run, in the order in which they are shown.

``read`` counts the entries of the list; ``skipped`` those whose change mark is the known one, so
that they were not requested; ``revived`` those of ``created`` and ``updated`` that had been gone;
``confirmed`` those that a whole list did not name and the platform has all the same.
"""


BEING_DECIDED: Final = "being-decided"
SUPERSEDED: Final = "superseded"
REMOVED: Final = "removed"
"""Messages of runs that waited, beside the verdict (`approve`, `refuse`); who decided, and why, is
kept with the question."""


@dataclass(frozen=True, slots=True)
class WalkEnd:
    """How a walk came to its end."""

    bookmark: str | None
    unchanged: bool
    removed: tuple[str, ...]
    """Of a dry run: datasets that the platform itself said are gone. A run stores them with its
    pages (`EntryStore.told`); one that an earlier version left may have them here."""
    ends_at_once: bool
    """Whether these are taken as gone however many they are."""
    incomplete: AtlasError | None
    """Why the list is not whole although it ended."""
    whole: bool
    """Whether all was listed, though only what changed was asked for."""
    unread: int
    """How many datasets could not be read that may be readable next time."""


@dataclass(slots=True)
class HarvestRun:
    """A run under way, as its owner knows it."""

    id: str
    number: int
    source: str
    full: bool
    bookmark: str | None
    cursor: str | None
    pages: int
    total: int | None
    counters: Counter[str]
    owner: str
    resumed: bool = False
    believes: bool = False
    """Whether its source wants a list much shorter than expected believed, as it began."""
    walked: WalkEnd | None = None
    """How its walk ended, stored with the last page: only its removals are left to do. None as long
    as it walks, and after a list that was not whole, which must be walked again."""

    @property
    def can_go_on(self) -> bool:
        """Whether it can be gone on with, should it be stopped now; otherwise a run begins anew."""
        return goes_on(self.pages, self.cursor, has_walked=self.walked is not None)


def goes_on(pages: int, cursor: str | None, *, has_walked: bool) -> bool:
    """Tell whether a run that was stopped can be gone on with.

    It stands before its first page (``pages`` counts those that are stored), at a cursor, or behind
    its walk.
    """
    return pages == 0 or cursor is not None or has_walked


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one dataset of a run."""

    remote_id: str | None
    error: Mapping[str, Any]
    """As in answers of the API: code, message in two languages, place."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a dry run would change of one record."""

    remote_id: str | None
    status: str
    kind: str | None


@dataclass(slots=True)
class HarvestResult:
    """How a harvest ended."""

    run: str | None
    """None for a dry run."""
    status: str
    counters: Counter[str] = field(default_factory=Counter)
    error: AtlasError | None = None
    """Why it failed, stopped or waits."""
    decision: Mapping[str, Any] | None = None
    """What it waits for, or the earlier refusal that holds (`queries.HarvestState.decision`)."""
    seq: int | None = None
    """The last change that was written."""
    differences: list[Difference] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """Of a dry run: what the list named."""
    problems: list[Problem] = field(default_factory=list)
