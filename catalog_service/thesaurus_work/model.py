"""Edits of the thesaurus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from catalog_service.proposals import State, Step
from search.thesaurus.model import Kind
from translations import N_

Change = Literal["add", "take"]
"""A word is led to an entry, or taken away from it."""
KIND_LABELS: Final[Mapping[Kind, str]] = {
    "synonym": N_("means the same"),
    "english": N_("means the same, in English"),
    "abbreviation": N_("is a short form"),
    "narrower": N_("means a part of it"),
    "broader": N_("means more than it"),
    "field": N_("names a data item"),
    "related": N_("is near it"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants of the thesaurus."""

    change: Change
    word: str
    official: str
    kind: Kind
    weight: float
    new: bool
    """Whether the official term gets an entry of its own."""
    reason: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A draft with what became of it; never changed, only ended."""

    number: int
    draft: Draft
    state: State
    history: tuple[Step, ...]
    """Who did what to it, the first step first."""

    @property
    def proposed(self) -> Step:
        """Who proposed it, and when."""
        return self.history[0]
