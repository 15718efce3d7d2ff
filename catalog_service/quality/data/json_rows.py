"""The records of a JSON or GeoJSON document, one after the other: it may be larger than memory.

The document is an array, or holds the first array of objects (``features`` of GeoJSON) in one of
its members, at most two objects deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import orjson

from catalog_service.quality.data.model import TOO_DEEP

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+(?P<end>")?|[{}\[\]]', re.DOTALL)
_CHUNK: Final = 1024 * 1024
_AHEAD: Final = 256
"""Bytes behind a bracket that tell whether objects are in it."""
_LARGEST: Final = 16 * 1024 * 1024
"""Bytes of the largest record, and of the longest text before the records."""
_DEEPEST: Final = 3
"""At how many brackets, with its own, the array may open."""
_DEEPEST_VALUE: Final = 1_024
"""Brackets of a record within each other: deeper ones the parser does not read."""


class NotReadableError(ValueError):
    """A file that cannot be profiled; its reason is a word."""


def records(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield each record; what is no object is one with the empty key.

    Raises `NotReadableError`.
    """
    for piece in _Elements(stream):
        try:
            found = orjson.loads(piece)
        except orjson.JSONDecodeError:
            raise NotReadableError("bad-json") from None
        yield found if isinstance(found, dict) else {"": found}


class _Elements:
    """The texts of the objects in the array."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = b""
        self._at = 0
        self._start: int | None = None
        """Where the element that is being read begins in the buffer."""
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        depth, array = 0, None
        while (mark := self._mark()) is not None:
            if mark in b"{[":
                depth += 1
                if depth - (array or 0) > _DEEPEST_VALUE:
                    raise NotReadableError(TOO_DEEP)
                if array is None:
                    if depth <= _DEEPEST and self._opens(mark, depth):
                        array = depth
                elif depth == array + 1:
                    self._start = self._at - 1
            else:
                depth -= 1
                if array is not None and depth == array and self._start is not None:
                    piece = self._buffer[self._start : self._at]
                    self._start = None
                    yield piece
                elif array is not None and depth < array:
                    return
        raise NotReadableError("bad-json" if depth else "no-records")

    def _opens(self, mark: bytes, depth: int) -> bool:
        while len(self._buffer) - self._at < _AHEAD and self._more():
            pass
        ahead = self._buffer[self._at : self._at + _AHEAD].lstrip()[:1]
        return mark == b"[" and (depth == 1 or ahead == b"{")

    def _mark(self) -> bytes | None:
        """Return the next bracket; None at the end. Texts are passed over."""
        while True:
            token = _TOKEN.search(self._buffer, self._at)
            if token is not None and token.group() in (b"{", b"}", b"[", b"]"):
                self._at = token.end()
                return token.group()
            if token is not None and token["end"] is not None:
                self._at = token.end()
                continue
            # Nothing more, or a text that does not end here.
            self._at = len(self._buffer) if token is None else token.start()
            if not self._more():
                if token is None:
                    return None
                raise NotReadableError("bad-json")

    def _more(self) -> bool:
        if self._ended:
            return False
        keep = self._at if self._start is None else self._start
        if len(self._buffer) - keep > _LARGEST:
            raise NotReadableError("record-too-large")
        piece = self._stream.read(_CHUNK)
        self._ended = not piece
        self._buffer = self._buffer[keep:] + piece
        self._at -= keep
        self._start = None if self._start is None else 0
        return not self._ended
