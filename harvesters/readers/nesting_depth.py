"""Limiting the nesting depth of documents before parsers that would overflow their stack."""

from __future__ import annotations

import re
from typing import Final

from harvesters.errors import NESTED_TOO_DEEP
from ontology.errors import AtlasError, FilePosition

XML_DEPTH: Final = 64
TURTLE_DEPTH: Final = 200

_OPENING: Final = re.compile(rb"\"\"\"|'''|<<|[\"'<#\[\]()\\]")
_CLOSING: Final = {
    b'"""': re.compile(rb'\\.|"""', re.S),
    b"'''": re.compile(rb"\\.|'''", re.S),
    b'"': re.compile(rb'\\.|["\n]', re.S),
    b"'": re.compile(rb"\\.|['\n]", re.S),
    b"<": re.compile(rb"[>\s\"{}<]"),
    b"#": re.compile(rb"[\r\n]"),
}
_CARRY: Final = 3


class TurtleDepth:
    """Counts open ``[`` and ``(`` of Turtle or TriG that comes in pieces."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rest = b""
        self._inside: bytes | None = None
        self._depth = 0
        self._line = 1

    def feed(self, data: bytes) -> None:
        """Look at the next bytes; raises `AtlasError` (``nested-too-deep``)."""
        data = self._rest + data
        end = len(data) - _CARRY
        position = 0
        while position < end:
            pattern = _OPENING if self._inside is None else _CLOSING[self._inside]
            found = pattern.search(data, position)
            if found is None or found.start() >= end:
                position = max(position, end)
                break
            position = found.end()
            token = found.group()
            if self._inside is not None:
                if token[:1] != b"\\":
                    # A character that no IRI may hold: the "<" opened none.
                    position = (
                        found.start() if token in b'"{}<#' and self._inside == b"<" else position
                    )
                    self._inside = None
            elif token in _CLOSING:
                self._inside = token
            elif token == b"\\":
                position += 1
            elif token in b"[(":
                self._depth += 1
                if self._depth > TURTLE_DEPTH:
                    line = self._line + data.count(b"\n", 0, position)
                    raise AtlasError(
                        NESTED_TOO_DEEP, place=FilePosition(self._name, line), limit=TURTLE_DEPTH
                    )
            elif token in b"])":
                self._depth = max(0, self._depth - 1)
        self._line += data.count(b"\n", 0, position)
        self._rest = data[position:]
