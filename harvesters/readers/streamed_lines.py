"""Input that arrives piece by piece over a network: unpacked and cut into lines.

The classes here are given bytes as they arrive and never wait for more, so that a slow sender
blocks no thread.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from harvesters.errors import DECOMPRESSION_BOMB, FILE_EMPTY, TRUNCATED_GZIP
from harvesters.limits import Limits
from ontology.errors import RECORD_TOO_LONG, AtlasError, FilePosition

GZIP: Final = b"\x1f\x8b"
"""First bytes of gzip data (RFC 1952, 2.3.1)."""

_PIECE: Final = 256 * 1024
_HEAD: Final = 4096
_GZIP_WINDOW: Final = 31
"""zlib's number for a gzip with the largest window."""


class LineTooLongError(AtlasError):
    """A line over the limit; ``head`` is its beginning."""

    head: bytes = b""


class LineCutter:
    """Cuts bytes into numbered lines without their ends; a line over the limit gives an error.

    Memory stays near the limit of one line, however long a line is. Without ``blank``, long runs
    of blank lines are counted but not yielded.
    """

    def __init__(self, name: str, limits: Limits, *, blank: bool = True) -> None:
        self._name = name
        self._limit = limits.line
        self._blank = blank
        self._number = 0
        self._held: list[bytes] = []
        self._size = 0
        self._skipping = False

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes | AtlasError]]:
        """Yield ``(number, line)`` for each line that ends in ``data``."""
        if not self._blank and not (self._held or self._skipping) and not data.strip(b"\r\n\t "):
            self._number += data.count(b"\n")
            return
        pieces = data.split(b"\n")
        for index, piece in enumerate(pieces):
            last = index == len(pieces) - 1
            if self._skipping:
                self._skipping = last
                continue
            if self._size + len(piece) > self._limit:
                head = self._held[0] if self._held else piece
                self._held, self._size, self._skipping = [], 0, last
                self._number += 1
                yield self._number, self._too_long(head)
                continue
            if last:
                if piece:
                    self._held.append(piece)
                    self._size += len(piece)
                continue
            self._number += 1
            if self._held:
                self._held.append(piece)
                piece = b"".join(self._held)  # noqa: PLW2901
                self._held, self._size = [], 0
            yield self._number, piece[:-1] if piece.endswith(b"\r") else piece

    def end(self) -> Iterator[tuple[int, bytes | AtlasError]]:
        """Yield the last line if it has no line end."""
        if self._held:
            yield self._number + 1, b"".join(self._held)

    def _too_long(self, head: bytes) -> AtlasError:
        place = FilePosition(self._name, self._number)
        error = LineTooLongError(RECORD_TOO_LONG, place=place, record="–", limit=self._limit)
        error.head = head[:_HEAD]
        return error


class Unpacker:
    """Unpacks gzip data that arrives in pieces; other data passes through unchanged."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limit = limits.unpacked
        self._head = b""
        self._begun = False
        self._gzip: zlib._Decompress | None = None
        self._count = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what ``data`` unpacks to, in pieces; raises `AtlasError` for a broken gzip."""
        if not self._begun:
            data = self._head + data
            if len(data) < len(GZIP) and GZIP.startswith(data):
                # The two first bytes may arrive separately.
                self._head = data
                return
            self._begun, self._head = True, b""
            if data.startswith(GZIP):
                self._gzip = zlib.decompressobj(_GZIP_WINDOW)
        if self._gzip is None:
            self._count += len(data)
            if data:
                yield data
            return
        full = False
        while data or full:
            if self._gzip.eof:
                # Another member, or the zeros that pad the last one.
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._gzip = zlib.decompressobj(_GZIP_WINDOW)
            try:
                unpacked = self._gzip.decompress(data, _PIECE)
            except zlib.error as problem:
                raise self._truncated(str(problem)) from problem
            data = self._gzip.unconsumed_tail or self._gzip.unused_data
            # zlib may have consumed all input and still hold output.
            full = len(unpacked) == _PIECE
            self._count += len(unpacked)
            if self._count > self._limit:
                raise AtlasError(
                    DECOMPRESSION_BOMB,
                    place=FilePosition(self._name),
                    count=self._count,
                    limit=self._limit,
                )
            if unpacked:
                yield unpacked

    def end(self) -> Iterator[bytes]:
        """Yield the rest; raises `AtlasError` for empty or truncated input."""
        if self._head:
            self._begun = True
            self._count += len(self._head)
            yield self._head
        if not self._begun:
            raise AtlasError(FILE_EMPTY, file=self._name)
        if self._gzip is not None and not self._gzip.eof:
            raise self._truncated("it ends before its end mark")

    def _truncated(self, reason: str) -> AtlasError:
        return AtlasError(
            TRUNCATED_GZIP, place=FilePosition(self._name), count=self._count, reason=reason
        )
