"""The rows of the first visible sheet of an XLSX, read one after the other.

Not `harvesters.readers.workbook`: that holds a sheet whole, as merged cells and hidden rows demand,
and a table of 300,000 rows is larger than the memory that a profile may take.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from catalog_service.quality.data.json_rows import NotReadableError
from harvesters.limits import Limits
from harvesters.readers.workbook_guard import guard_workbook
from ontology.errors import AtlasError
from ontology.limits import MIB

_LARGEST: Final = 64 * MIB
"""Bytes of the largest workbook, which is held packed."""
_LIMITS: Final = Limits(document=1024 * MIB, cells=64_000_000)


def rows(path: Path) -> Iterator[list[str]]:
    """Yield the cells of each row as text; raises `NotReadableError`."""
    if path.stat().st_size > _LARGEST:
        raise NotReadableError("workbook-too-large")
    try:
        guard_workbook(path.read_bytes(), path.name, _LIMITS)
        with warnings.catch_warnings():
            # Of parts of a workbook that are not read.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
            if sheet is None:
                raise NotReadableError("no-records")
            # Some programs write an extent that is not the sheet's.
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                yield [_text(cell) for cell in row]
    except AtlasError as error:
        raise NotReadableError(error.code) from None
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        OSError,
    ) as error:
        if isinstance(error, NotReadableError):
            raise
        # The library checks nothing of what it reads.
        raise NotReadableError("bad-spreadsheet") from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
