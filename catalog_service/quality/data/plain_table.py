"""Any file as one plain table: UTF-8 with commas or another mark, a heading, rows below it."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from catalog_service.quality.data.headings import SEARCHED, Declared, heading_row
from catalog_service.quality.data.json_rows import NotReadableError, records
from catalog_service.quality.data.model import MOST_COLUMNS, TOO_DEEP, FileKind
from harvesters.readers.encodings import detected_encoding

_CHUNK: Final = 1024 * 1024
_SAMPLE: Final = 256 * 1024
_LONGEST: Final = 64 * 1024
"""Characters of a cell of JSON that are written as they are."""
_LEAST_BEFORE: Final = 2
"""Cells of a heading that stands before a cell too large to be read: one alone is a title's."""
_DELIMITERS: Final = ",\t;|"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Table:
    """``skip`` lines of the file stand above its rows, the heading among them."""

    path: Path
    headings: tuple[str, ...]
    delimiter: str
    skip: int
    encoding: str
    replaced: int


def plain_table(path: Path, kind: FileKind, declared: Declared, folder: Path) -> Table:
    """Return a file as a table, written anew into ``folder`` where it is none yet.

    Raises `NotReadableError`.
    """
    if kind == "csv":
        return _csv(path, declared, folder)
    if kind == "xlsx":
        # Only here: its library loads numpy, which a service that profiles nothing does without.
        from catalog_service.quality.data.sheet_rows import (  # noqa: PLC0415
            rows as sheet_rows,
        )

        return _written(sheet_rows(path), declared, folder, "")
    with path.open("rb") as stream:
        return _of_records(records(stream), folder, is_geo=kind == "geojson")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _csv(path: Path, declared: Declared, folder: Path) -> Table:
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    if len(sample) == _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    encoding = "utf-16" if sample[:2] in _UTF16 else detected_encoding(sample) or "gb18030"
    text = sample.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    delimiter, first, lines, is_cut = _head(text)
    heading = heading_row(first, declared)
    if is_cut and (heading is None or sum(map(bool, first[heading])) < _LEAST_BEFORE):
        raise NotReadableError("cell-too-large")
    if heading is None:
        raise NotReadableError("no-records")
    headings, skip = tuple(first[heading]), lines[heading]
    _check_width(len(headings))
    replaced = 0
    # What stands above the rows takes a line for each row where none of it is quoted over several.
    if encoding != "utf-8" or skip != heading + 1 or not _is_utf8(path):
        path, replaced = _decoded(path, encoding, skip, folder)
        skip = 0
    return Table(path, headings, delimiter, skip, encoding, replaced)


_LARGEST_CELL: Final = 128 * 1024
"""Characters of a cell; a larger one is a quote that nobody closed."""


def _head(text: str) -> tuple[str, list[list[str]], list[int], bool]:
    """Return the mark between cells, the first rows, and the line at which each ends.

    And whether they end at a cell too large to be one: a quote that nobody closed, say.
    """
    delimiter = max(_DELIMITERS, key=lambda mark: _widest(text, mark))
    first, lines, is_cut = [], [], False
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in islice(reader, SEARCHED):
            # The csv module's own bound is one for all threads, and others raise it.
            if max(map(len, row), default=0) > _LARGEST_CELL:
                is_cut = True
                break
            first.append(row)
            lines.append(reader.line_num)
    except csv.Error:
        is_cut = True
    return delimiter, first, lines, is_cut


def _widest(text: str, mark: str) -> int:
    lines = text.splitlines()[:SEARCHED]
    return max((line.count(mark) for line in lines), default=0)


def _check_width(columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise NotReadableError("too-many-columns")


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(path: Path, encoding: str, skip: int, folder: Path) -> tuple[Path, int]:
    """Write a file anew as UTF-8, without its first lines; return how much was no character."""
    new = folder / "table.csv"
    replaced = 0
    with path.open("rb") as stream, new.open("w", encoding="utf-8", newline="") as out:
        for text in _texts(stream, encoding, skip):
            replaced += text.count("\ufffd")
            out.write(text)
    return new, replaced


def _texts(stream: BinaryIO, encoding: str, skip: int) -> Iterator[str]:
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    with io.TextIOWrapper(stream, name, errors="replace", newline="") as wrapped:
        for _ in range(skip):
            wrapped.readline(_CHUNK)
        while text := wrapped.read(_CHUNK):
            yield text


def _written(rows: Iterable[list[str]], declared: Declared, folder: Path, encoding: str) -> Table:
    iterator = iter(rows)
    first = list(islice(iterator, SEARCHED))
    heading = heading_row(first, declared)
    if heading is None:
        raise NotReadableError("no-records")
    headings = _trimmed(first[heading])
    _check_width(len(headings))
    new = folder / "table.csv"
    with new.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for row in chain(first[heading + 1 :], iterator):
            cells = _trimmed(row)
            # A sheet has rows without cells below its table, and between its parts.
            if cells:
                writer.writerow(cells + [""] * (len(headings) - len(cells)))
    return Table(new, tuple(headings), ",", 0, encoding, 0)


def _trimmed(row: list[str]) -> list[str]:
    """Return a row up to its last cell that holds anything."""
    width = len(row)
    while width and not row[width - 1].strip():
        width -= 1
    return row[:width]


def _of_records(found: Iterator[dict[str, Any]], folder: Path, *, is_geo: bool) -> Table:
    """Write records as rows; their keys, in the order in which they come first, are the headings.

    A key may come late, so that rows are shorter than the headings: what is missing is empty.
    """
    places: dict[str, int] = {}
    new = folder / "table.csv"
    with new.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for record in found:
            said = _of_feature(record) if is_geo else record
            for key in said:
                if key not in places:
                    _check_width(len(places) + 1)
                    places[key] = len(places)
            row = [""] * max(len(places), 2)
            for key, value in said.items():
                row[places[key]] = _flat(value)
            writer.writerow(row)
    headings = tuple(places)
    if not headings:
        raise NotReadableError("no-records")
    return Table(new, headings, ",", 0, "utf-8", 0)


def _of_feature(record: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a feature, and its geometry beside them."""
    properties = record.get("properties")
    said = dict(properties) if isinstance(properties, dict) else {}
    return {**said, "geometry": record.get("geometry")}


def _flat(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        text = value
    else:
        try:
            text = orjson.dumps(value).decode()
        except orjson.JSONEncodeError:
            # It reads deeper documents than it writes.
            raise NotReadableError(TOO_DEEP) from None
    if len(text) > _LONGEST:
        # Cells are counted and compared, never shown: a line must not outgrow what is read at once.
        return f"{text[:_LONGEST]}{hashlib.sha256(text.encode()).hexdigest()}"
    return text
