"""Data items with the department that they come from, what changed, and what contradicts that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ontology.concepts import Concept
from ontology.errors import AtlasError

Text = Literal["item", "department", "source", "mechanism", "quality", "use"]

TEXTS: Final[tuple[Text, ...]] = ("item", "department", "source", "mechanism", "quality", "use")
"""The texts of a claim, in the order of the table."""


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

    def text(self, name: Text) -> str:
        """Return one of its texts by name."""
        found: str = getattr(self, name)
        return found

    @property
    def texts(self) -> tuple[str, ...]:
        """Its texts in the order of `TEXTS`."""
        return tuple(self.text(name) for name in TEXTS)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table, and the line that it stands in, from 1 on, where there are lines."""

    claim: SourceItem
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ItemTable:
    """The data items of a table; ``given`` are the texts that it has a column for."""

    given: frozenset[Text]
    rows: Iterable[TableRow | AtlasError]


@dataclass(frozen=True, slots=True)
class StoredItem:
    """A claim in the catalogue.

    ``key`` is the form under which two names of data items are the same, ``department_key`` that
    of two names of a department; ``version`` counts its changes, from 1 on.
    """

    id: str
    key: str
    department_key: str
    claim: SourceItem
    version: int
    changed: datetime


Action = Literal["created", "updated", "removed"]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One change: the claim after it, or as it was before it was removed; who and why."""

    item_id: str
    version: int
    action: Action
    claim: SourceItem
    actor: str
    """Empty where it was not noted yet (catalogues of earlier versions)."""
    reason: str
    time: datetime


@dataclass(frozen=True, slots=True)
class TextDifference:
    """A text of a claim that changes."""

    name: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """A claim that an import adds or changes; ``texts`` are those that change, all of a new one."""

    id: str
    action: Action
    claim: SourceItem
    texts: tuple[TextDifference, ...]


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row that a later one of the same claim takes the place of."""

    row: TableRow
    later: TableRow
    """The last of them, which holds."""


@dataclass(frozen=True, slots=True)
class UnknownDepartment:
    """A department's name outside the vocabulary; ``nearest`` are those that may be meant."""

    name: str
    count: int
    """Rows that have it."""
    nearest: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did or would do, and the rows that it could not take in."""

    differences: tuple[ItemDifference, ...]
    unchanged: int
    """Claims of the table that stand so already."""
    untouched: int
    """Claims of the catalogue that the table does not name: they stay."""
    errors: tuple[AtlasError, ...]
    state: int
    """The number of the catalogue's last change, before the import."""
    repeated: tuple[RepeatedRow, ...] = ()
    outside: tuple[UnknownDepartment, ...] = ()
    """Departments of the table that the vocabulary does not know: claims of their own."""

    @property
    def created(self) -> int:
        """How many claims are added."""
        return sum(one.action == "created" for one in self.differences)

    @property
    def updated(self) -> int:
        """How many claims are changed."""
        return len(self.differences) - self.created


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
