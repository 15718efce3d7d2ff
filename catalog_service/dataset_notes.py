"""What rooms note of a dataset for everybody who reads its page, and for programs.

A room offers what finds its notes (`catalog_service.room.Room`), and the dataset's page, its JSON
and its RDF tell them. That room knows none of the others, and none of them knows how pages look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog_service.context import Service


@dataclass(frozen=True, slots=True)
class DatasetNote:
    """One thing to know of a public dataset, or to do about it."""

    kind: str
    """Its stable name for programs, with the room's before a dot: ``open-list.withdrawn``."""
    path: str
    """The page on which there is more of it."""
    link: Mapping[str, str]
    """The words of the link to that page, by language."""
    text: Mapping[str, str] = field(default_factory=dict)
    """Whole sentences, by language; empty: the note is the link alone, and says nothing."""
    day: date | None = None
    """The day in Shanghai that it is about; None: none."""
    alert: bool = False
    """Whether it warns: it stands out, and before the others."""
    ends: bool = False
    """Whether the dataset is no longer offered from its day on."""


NotesOf = Callable[["Service", str], Iterable[DatasetNote]]
"""Finds a room's notes of a public dataset by its IRI, as they are now: bounded, and quick enough
for a page. They hold nothing that is not public."""


def notes_of(found_by: Iterable[NotesOf], atlas: Service, iri: str) -> list[DatasetNote]:
    """Return the notes of a public dataset: what warns first, then by day, links alone last."""
    found = [note for notes in found_by for note in notes(atlas, iri)]
    return sorted(
        found,
        key=lambda note: (not note.alert, not note.text, note.day or date.max, note.kind),
    )
