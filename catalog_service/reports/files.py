"""Reports as files: each format with its media type; the same report is the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from catalog_service.reports.model import Report
from catalog_service.reports.outcomes import as_csv, as_json
from translations import Lang


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format of reports."""

    label: str
    media_type: str
    write: Callable[[Report, Lang], bytes]


def _web(report: Report, lang: Lang) -> bytes:
    from catalog_service.documents.web import write_web  # noqa: PLC0415
    from catalog_service.reports.documenting import document_of  # noqa: PLC0415

    return write_web(document_of(report, lang))


def _word(report: Report, lang: Lang) -> bytes:
    from catalog_service.documents.word import write_word  # noqa: PLC0415
    from catalog_service.reports.documenting import document_of  # noqa: PLC0415

    return write_word(document_of(report, lang))


def _pdf(report: Report, lang: Lang) -> bytes:
    from catalog_service.documents.pdf import write_pdf  # noqa: PLC0415
    from catalog_service.reports.documenting import document_of  # noqa: PLC0415

    return write_pdf(document_of(report, lang))


def _workbook(report: Report, lang: Lang) -> bytes:
    # Loads openpyxl, which no plain command needs.
    from catalog_service.reports.workbook import write_workbook  # noqa: PLC0415

    return write_workbook(report, lang)


def _cube(report: Report) -> bytes:
    from catalog_service.reports.linked_data import as_turtle  # noqa: PLC0415

    return as_turtle(report)


FORMATS: Final[Mapping[str, FileFormat]] = {
    "html": FileFormat("HTML", "text/html; charset=utf-8", _web),
    "docx": FileFormat(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _word,
    ),
    "pdf": FileFormat("PDF", "application/pdf", _pdf),
    "xlsx": FileFormat(
        "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook
    ),
    "csv": FileFormat("CSV", "text/csv; charset=utf-8", as_csv),
    "ttl": FileFormat("RDF Data Cube", "text/turtle", lambda report, _: _cube(report)),
    "json": FileFormat("JSON", "application/json", lambda report, _: as_json(report)),
}
"""By the ending of their names."""


def file_name(report: Report, organization: str, ending: str) -> str:
    """Return the name of a file: the period, whose it is, and the day where it ends early."""
    parts = ["report", report.period.name, organization]
    if not report.is_whole:
        parts.append(report.day.isoformat())
    return f"{'-'.join(parts)}.{ending}"
