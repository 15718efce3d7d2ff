"""Opening inputs: paths, gzip, lines of bounded length; every failure is an `AtlasError`."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from harvesters.errors import (
    DECOMPRESSION_BOMB,
    FILE_EMPTY,
    FILE_MISSING,
    FILE_TOO_LARGE,
    FILE_UNREADABLE,
    NOT_A_FILE,
    TRUNCATED_GZIP,
)
from harvesters.limits import Limits
from harvesters.readers.streamed_lines import GZIP, LineCutter
from ontology.errors import AtlasError, FilePosition
from ontology.limits import MIB
from ontology.system_errors import system_reason

_CHUNK: Final = 256 * 1024
_WATCHED: Final = 32 * MIB


@dataclass(frozen=True, slots=True)
class Input:
    """Source of bytes: a path, or content in memory under a name."""

    name: str
    path: Path | None = None
    content: bytes | None = None

    def open(self) -> BinaryIO:
        """Open for reading; raises `AtlasError` for a missing file, a folder, a locked file."""
        if self.path is None:
            return io.BytesIO(self.content or b"")
        try:
            if self.path.is_dir():
                raise AtlasError(NOT_A_FILE, file=self.name)
            return self.path.open("rb")
        except FileNotFoundError:
            raise AtlasError(FILE_MISSING, file=self.name) from None
        except OSError as problem:
            raise AtlasError(
                FILE_UNREADABLE, file=self.name, reason=system_reason(problem)
            ) from problem

    def packed_size(self) -> int:
        """Return the size as stored, 0 where it is unknown (a pipe)."""
        if self.path is None:
            return len(self.content or b"")
        return self.path.stat().st_size if self.path.is_file() else 0


class Unpacked(io.RawIOBase):
    """A stream of unpacked bytes that detects truncation and decompression bombs."""

    def __init__(self, source: Input, limits: Limits) -> None:
        # Set first: an instance that fails to open is closed too, when it is collected.
        self._unpacker: gzip.GzipFile | None = None
        self._raw: BinaryIO = io.BytesIO()
        self._name = source.name
        self._limits = limits
        self._packed = source.packed_size()
        self._raw = source.open()
        head = self._raw.read(2)
        self._gzip = head == GZIP
        stream: BinaryIO = _Rejoined(head, self._raw)  # type: ignore[assignment]
        self._stream = stream
        if self._gzip:
            self._unpacker = gzip.GzipFile(fileobj=stream, mode="rb")
        self._count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes (at most 256 KiB); raises `AtlasError`."""
        wanted = _CHUNK if size < 0 else min(size, _CHUNK)
        try:
            # read1 returns what is unpacked so far; read would lose it to a later fault.
            data = self._unpacker.read1(wanted) if self._unpacker else self._stream.read(wanted)
        except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
            raise AtlasError(
                TRUNCATED_GZIP,
                place=FilePosition(self._name),
                count=self._count,
                reason=str(problem),
            ) from problem
        except OSError as problem:
            raise AtlasError(
                FILE_UNREADABLE, file=self._name, reason=system_reason(problem)
            ) from problem
        self._count += len(data)
        if self._gzip:
            self._watch()
        return data

    def _watch(self) -> None:
        limit = self._limits.unpacked
        if self._count > _WATCHED and self._packed:
            limit = min(limit, max(_WATCHED, self._packed * self._limits.ratio))
        if self._count > limit:
            raise AtlasError(
                DECOMPRESSION_BOMB, place=FilePosition(self._name), count=self._count, limit=limit
            )

    def close(self) -> None:
        """Close the file below too."""
        if self._unpacker is not None:
            self._unpacker.close()
        self._raw.close()
        super().close()


class _Rejoined:
    """A stream with its first bytes put back; unlike seeking, this works for pipes."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        head, self._head = self._head, b""
        if size < 0:
            return head + self._rest.read()
        if size < len(head):
            head, self._head = head[:size], head[size:]
            return head
        return head + (self._rest.read(size - len(head)) if size > len(head) else b"")

    def close(self) -> None:
        self._rest.close()


def read_all(source: Input, limits: Limits) -> bytes:
    """Return the whole unpacked input; raises `AtlasError` where it is empty or too large."""
    parts: list[bytes] = []
    size = 0
    with Unpacked(source, limits) as stream:
        while data := stream.read():
            size += len(data)
            if size > limits.document:
                raise AtlasError(
                    FILE_TOO_LARGE, place=FilePosition(source.name), limit=limits.document
                )
            parts.append(data)
    if size == 0:
        raise AtlasError(FILE_EMPTY, file=source.name)
    return b"".join(parts)


def read_head(stream: Unpacked, size: int, *, tolerant: bool = False) -> bytes:
    """Return the first ``size`` bytes; if ``tolerant``, fewer where a fault follows them."""
    head = bytearray()
    try:
        while len(head) < size and (data := stream.read(size - len(head))):
            head += data
    except AtlasError:
        if not (head and tolerant):
            raise
    return bytes(head)


def read_lines(
    source: Input, limits: Limits, *, blank: bool = True
) -> Iterator[tuple[int, bytes | AtlasError]]:
    """Yield ``(number, line without its end)``; a line over the limit comes as its error.

    Memory stays near the limit of one line, however long a line is. Without ``blank``, long runs
    of blank lines are counted but not yielded. Raises `AtlasError` for a fault of the file itself,
    after the lines before it have been yielded.
    """
    cutter = LineCutter(source.name, limits, blank=blank)
    seen = False
    with Unpacked(source, limits) as stream:
        while data := stream.read():
            seen = True
            yield from cutter.feed(data)
    yield from cutter.end()
    if not seen:
        raise AtlasError(FILE_EMPTY, file=source.name)
