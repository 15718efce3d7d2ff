"""A report as a workbook: what it is, figures, the city's organizations, courses, definitions."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from catalog_service.csv_cells import quote_formulas
from catalog_service.documents.packing import without_times
from catalog_service.reports.model import Counted, Report
from catalog_service.reports.wording import Words
from catalog_service.reports.workbook_cover import fit_to_paper, write_cover
from catalog_service.shares import rounded_percent
from catalog_service.workbook_cells import escaped
from translations import N_, Lang

Cell = str | int | float | None

_OF_PEERS: Final = (
    N_("Organization"),
    N_("Figure"),
    N_("Day"),
    N_("Counted"),
    N_("Of"),
    N_("Per cent"),
    N_("Change"),
)
_OF_COURSES: Final = (N_("Figure"), N_("Day"), N_("Counted"), N_("Of"), N_("Per cent"))
_OF_DEFINITIONS: Final = (N_("Figure"), N_("How it is made"), N_("Rule"), N_("Article"))
_WIDTH: Final = 18
_PROPERTIES: Final = "docProps/core.xml"
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def write_workbook(report: Report, lang: Lang) -> bytes:
    """Return the file; the same report is the same bytes."""
    words = Words(lang)
    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.title = words.title(report)
    book.properties.created = datetime.combine(report.day, time())
    sheets: list[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]] = [
        (words.gettext("Figures"), words.columns, _figures(report, words)),
        (words.gettext("Course"), _told(words, _OF_COURSES), _courses(report, words)),
        (words.gettext("Definitions"), _told(words, _OF_DEFINITIONS), _definitions(report, words)),
    ]
    if report.peers:
        peers = _told(words, _OF_PEERS), _peers(report, words)
        sheets.insert(1, (words.gettext("Organizations"), *peers))
    write_cover(book, report, words, [title for title, _, _ in sheets])
    for title, headings, rows in sheets:
        _sheet(book, title, headings, rows)
    written = io.BytesIO()
    book.save(written)
    modified_to = rb"\g<1>%sT00:00:00Z\g<2>" % report.day.isoformat().encode()

    def dated(name: str, part: bytes) -> bytes:
        # The library writes the time of saving, whatever it was told.
        return _MODIFIED.sub(modified_to, part) if name == _PROPERTIES else part

    return without_times(written.getvalue(), dated)


def _told(words: Words, texts: Iterable[str]) -> list[str]:
    return [words.gettext(one) for one in texts]


def _sheet(
    book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    sheet: WriteOnlyWorksheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    fit_to_paper(sheet)
    sheet.print_title_rows = "1:1"
    for number in range(len(headings)):
        sheet.column_dimensions[chr(ord("A") + number)].width = _WIDTH * (2 if number < 2 else 1)
    cells = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, heading)
        cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)
    for row in rows:
        sheet.append([escaped(quote_formulas(one)) if isinstance(one, str) else one for one in row])


def _figures(report: Report, words: Words) -> Iterable[Sequence[Cell]]:
    for line in report.lines:
        then, aim, place = line.before, line.aim, line.place
        yield [
            words.name(report.organization),
            words.label(line.kind.name),
            line.kind.rule,
            line.now.day.isoformat(),
            *_numbers(line.now),
            None if then is None else then.day.isoformat(),
            *((None, None, None) if then is None else _numbers(then)),
            _rounded(line.change),
            None if aim is None else aim.value,
            None if place is None else f"{place.span}/{place.of}",
            None if line.defined_since is None else line.defined_since.isoformat(),
        ]


def _peers(report: Report, words: Words) -> Iterable[Sequence[Cell]]:
    for peer in report.peers:
        for figure, now in peer.figures.items():
            yield [
                words.name(peer.organization),
                words.label(figure),
                now.day.isoformat(),
                *_numbers(now),
                _rounded(peer.changes.get(figure)),
            ]


def _courses(report: Report, words: Words) -> Iterable[Sequence[Cell]]:
    for line in report.lines:
        for one in line.course:
            yield [words.label(line.kind.name), one.day.isoformat(), *_numbers(one)]


def _definitions(report: Report, words: Words) -> Iterable[Sequence[Cell]]:
    for line in report.lines:
        article = "" if line.aim is None else line.aim.article[words.lang]
        yield [words.label(line.kind.name), words.defined(line), line.kind.rule, article]


def _numbers(one: Counted) -> tuple[Cell, Cell, Cell]:
    share = one.percent
    return one.counted, one.whole, None if share is None else rounded_percent(share, 2)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
