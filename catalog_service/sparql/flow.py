"""How a worker writes an answer that may be long: held back while it is short, then in parts.

Standard library only: a worker loads this before it enters its sandbox.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, Final

from catalog_service.sparql.xml_results import as_xml

PART: Final = 256 * 1024
"""Bytes of a part, but for the first, which is as large as what is held back."""

_BETWEEN: Final = re.compile(rb'\}\},\{"[^,}:\]]')
"""Between two solutions in JSON. A text may end in the first five characters, quotation mark
included; then one of the excluded follows."""


class TooLargeError(Exception):
    """The answer is over a limit."""


class Flow(io.RawIOBase):
    """Takes the bytes of an answer, counts its rows, and gives it on in parts once it is long.

    Raises `TooLargeError` as soon as it is over a limit, and what `as_xml` raises.
    """

    def __init__(
        self,
        media_type: str,
        hold: int,
        limits: tuple[int, int],
        send: Callable[[bytes], None],
    ) -> None:
        """``hold`` bytes are kept back before the first is sent; ``limits``: rows and bytes."""
        super().__init__()
        self._count = _COUNTERS.get(media_type, _count_nothing)
        self._xml = media_type == _XML
        self._hold = hold
        self._max_rows, self._max_bytes = limits
        self._send = send
        self._state = _State()
        self._size = 0
        self._held = bytearray()
        self.sent = False
        """Whether a part was sent: what follows can only be cut."""

    @property
    def rows(self) -> int:
        """The rows so far; of JSON those that bind anything."""
        return self._state.rows

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes."""
        self._size += len(data)
        self._count(self._state, bytes(data))
        if self._size > self._max_bytes or self._state.rows > self._max_rows:
            raise TooLargeError
        self._held += data
        if len(self._held) > (PART if self.sent else self._hold):
            # Between two characters, so that each is looked at whole.
            cut = len(self._held) - 1
            while self._held[cut] & 0xC0 == 0x80:  # a byte within one, in UTF-8
                cut -= 1
            part, self._held = bytes(self._held[:cut]), self._held[cut:]
            self._send(self._written(part))
            self.sent = True
        return len(data)

    def rest(self) -> bytes:
        """Return what was not sent."""
        return self._written(bytes(self._held))

    def _written(self, part: bytes) -> bytes:
        return as_xml(part) if self._xml else part


class _State:
    """What a counter has seen."""

    def __init__(self) -> None:
        self.rows = 0
        self.tail = b""
        self.quoted = False


def _count_nothing(_state: _State, _data: bytes) -> None:
    """Triples are counted before they are written."""


def _count_json(state: _State, data: bytes) -> None:
    if not state.tail:
        # The first solution stands before the first mark.
        state.rows = 1
    _count_marks(state, data, lambda text: len(_BETWEEN.findall(text)), 5)


def _count_xml(state: _State, data: bytes) -> None:
    _count_marks(state, data, lambda text: text.count(b"<result>"), 7)


def _count_marks(state: _State, data: bytes, count: Callable[[bytes], int], tail: int) -> None:
    text = state.tail + data
    state.rows += count(text)
    # Shorter than a mark, so that none is counted twice.
    state.tail = text[-tail:]


def _count_csv(state: _State, data: bytes) -> None:
    pieces = data.split(b'"')
    for number, piece in enumerate(pieces):
        if number:
            state.quoted = not state.quoted
        if not state.quoted:
            state.rows += piece.count(b"\n")
    if not state.tail:
        # The line of the names is no row.
        state.rows -= 1
        state.tail = b"begun"


def _count_tsv(state: _State, data: bytes) -> None:
    state.rows += data.count(b"\n")
    if not state.tail:
        state.rows -= 1
        state.tail = b"begun"


_XML: Final = "application/sparql-results+xml"
_COUNTERS: Final[dict[str, Callable[[_State, bytes], None]]] = {
    "application/sparql-results+json": _count_json,
    _XML: _count_xml,
    "text/csv": _count_csv,
    "text/tab-separated-values": _count_tsv,
}
