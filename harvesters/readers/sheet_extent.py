"""How far the sheet in a part of a workbook reaches, told before the part is parsed into cells.

The library that reads the cells makes a rectangle of them, in memory, from the places that they
name; it takes places that no sheet has, such as row 4294967295. Parts are read here by an XML
parser, as a pattern sees but some of the ways in which a place can be written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from ontology.errors import Phrase

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
"""Of a sheet: ECMA-376 leaves it to the programs, all of which have these."""

_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.I | re.ASCII)
_SHEET: Final = b"sheetData"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_RANGES: Final = frozenset({"dimension", "mergeCell"})
_OPEN_DOCUMENT: Final = frozenset({"table", "table-row", "table-cell", "covered-table-cell"})
_FILLED: Final = frozenset({"value-type", "value", "formula"})
_NO_PLACE: Final = Phrase("it names cells where no sheet has any")


class NoSheetError(ValueError):
    """A part names a cell that no sheet has, or is a sheet that no XML parser reads."""

    def __init__(self, reason: Phrase | str) -> None:
        super().__init__(str(reason))
        self.reason = reason


class SheetExtent:
    """Reads one part of a workbook, in pieces."""

    def __init__(self, *, is_sheet: bool) -> None:
        """``is_sheet`` says that the part is one, whatever it holds; others are where it shows."""
        self.rows = 0
        self.columns = 0
        self.has_doctype = False
        self._is_sheet = self._counts = is_sheet
        self._row = 0
        self._column = 0
        self._table = _Table()
        self._tail = b""
        self._begun = False
        self._problem: Exception | None = None
        self._parser = ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Look at the next bytes; raises `NoSheetError`, whose text is the reason."""
        joined = self._tail + data
        if not self._begun and data:
            self._begun = True
            # The library reads UTF-8, and bytes may be one thing in that and another in UTF-16.
            if data.startswith(_UTF_16) or b"\0" in data[:4]:
                self._problem = NoSheetError(Phrase("its XML is not in UTF-8"))
        # Also as UTF-16 has it.
        self._is_sheet = self._is_sheet or _SHEET in joined.replace(b"\0", b"")
        self._tail = joined[-2 * len(_SHEET) :]
        if self._problem is None:
            try:
                self._parser.Parse(data, last)
            except NoSheetError:
                raise
            except (ExpatError, ValueError, LookupError) as problem:
                self._problem = problem
        if self._problem is not None and self._is_sheet:
            reason = getattr(self._problem, "reason", None) or str(self._problem)
            raise NoSheetError(reason) from self._problem

    def _doctype(self, *_: object) -> None:
        self.has_doctype = True

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in _OPEN_DOCUMENT:
            self._open_document(name, attributes)
        elif name == "sheetData":
            self._counts = True
        elif name in _RANGES:
            for place in attributes.get("ref", "").split(":"):
                _position(place)
        elif name == "row" and self._counts:
            given = attributes.get("r")
            self._row = self._row + 1 if given is None else _position(f"A{given}")[0]
            self._column = 0
        elif name == "c" and self._counts:
            given = attributes.get("r")
            here = (max(self._row, 1), self._column + 1)
            row, self._column = _within(*here) if given is None else _position(given)
            self.rows, self.columns = max(self.rows, row), max(self.columns, self._column)

    def _open_document(self, name: str, attributes: dict[str, str]) -> None:
        """Count as OpenDocument does: each row and cell says how often it is repeated."""
        given = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if name == "table":
            self._table = _Table()
        elif name == "table-row":
            self._table.row += _repeated(given.get("number-rows-repeated"), MAX_ROWS)
            self._table.column = 0
        else:
            self._table.column += _repeated(given.get("number-columns-repeated"), MAX_COLUMNS)
            # Empty cells up to the far corner are usual, and cost nothing.
            if not _FILLED.isdisjoint(given):
                rows, columns = self._table.reached()
                if rows * columns > self.rows * self.columns:
                    self.rows, self.columns = rows, columns


@dataclass(slots=True)
class _Table:
    row: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0

    def reached(self) -> tuple[int, int]:
        self.rows = max(self.rows, min(self.row, MAX_ROWS))
        self.columns = max(self.columns, min(self.column, MAX_COLUMNS))
        return self.rows, self.columns


def _repeated(text: str | None, most: int) -> int:
    if text is None:
        return 1
    if not text.isascii() or not text.isdigit():
        # Programs differ in what they make of "+60000".
        raise NoSheetError(_NO_PLACE)
    return min(int(text[:9]), most)


def _within(row: int, column: int) -> tuple[int, int]:
    if row > MAX_ROWS or column > MAX_COLUMNS:
        raise NoSheetError(_NO_PLACE)
    return row, column


def _position(place: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(place)
    if found is None:
        raise NoSheetError(_NO_PLACE)
    return _within(int(found[2]), column_index(found[1].upper().encode()) + 1)


def column_index(letters: bytes) -> int:
    """Return the index of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
