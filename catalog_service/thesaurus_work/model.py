"""Edits of the thesaurus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from search.thesaurus.model import Kind
from translations import N_

Change = Literal["add", "take"]
"""A word is led to an entry, or taken away from it."""
State = Literal["proposed", "released", "refused", "undone"]
STATE_LABELS: Final[Mapping[State, str]] = {
    "proposed": N_("waits for release"),
    "released": N_("in force"),
    "refused": N_("refused"),
    "undone": N_("undone"),
}
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


@dataclass(frozen=True, slots=True)
class EditEvent:
    """One step of an edit's history."""

    edit: int
    kind: State
    actor: str
    time: datetime
    reason: str
