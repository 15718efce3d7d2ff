"""What is asked of a file, and what a profile tells of it: counts and days, no row and no value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

FileKind = Literal["csv", "xlsx", "json", "geojson"]
FILE_KINDS: Final[tuple[FileKind, ...]] = get_args(FileKind)

Kind = Literal[
    "empty", "integer", "number", "date", "datetime", "time", "boolean", "address", "text"
]
"""What all cells of a column are; ``empty``: none holds anything."""


@dataclass(frozen=True, slots=True)
class DeclaredItem:
    """A data item of the record.

    ``names``: all by which a heading may call it, the first one to be shown. ``kind``: what its
    type says its cells are; None where that says nothing. ``length``: the most characters that a
    cell of it has. ``key_item``: notation of the key item that it is (``vocab:key-item``).
    """

    names: tuple[str, ...]
    kind: Kind | None = None
    length: int | None = None
    key_item: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file.

    ``name`` is None where the heading may be a value (of a file without headings, say) or tell of
    a person. ``wrong`` cells are not what the declared type says; ``uncoded`` ones not in the code
    list, or not of the form, of the key item that the column is. ``expected`` is None, and both
    are 0, where nothing is declared.
    """

    name: str | None
    declared: bool
    kind: Kind
    expected: Kind | None
    empty: int
    wrong: int
    uncoded: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What a whole file holds.

    ``missing`` names the declared data items that it lacks. ``duplicates`` rows say the same in
    all columns as a row before them; ``long`` ones have more cells than there are headings, which
    are not looked at; ``broken`` ones cannot be read, at most `MOST_BROKEN` being counted;
    ``replaced`` characters are not of the encoding. ``first`` and ``last`` are days: the period
    that the columns of dates cover, None where there are none.
    """

    rows: int
    columns: tuple[Column, ...]
    missing: tuple[str, ...]
    duplicates: int
    long: int
    broken: int
    replaced: int
    encoding: str
    bytes: int
    sha256: str
    first: str | None
    last: str | None

    @property
    def cells(self) -> int:
        """Return how many cells there are, those of ``long`` rows beyond the headings apart."""
        return self.rows * len(self.columns)

    @property
    def empty(self) -> int:
        """Return how many cells hold nothing, or blanks alone."""
        return sum(one.empty for one in self.columns)

    @property
    def wrong(self) -> int:
        """Return how many cells are not what is declared, by type or by code list."""
        return sum(one.wrong + one.uncoded for one in self.columns)

    @property
    def undeclared(self) -> int:
        """Return how many columns are no declared data item."""
        return sum(not one.declared for one in self.columns)

    @property
    def counts(self) -> dict[str, int]:
        """Return the figures that are told by themselves, by name."""
        return {
            "rows": self.rows,
            "columns": len(self.columns),
            "empty": self.empty,
            "wrong": self.wrong,
            "duplicates": self.duplicates,
            "missing": len(self.missing),
        }

    def written(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @classmethod
    def read(cls, said: dict[str, Any]) -> Profile:
        """Return what `written` wrote."""
        columns = tuple(Column(**one) for one in said["columns"])
        return cls(**{**said, "columns": columns, "missing": tuple(said["missing"])})


TOO_DEEP: Final = "nested-too-deeply"
"""Why there is no profile of JSON whose records nest deeper than can be read or written."""
GONE: Final = "gone"
"""Why there is no profile, where the server said that there is nothing at the address."""

Group = Literal["fetch", "read", "nesting", "bounds"]
_BOUNDS: Final = frozenset(
    (
        *("took-too-long", "took-too-much", "too-large", "workbook-too-large"),
        *("record-too-large", "too-many-columns", "decompression-bomb", "sheet-too-large"),
        *("answer-too-large", "cell-too-large"),
    )
)
_UNREADABLE: Final = frozenset(
    ("no-records", "bad-table", "bad-json", "bad-spreadsheet", "xml-bomb", "broke")
)


def group_of(reason: str) -> Group:
    """Return what kept a file from being profiled: it could not be had, read, or is too large.

    ``nesting``: its JSON nests too deeply to be read.
    """
    if reason == TOO_DEEP:
        return "nesting"
    if reason in _BOUNDS:
        return "bounds"
    return "read" if reason in _UNREADABLE else "fetch"


MOST_BROKEN: Final = 1_000
"""Rows that cannot be read, of which as many are counted."""
MOST_COLUMNS: Final = 1_000
"""Columns of the widest table that is profiled."""
