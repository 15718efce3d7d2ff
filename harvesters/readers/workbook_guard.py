"""Checking an XLSX before it is parsed: unpacked size, extent of sheets, document types."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from harvesters.errors import BAD_SPREADSHEET, DECOMPRESSION_BOMB, SHEET_TOO_LARGE, XML_BOMB
from harvesters.limits import Limits
from harvesters.readers.sheet_extent import NoSheetError, SheetExtent
from harvesters.readers.xml_guard import has_doctype
from ontology.errors import AtlasError, FilePosition, Phrase

_NOT_XLSB: Final = Phrase("XLSB is not read")
_CHUNK: Final = 1024 * 1024
_MAX_PARTS: Final = 10_000
_BINARY: Final = "workbook.bin"
"""The main part of an XLSB, which is not read: nothing here tells how far its sheets reach."""


def guard_workbook(content: bytes, name: str, limits: Limits) -> None:
    """Unpack every part once, only to count its bytes.

    Sizes stated in a ZIP may be wrong. A sheet is parsed into a rectangle, so that one cell in its
    far corner costs as much as a full sheet: its extent is limited too (`SheetExtent`; a sheet may
    be a part of any name). Raises `AtlasError`:
    ``decompression-bomb``, ``xml-bomb``, ``sheet-too-large``, ``bad-spreadsheet``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS:
                raise _bomb(name, len(parts), _MAX_PARTS)
            if any(part.filename.lower().endswith(_BINARY) for part in parts):
                raise AtlasError(BAD_SPREADSHEET, place=FilePosition(name), reason=_NOT_XLSB)
            left = limits.document
            for part in parts:
                left -= _look(archive, part, name, limits, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise AtlasError(BAD_SPREADSHEET, place=FilePosition(name), reason=str(problem)) from None


def _look(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, limits: Limits, left: int
) -> int:
    """Return the unpacked size of one part."""
    size = 0
    extent = SheetExtent(is_sheet="worksheets/" in part.filename)
    is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
    with archive.open(part) as stream:
        while data := stream.read(_CHUNK):
            if is_xml and size == 0 and has_doctype(data):
                raise AtlasError(XML_BOMB, place=FilePosition(name), part=part.filename)
            size += len(data)
            if size > left:
                raise _bomb(name, limits.document - left + size, limits.document)
            _see(extent, data, name, part)
        _see(extent, b"", name, part)
    rows, columns = extent.rows, extent.columns
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


def _see(extent: SheetExtent, data: bytes, name: str, part: zipfile.ZipInfo) -> None:
    try:
        extent.feed(data, last=not data)
    except NoSheetError as error:
        raise AtlasError(BAD_SPREADSHEET, place=FilePosition(name), reason=error.reason) from error
    if extent.has_doctype:
        raise AtlasError(XML_BOMB, place=FilePosition(name), part=part.filename)


def _bomb(name: str, count: int, limit: int) -> AtlasError:
    return AtlasError(DECOMPRESSION_BOMB, place=FilePosition(name), count=count, limit=limit)
