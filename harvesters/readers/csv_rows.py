"""Rows of a CSV file: detecting its encoding, reading it row by row, reporting broken rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harvesters.errors import BAD_CSV, UNCLOSED_QUOTE, WRONG_ENCODING
from harvesters.limits import Limits
from harvesters.readers.encodings import detected_encoding
from harvesters.readers.files import Input, Unpacked, read_all, read_head, read_lines
from harvesters.readers.open_list_header import Header, find_header, header_missing
from ontology.errors import TEXT_TOO_LONG, AtlasError, FilePosition
from ontology.limits import MAX_TEXT

SAMPLE: Final = 256 * 1024
MAX_RESCUES: Final = 50
"""Maximum number of rows with an unclosed quotation mark after which reading restarts."""

_DELIMITERS: Final = (",", "\t", ";", "|", "，")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it starts, and its cells, or why it cannot be read."""

    line: int
    cells: list[object]
    error: AtlasError | None = None
    notes: tuple[AtlasError, ...] = ()
    """Warnings about its cells."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written."""

    encoding: str
    delimiter: str
    header: Header


def tell_dialect(source: Input, limits: Limits) -> Dialect:
    """Detect encoding and delimiter from the text and its header, which must be readable.

    UTF-8 (with or without mark), UTF-16 with its mark, GB18030 or Big5
    (`harvesters.readers.encodings`). Where the text is too short for that, GB18030 is assumed if
    the header then has known Chinese headings. Raises `AtlasError` (``wrong-encoding`` with line
    and byte, ``header-missing``).
    """
    with Unpacked(source, limits) as stream:
        sample = read_head(stream, SAMPLE)
    encoding: str | None = "utf-16"
    if sample[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        if len(sample) == SAMPLE:
            sample = sample[: sample.rfind(b"\n") + 1] or sample
        encoding = detected_encoding(sample)
    text = sample.decode(encoding or "gb18030", "replace").removeprefix("\ufeff")
    for delimiter in _DELIMITERS:
        header = find_header(_sample_rows(text, delimiter))
        if header is not None and (encoding is not None or _has_chinese_headings(header)):
            name = "utf-8-sig" if encoding == "utf-8" else encoding or "gb18030"
            return Dialect(name, delimiter, header)
    if encoding is None:
        raise _refused(source, sample)
    raise header_missing(source.name, list(_sample_rows(text, ",")))


def _has_chinese_headings(header: Header) -> bool:
    known = {position for positions in header.targets.values() for position in positions}
    return any(not header.columns[position].isascii() for position in known)


def _refused(source: Input, sample: bytes) -> AtlasError:
    """Return the error for a text in an unknown encoding, with the place where it is not UTF-8."""
    line = byte = 1
    try:
        sample.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = sample.count(b"\n", 0, problem.start) + 1
        byte = problem.start - sample.rfind(b"\n", 0, problem.start)
    return AtlasError(
        WRONG_ENCODING, place=FilePosition(source.name, line, byte), encoding="UTF-8", byte=byte
    )


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
    """Decoded lines for the CSV reader; records broken lines, and can give lines again."""

    def __init__(self, source: Input, encoding: str, limits: Limits) -> None:
        self._source = source
        self._encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        self._limits = limits
        self._fresh = self._whole() if encoding == "utf-16" else self._decoded()
        self._again: list[str] = []
        self.broken: dict[int, AtlasError] = {}
        self.taken: list[str] = []
        """The lines of the current row."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text = self._again.pop() if self._again else next(self._fresh)
        self.taken.append(text)
        return text

    def give_again(self) -> None:
        """Give all lines of the current row but the first once more."""
        self._again += reversed(self.taken[1:])

    def _decoded(self) -> Iterator[str]:
        for number, line in enumerate(self._physical(), start=1):
            content = line
            if isinstance(content, AtlasError):
                self.broken[number] = content
                yield "\n"
                continue
            if number == 1 and self._encoding == "utf-8":
                content = content.removeprefix(b"\xef\xbb\xbf")
            try:
                yield content.decode(self._encoding) + "\n"
            except UnicodeDecodeError as problem:
                byte = problem.start + 1
                self.broken[number] = AtlasError(
                    WRONG_ENCODING,
                    place=FilePosition(self._source.name, number, byte),
                    encoding=self._encoding.upper(),
                    byte=byte,
                )
                yield content.decode(self._encoding, "replace") + "\n"

    def _physical(self) -> Iterator[bytes | AtlasError]:
        """Yield lines with any line end: some programs write CR alone, some files mix them."""
        for _, content in read_lines(self._source, self._limits):
            if isinstance(content, bytes) and b"\r" in content:
                yield from content.split(b"\r")
            else:
                yield content

    def _whole(self) -> Iterator[str]:
        content = read_all(self._source, self._limits)
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as problem:
            raise AtlasError(
                WRONG_ENCODING,
                place=FilePosition(self._source.name),
                encoding="UTF-16",
                byte=problem.start + 1,
            ) from None
        yield from io.StringIO(text, newline=None)


def csv_rows(source: Input, dialect: Dialect, limits: Limits) -> Iterator[Row]:
    """Yield every row with the number of its first line; broken ones with their error.

    A quotation mark that is never closed would swallow the rows below it. Where that happens
    (`_swallows`), only the first line is reported (``unclosed-quote``), and reading continues with
    the second, at most `MAX_RESCUES` times in a file.
    """
    # The csv module's default is lower.
    csv.field_size_limit(MAX_TEXT)
    lines = _Lines(source, dialect.encoding, limits)
    width = len(dialect.header.columns)
    line = 1
    rescues = MAX_RESCUES
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    while True:
        lines.taken.clear()
        reason = ""
        cells: list[object] = []
        try:
            cells = list(next(reader))
        except StopIteration:
            return
        except csv.Error as problem:
            reason = str(problem)
        start, count = line, len(lines.taken)
        opened = swallowed = 0
        if (
            count > 1
            and rescues
            and start > dialect.header.line
            and (reason or _swallows(lines.taken, len(cells), width, dialect.delimiter))
        ):
            opened = len(next(csv.reader(lines.taken[:1], delimiter=dialect.delimiter), [""]))
            lines.give_again()
            reader = csv.reader(lines, delimiter=dialect.delimiter)
            rescues -= 1
            swallowed, count = count - 1, 1
        line += count
        broken = [lines.broken.pop(n) for n in range(start, line) if n in lines.broken]
        if broken:
            yield Row(start, cells, broken[0])
        elif opened:
            place = FilePosition(source.name, start, opened)
            yield Row(start, [], AtlasError(UNCLOSED_QUOTE, place=place, count=swallowed))
        elif _TOO_LONG in reason:
            place = FilePosition(source.name, start)
            size = sum(len(text.encode()) for text in lines.taken)
            yield Row(
                start,
                [],
                AtlasError(
                    TEXT_TOO_LONG, place=place, field="CSV", size=size, limit=MAX_TEXT, record="–"
                ),
            )
        elif reason:
            place = FilePosition(source.name, start)
            yield Row(start, [], AtlasError(BAD_CSV, place=place, reason=reason))
        elif any(cells):
            yield Row(start, cells)


_TOO_LONG: Final = "field limit"
"""Part of the csv module's message about a cell that is too long."""

_FEWEST: Final = 3
"""Minimum number of lines in a well-formed row that look like rows, for it to be doubted."""


def _swallows(taken: list[str], found: int, width: int, delimiter: str) -> bool:
    """Tell whether a row over several lines includes following rows by an unclosed quotation mark.

    It does where cells are missing, where the quotation is still open at the end of the file,
    where it closes within a cell and one of its lines looks like a row, and where nearly all its
    lines do. An ordinary cell with line breaks is none of these.
    """
    if found < width:
        return True
    try:
        for _ in csv.reader(taken, delimiter=delimiter, strict=True):
            pass
    except csv.Error as problem:
        if "end of data" in str(problem):
            return True
        return any(_is_row(line, width, delimiter) for line in taken[1:])
    rows = sum(_is_row(line, width, delimiter) for line in taken[1:])
    return rows >= _FEWEST and rows * 5 >= (len(taken) - 1) * 4


def _is_row(line: str, width: int, delimiter: str) -> bool:
    """Tell whether a line has as many cells as the header, with its quotation marks in pairs."""
    if width < _FEWEST or line.count('"') % 2:
        return False
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return len(cells) == width and any(cells)
