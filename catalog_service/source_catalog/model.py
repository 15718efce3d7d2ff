"""Data items with the department that they come from, and what contradicts that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class SourceItem:
    """A data item as its department claims it (R35): each text as the department wrote it."""

    item: str
    department: str
    source: str = ""
    """The system or register that it is kept in."""
    mechanism: str = ""
    """How it is updated."""
    quality: str = ""
    use: str = ""
    """How others may use it."""


@dataclass(frozen=True, slots=True)
class StoredItem:
    """A data item in the catalogue; ``key`` is the form under which two names are the same."""

    key: str
    claim: SourceItem
    changed: datetime


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, and the rows that it could not take in."""

    created: int
    updated: int
    unchanged: int
    errors: tuple[AtlasError, ...]


ConflictKind = Literal["claimed-twice", "collected-elsewhere"]

CONFLICTS: Final[tuple[ConflictKind, ...]] = ("claimed-twice", "collected-elsewhere")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A data item with more than one source.

    ``claimed-twice``: several ``departments`` claim it; ``collected-elsewhere``: public
    ``datasets`` (title and publishers by IRI) of others have it.
    """

    kind: ConflictKind
    item: str
    departments: tuple[str, ...]
    datasets: Mapping[str, tuple[str, tuple[str, ...]]]
