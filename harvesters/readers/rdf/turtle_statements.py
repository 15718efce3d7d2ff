"""Cutting Turtle or TriG with faults into statements, so that each is parsed alone.

A surplus quotation mark turns text into statements and statements into text. Its effect is limited
by two rules: a short string, like an IRI, ends with its line, and marks of long strings come in
pairs. A file where such a mark opens or closes within a text is given up; an unclosed one includes
the rest of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["statement", "directive", "label", "end"]

_TOKEN: Final = re.compile(
    rb"""
    (?P<long>\"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\"|'''(?:[^'\\]++|\\.|'(?!''))*+''')
    |(?P<open>\"\"\"|''')
    |(?P<passed>"(?:[^"\\\r\n]++|\\[^\r\n])*+"|'(?:[^'\\\r\n]++|\\[^\r\n])*+'|<[^<>"\r\n]*>
        |\#[^\r\n]*+|\\.|\{\||\|\})
    |(?P<mark>[.{}])
    """,
    re.S | re.X,
)
_DIRECTIVE: Final = re.compile(
    rb"""
    @prefix\s+[^\s:<>"]*:\s*<[^<>"\s]*>\s*\.|@base\s*<[^<>"\s]*>\s*\.
    |(?i:prefix)\s+[^\s:<>"]*:\s*<[^<>"\s]*>|(?i:base)\s*<[^<>"\s]*>
    |@version\s+["'][\d.]+["']\s*\.|(?i:version)\s+["'][\d.]+["']
    """,
    re.X,
)
_LIKE_DIRECTIVE: Final = re.compile(rb"@|(?i:prefix|base|version)(?=[\s<\"'])")
_INSIDE: Final = re.compile(rb"(?i)@(?:prefix|base)\b|(?m:^)[ \t]*(?:prefix|base)(?=[\s<])")
_LABEL: Final = re.compile(rb"(?i:graph\b)?\s*(?:<[^<>\"\s]*>|[^\s<>\"';,]*|\[\s*\])\s*")
_BLANK: Final = re.compile(rb"(?:\s++|\#[^\r\n]*+)*+")
_NAME: Final = re.compile(rb"[\w:%\-\x80-\xff]")
_OPENS_AFTER: Final = re.compile(rb"[\w>:\-\x80-\xff]\s+$|[,(]\s*$")
_CLOSES_BEFORE: Final = re.compile(rb"\s*(?:[@^;,.\])}#|~]|\{\||$)")


class InseparableError(Exception):
    """The statements from ``offset`` on cannot be separated with certainty."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement, a directive, a graph name before a brace, or an unexpected end."""

    kind: Kind
    start: int
    end: int
    text: bytes
    """The text to parse: a dot is added to the last statement before a brace."""


def pieces(content: bytes, *, graphs: bool) -> Iterator[Piece]:
    """Yield the pieces of a document in order, of TriG with its ``graphs``.

    Raises `InseparableError`.
    """
    position = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    inside = False
    while True:
        start = _after_blank(content, position)
        if start >= len(content):
            if inside:
                yield Piece("end", start, start, b"")
            return
        directive = _DIRECTIVE.match(content, start)
        if directive is not None:
            position = directive.end()
            yield Piece("directive", start, position, directive.group())
            continue
        if _LIKE_DIRECTIVE.match(content, start):
            # A faulty directive changes the meaning of what follows.
            raise InseparableError(start)
        position, mark = _end_of(content, start)
        if mark == b"{":
            if not graphs or inside or not _LABEL.fullmatch(content, start, position - 1):
                raise InseparableError(start)
            inside = True
            yield Piece("label", start, position, content[start : position - 1])
        elif mark == b"}":
            if not inside:
                raise InseparableError(position - 1)
            inside = False
            text = content[start : position - 1]
            if text.strip():
                yield Piece("statement", start, position, text + b"\n.")
        else:
            yield Piece("statement", start, position, content[start:position])


def _after_blank(content: bytes, position: int) -> int:
    found = _BLANK.match(content, position)
    return position if found is None else found.end()


def _end_of(content: bytes, start: int) -> tuple[int, bytes]:
    """Return where a statement ends, and the mark that ends it."""
    position = start
    while True:
        token = _TOKEN.search(content, position)
        if token is None:
            return len(content), b""
        position = token.end()
        if token.lastgroup in ("long", "open"):
            before = content[max(0, token.start() - 200) : token.start()]
            after = b"" if token.lastgroup == "open" else content[position : position + 200]
            if not (_OPENS_AFTER.search(before) and _CLOSES_BEFORE.match(after)):
                raise InseparableError(token.start())
            if token.lastgroup == "open":
                # Unclosed: it includes the rest of the file.
                return len(content), b""
        elif token.lastgroup == "mark" and not _in_a_name(content, token.start()):
            return position, token.group()


def _in_a_name(content: bytes, at: int) -> bool:
    """Tell whether a dot stands within a name or a number."""
    if content[at : at + 1] != b".":
        return False
    before, after = content[at - 1 : at], content[at + 1 : at + 2]
    if not _NAME.fullmatch(after):
        return False
    return _NAME.fullmatch(before) is not None or after.isdigit()


def holds_directive(text: bytes) -> bool:
    """Tell whether unreadable text may hold a prefix or base declaration."""
    return _INSIDE.search(text) is not None
