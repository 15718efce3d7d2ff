"""Exports of the audit: each entry as a line of JSON, or as a row of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from typing import Final, Literal

import orjson

from catalog_service.audit.model import StoredEntry
from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line

ExportFormat = Literal["jsonl", "csv"]

COLUMNS: Final = tuple(field.name for field in fields(StoredEntry))
NAME: Final = "subject_name"
"""The column of a table that says what the subject is called."""


def lines(
    entries: Iterable[StoredEntry],
    form: ExportFormat,
    named: Callable[[str], str] = lambda _reference: "",
) -> Iterator[str]:
    """Yield the lines of an export.

    JSON lines carry all that the hash is made of, unchanged. A table is for reading: its cells are
    made safe for spreadsheets, times are shown in UTC, and what subjects are called now (``named``,
    "" for those without a name) stands in a column of its own.
    """
    if form == "jsonl":
        for entry in entries:
            yield orjson.dumps(asdict(entry)).decode() + "\n"
        return
    yield BYTE_ORDER_MARK + csv_line((*COLUMNS, NAME))
    for entry in entries:
        values = asdict(entry) | {"time": entry.time.isoformat()}
        cells = ["" if values[name] is None else str(values[name]) for name in COLUMNS]
        yield csv_line([*cells, named(entry.subject) if entry.subject else ""])
