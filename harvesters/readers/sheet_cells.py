"""The cells of a workbook's sheets as the library gives them, and its errors as ours."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from harvesters.errors import BAD_SPREADSHEET, SHEET_TOO_LARGE
from harvesters.limits import Limits
from ontology.errors import AtlasError, FilePosition, Phrase

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, each as row and column, from 0."""
Cells = list[tuple[int, list[object]]]
"""Rows with their numbers, from 1."""


@dataclass(frozen=True, slots=True)
class SheetCells:
    """What stands in a sheet."""

    numbered: Cells
    merges: list[Merge]


class Book(Protocol):
    """A workbook that was opened."""

    @property
    def sheets(self) -> Sequence[tuple[str, bool]]:
        """The names of its sheets, in order, and whether they are visible."""
        ...

    def cells(self, sheet: str) -> SheetCells:
        """Return the cells of a sheet.

        Raises `AtlasError`: ``sheet-too-large``, ``bad-spreadsheet``.
        """
        ...


class CalamineBook:
    """A workbook read in this process, after `harvesters.readers.workbook_guard` has seen it."""

    def __init__(self, content: bytes, name: str, limits: Limits) -> None:
        """Open it; raises ``bad-spreadsheet``."""
        self._name = name
        self._limits = limits
        with _calamine(name):
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        self.sheets: Sequence[tuple[str, bool]] = [
            (sheet.name, sheet.visible == SheetVisibleEnum.Visible)
            for sheet in self._book.sheets_metadata
        ]

    def cells(self, sheet: str) -> SheetCells:
        """Return the cells of a sheet, as `Book.cells` does."""
        with _calamine(self._name):
            opened = self._book.get_sheet_by_name(sheet)
        end = opened.end or (0, 0)
        check_extent(self._name, sheet, end[0] + 1, end[1] + 1, self._limits)
        with _calamine(self._name):
            found = opened.to_python(skip_empty_area=False)
        numbered: Cells = [(number, [*cells]) for number, cells in enumerate(found, start=1)]
        return SheetCells(numbered, list(opened.merged_cell_ranges or ()))


def check_extent(name: str, sheet: str, rows: int, columns: int, limits: Limits) -> None:
    """Raise ``sheet-too-large`` where a sheet has more cells than are read."""
    if rows * columns > limits.cells:
        raise AtlasError(
            SHEET_TOO_LARGE,
            place=FilePosition(name),
            sheet=sheet,
            rows=rows,
            columns=columns,
            limit=limits.cells,
        )


def bad_spreadsheet(name: str, problem: BaseException | Phrase | str) -> AtlasError:
    """Return ``bad-spreadsheet`` for a file, with what is wrong with it."""
    reason = problem if isinstance(problem, Phrase) else str(problem)[:200]
    return AtlasError(BAD_SPREADSHEET, place=FilePosition(name), reason=reason)


@contextmanager
def _calamine(name: str) -> Iterator[None]:
    """Make ``bad-spreadsheet`` of what the library raises."""
    try:
        yield
    except Exception as problem:
        raise bad_spreadsheet(name, problem) from None
    except BaseException as problem:
        # A panic in the Rust library is no `Exception`; anything else is raised again.
        if type(problem).__name__ != "PanicException":
            raise
        raise bad_spreadsheet(name, problem) from None
