"""The cells of the workbooks that are given out: texts that come back as they were written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

_TEXT: Final = "@"
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def escaped(text: str) -> str:
    """Return a text as a workbook writes it.

    ``_x0041_`` is how it writes a character that XML has not (ISO/IEC 29500-1, 22.9.2.19,
    ST_Xstring): a text that looks so is escaped itself, else it would come back as ``A``.
    """
    return _ESCAPED.sub("_x005F_", text)


def put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write a text into a cell, both numbers from 1; an empty one leaves the cell without value."""
    cell = sheet.cell(row, column)
    if text:
        cell.value = escaped(text)
        # A text that begins with = is no formula.
        cell.data_type = "s"
        cell.number_format = _TEXT
    return cell


def put_heading(
    sheet: Worksheet, column: int, text: str, *, tint: str, note: str, width: int
) -> None:
    """Write the heading of a column (from 1) into the first row, with a note where there is one.

    ``tint`` is its colour, RRGGBB; ``width`` the column's, in characters.
    """
    cell = put(sheet, 1, column, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor=tint)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if note:
        cell.comment = comment(note)
    dimension = sheet.column_dimensions[get_column_letter(column)]
    dimension.width = width
    # What is typed stays as it is typed: no date in another form, no lost zero in front.
    dimension.number_format = _TEXT


def comment(text: str) -> Comment:
    """Return what a cell says when it is pointed at."""
    return Comment(escaped(text), "", height=120, width=320)


def put_list(listed: Worksheet, column: int, texts: Sequence[str]) -> str:
    """Write texts into a column (from 1) of a sheet of lists; return the place, as offers name it.

    Shape: ``'Lists'!$A$1:$A$3``.
    """
    for number, text in enumerate(texts, start=1):
        put(listed, number, column, text)
    letter = get_column_letter(column)
    return f"'{listed.title}'!${letter}$1:${letter}${len(texts)}"


def offer(
    sheet: Worksheet, column: int, most: int, place: str, refusal: tuple[str, str] | None = None
) -> None:
    """Let a column's cells (from 1), down to the row ``most``, offer a list that stands elsewhere.

    A cell may hold something else, which is told when it comes back; with ``refusal``, a title and
    a text, it is refused where it is typed.
    """
    title, text = refusal or (None, None)
    found = DataValidation(
        type="list",
        formula1=place,
        allow_blank=True,
        showErrorMessage=refusal is not None,
        errorTitle=title,
        error=text,
    )
    letter = get_column_letter(column)
    found.add(f"{letter}2:{letter}{most}")
    sheet.add_data_validation(found)
