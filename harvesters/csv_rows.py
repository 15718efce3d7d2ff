"""Rows of a CSV file: its encoding told honestly, its broken lines named, the rest read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from harvesters.errors import BAD_CSV, WRONG_ENCODING
from harvesters.files import Input, Unpacked, read_all, read_lines
from harvesters.header import Header, find_header, header_missing
from harvesters.limits import Limits
from ontology.errors import AtlasError, Place

SAMPLE: Final = 256 * 1024
_DELIMITERS: Final = (",", "\t", ";", "|", "，")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it starts, and its cells, or why it cannot be read."""

    line: int
    cells: list[object]
    error: AtlasError | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written."""

    encoding: str
    delimiter: str
    header: Header


def tell_dialect(source: Input, limits: Limits) -> Dialect:
    """Tell encoding and delimiter by the header, which must be readable.

    UTF-8 (with or without mark), UTF-16 with its mark, else GB18030. Nearly any bytes are
    GB18030, so it is believed only where a known header comes out of it. Raises `AtlasError`
    (``wrong-encoding`` with line and byte, ``header-missing``).
    """
    with Unpacked(source, limits) as stream:
        sample = _read_up_to(stream, SAMPLE)
    encodings = ("utf-8-sig", "gb18030")
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16",) * 2
    elif len(sample) == SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    for errors in ("strict", "replace"):
        for encoding in encodings:
            try:
                text = sample.decode(encoding, errors)
            except UnicodeDecodeError:
                continue
            for delimiter in _DELIMITERS:
                header = find_header(_sample_rows(text, delimiter))
                if header is not None:
                    return Dialect(encoding, delimiter, header)
    return _refuse(source, sample)


def _read_up_to(stream: Unpacked, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size and (data := stream.read(size - len(parts))):
        parts += data
    return bytes(parts)


def _refuse(source: Input, sample: bytes) -> Dialect:
    try:
        text = sample.decode("utf-8-sig")
    except UnicodeDecodeError as utf8:
        try:
            text = sample.decode("gb18030")
        except UnicodeDecodeError:
            line = sample.count(b"\n", 0, utf8.start) + 1
            byte = utf8.start - sample.rfind(b"\n", 0, utf8.start)
            raise AtlasError(
                WRONG_ENCODING, place=Place(source.name, line, byte), encoding="UTF-8", byte=byte
            ) from None
    rows = list(_sample_rows(text, ","))
    raise header_missing(source.name, rows)


def _sample_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[object]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for _ in range(40):
        start = reader.line_num + 1
        try:
            yield start, list(next(reader))
        except StopIteration:
            return
        except csv.Error:
            continue


class _Lines:
    """Decoded lines for the CSV reader, remembering which of them were broken."""

    def __init__(self, source: Input, encoding: str, limits: Limits) -> None:
        self.source = source
        self.encoding = encoding
        self.limits = limits
        self.broken: dict[int, AtlasError] = {}

    def __iter__(self) -> Iterator[str]:
        if self.encoding == "utf-16":
            yield from self._whole()
            return
        encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        for number, content in read_lines(self.source, self.limits):
            if isinstance(content, AtlasError):
                self.broken[number] = content
                yield "\n"
                continue
            if number == 1 and encoding == "utf-8":
                content = content.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901
            try:
                yield content.decode(encoding) + "\n"
            except UnicodeDecodeError as problem:
                byte = problem.start + 1
                self.broken[number] = AtlasError(
                    WRONG_ENCODING,
                    place=Place(self.source.name, number, byte),
                    encoding=encoding.upper(),
                    byte=byte,
                )
                yield content.decode(encoding, "replace") + "\n"

    def _whole(self) -> Iterable[str]:
        content = read_all(self.source, self.limits)
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as problem:
            raise AtlasError(
                WRONG_ENCODING,
                place=Place(self.source.name),
                encoding="UTF-16",
                byte=problem.start + 1,
            ) from None
        return io.StringIO(text, newline=None)


def csv_rows(source: Input, dialect: Dialect, limits: Limits) -> Iterator[Row]:
    """Yield every row with the number of its first line; broken ones with their error."""
    lines = _Lines(source, dialect.encoding, limits)
    reader = csv.reader(iter(lines), delimiter=dialect.delimiter)
    while True:
        start = reader.line_num + 1
        try:
            cells: list[object] = list(next(reader))
        except StopIteration:
            return
        except csv.Error as problem:
            error = AtlasError(BAD_CSV, place=Place(source.name, start), reason=str(problem))
            yield Row(start, [], error)
            continue
        error_at = next((n for n in range(start, reader.line_num + 1) if n in lines.broken), None)
        if error_at is not None:
            yield Row(start, cells, lines.broken.pop(error_at))
        elif any(cells):
            yield Row(start, cells)
