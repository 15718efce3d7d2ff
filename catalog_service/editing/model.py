"""Drafts, what is found in them, and where two who edit the same one meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from catalog_service.rules.model import Excepted
from ontology.record import Record
from shapes.report import Finding

State = Literal["editing", "submitted", "returned", "released", "discarded"]
"""``submitted``: waits for a reviewer; ``returned``: a reviewer sent it back with a reason."""

OPEN: Final[tuple[State, ...]] = ("editing", "submitted", "returned")
"""States of a draft that can still become a version."""

Action = Literal["begun", "submitted", "taken-back", "returned", "released", "discarded"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of a draft: what a dataset is to become."""

    id: str
    organization: str
    """The IRI of the organization that it belongs to."""
    source: str
    remote_id: str
    state: State
    version: int
    """Counts from 1 with every saving."""
    title: str
    record: Record
    begun_from: str | None
    """The hash of the catalogue's version that it began from; None: the dataset is new."""
    created: datetime
    changed: datetime
    author: str
    changed_by: str
    submitted_by: str | None

    @property
    def is_open(self) -> bool:
        """Whether it can still become a version."""
        return self.state in OPEN

    @property
    def can_be_written(self) -> bool:
        """Whether it can be written now: not while a reviewer looks at it."""
        return self.state in ("editing", "returned")


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list."""

    id: str
    organization: str
    source: str
    remote_id: str
    state: State
    version: int
    title: str
    begun_from: str | None
    changed: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class DraftEvent:
    """What became of a draft, who did it and why."""

    action: Action
    version: int
    actor: str
    reason: str
    time: datetime


Unit = tuple[str, str]
"""A node and a property of it: what two who edit at once can contradict each other in."""

Side = Literal["mine", "theirs", "both"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A property that two changed otherwise: its values before, mine and theirs, as N-Triples."""

    unit: Unit
    before: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """Two changes of one version put together."""

    record: Record
    """With the other's values where both changed a property and nothing was chosen."""
    taken: tuple[Unit, ...]
    """What the other one changed and I did not."""
    contradictions: tuple[Contradiction, ...]
    """What is left to choose."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a saving.

    ``merged``: somebody else had saved in between. With contradictions nothing was written.
    """

    draft: Draft
    merged: Merged | None = None
    unchanged: bool = False

    @property
    def is_written(self) -> bool:
        """Whether the draft is what was sent, put together with what others wrote."""
        return self.merged is None or not self.merged.contradictions


@dataclass(frozen=True, slots=True)
class Message:
    """One finding with the fields of the form that it is about."""

    finding: Finding
    places: tuple[str, ...]
    """Names of fields, values or rows; the first is where a reader is led to."""
    excepted: Excepted | None = None
    """Where the dataset is excepted from the rule: it holds nothing back."""


@dataclass(frozen=True, slots=True)
class Resembled:
    """A public record that a draft resembles, with how sure that is (0 to 1)."""

    source: str
    remote_id: str
    title: str
    relation: str
    score: float


@dataclass(frozen=True, slots=True)
class Check:
    """All that is known of a draft before it is submitted."""

    conforms: bool
    messages: tuple[Message, ...]
    removed: tuple[str, ...] = ()
    """What the privacy rule would take out: property and kind, never the value."""
    resembled: tuple[Resembled, ...] | None = ()
    """None: the catalogue's records are still being compared."""
    warnings: tuple[str, ...] = ()
    """Codes of what the reader remarks on."""

    def beside(self) -> Mapping[str, list[Finding]]:
        """Return the findings by the field, value or row that they stand beside."""
        found: dict[str, list[Finding]] = {}
        for message in self.messages:
            for place in message.places:
                found.setdefault(place, []).append(message.finding)
        return found
