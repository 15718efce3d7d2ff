"""Checking an XLSX before it is parsed: unpacked size, extent of sheets, document types."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

from harvesters.errors import BAD_SPREADSHEET, DECOMPRESSION_BOMB, SHEET_TOO_LARGE, XML_BOMB
from harvesters.limits import Limits
from harvesters.readers.xml_guard import has_doctype
from ontology.errors import AtlasError, FilePosition

_CHUNK: Final = 1024 * 1024
_OVERLAP: Final = 64
_MAX_PARTS: Final = 10_000
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]{0,60}?\br="([A-Z]{1,3})([0-9]{1,7})"')


def guard_workbook(content: bytes, name: str, limits: Limits) -> None:
    """Unpack every part once, only to count its bytes.

    Sizes stated in a ZIP may be wrong. A sheet is parsed into a rectangle, so that one cell in its
    far corner costs as much as a full sheet: its extent is limited too. Raises `AtlasError`:
    ``decompression-bomb``, ``xml-bomb``, ``sheet-too-large``, ``bad-spreadsheet``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS:
                raise _bomb(name, len(parts), _MAX_PARTS)
            left = limits.document
            for part in parts:
                left -= _look(archive, part, name, limits, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise AtlasError(BAD_SPREADSHEET, place=FilePosition(name), reason=str(problem)) from None


def _look(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, limits: Limits, left: int
) -> int:
    """Return the unpacked size of one part."""
    size = rows = columns = 0
    tail = b""
    is_sheet = "worksheets/" in part.filename
    is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
    with archive.open(part) as stream:
        while data := stream.read(_CHUNK):
            if is_xml and size == 0 and has_doctype(data):
                raise AtlasError(XML_BOMB, place=FilePosition(name), part=part.filename)
            size += len(data)
            if size > left:
                raise _bomb(name, limits.document - left + size, limits.document)
            if is_sheet:
                for found in _CELL.finditer(tail + data):
                    rows = max(rows, int(found.group(2)))
                    columns = max(columns, column_index(found.group(1)) + 1)
                tail = data[-_OVERLAP:]
    if rows * columns > limits.cells:
        raise AtlasError(
            SHEET_TOO_LARGE,
            place=FilePosition(name),
            sheet=part.filename,
            rows=rows,
            columns=columns,
            limit=limits.cells,
        )
    return size


def column_index(letters: bytes) -> int:
    """Return the index of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _bomb(name: str, count: int, limit: int) -> AtlasError:
    return AtlasError(DECOMPRESSION_BOMB, place=FilePosition(name), count=count, limit=limit)
