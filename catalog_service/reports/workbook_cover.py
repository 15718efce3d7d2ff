"""The first sheet of a report's workbook: what it is, what moved, and what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties

from catalog_service.csv_cells import quote_formulas
from catalog_service.reports.model import Line, Report
from catalog_service.reports.wording import Words
from catalog_service.workbook_cells import escaped

_A4: Final = 9
"""As OOXML numbers paper."""
_WIDTHS: Final = {"A": 24, "B": 90}
"""In characters."""
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_TITLE_SIZE: Final = 14


def write_cover(book: Workbook, report: Report, words: Words, sheets: Sequence[str]) -> None:
    """Add the sheet; ``sheets``: the titles of those that follow."""
    sheet: WriteOnlyWorksheet = book.create_sheet(words.gettext("About this report"))
    fit_to_paper(sheet)
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    title = WriteOnlyCell(sheet, escaped(quote_formulas(words.title(report))))
    title.font = Font(bold=True, size=_TITLE_SIZE)
    sheet.append([title])
    for heading, text in _rows(report, words, sheets):
        name = WriteOnlyCell(sheet, heading)
        name.font, name.alignment = Font(bold=True), _TOP
        value = WriteOnlyCell(sheet, escaped(quote_formulas(text)))
        value.alignment = _TOP
        sheet.append([name, value])


def fit_to_paper(sheet: WriteOnlyWorksheet) -> None:
    """Print on A4 across, all columns on one page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def _rows(report: Report, words: Words, sheets: Sequence[str]) -> Iterator[tuple[str, str]]:
    period = report.period
    yield words.gettext("Organization"), words.name(report.organization)
    days = f"{period.first.isoformat()} – {period.last.isoformat()}"
    yield words.gettext("Period"), f"{period.name} ({days})"
    yield words.gettext("Figures up to"), report.day.isoformat()
    if report.is_unfinished:
        yield words.gettext("State of the period"), words.unfinished(report)
    if any(one.before is not None for one in report.lines):
        yield words.gettext("Better"), _moves(report.better, words)
        yield words.gettext("Worse"), _moves(report.worse, words)
    else:
        heading = words.gettext("What got better, and what worse")
        yield heading, words.gettext("The period before was not measured.")
    due = [words.due(report, one) for one in report.due] or [
        words.gettext("No list that was begun waits to be filed or published.")
    ]
    yield from _listed(words.gettext("What is due, and what was late"), due)
    yield from _listed(words.gettext("Sheets"), sheets)
    yield words.gettext("Sources"), words.sources


def _moves(lines: Sequence[Line], words: Words) -> str:
    told = [f"{words.label(one.kind.name)} {words.change(one)}" for one in lines]
    return words.pgettext("list", ", ").join(told) or words.gettext("nothing")


def _listed(heading: str, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield a row for each, of which the first has the heading."""
    for number, text in enumerate(texts):
        yield ("" if number else heading), text
