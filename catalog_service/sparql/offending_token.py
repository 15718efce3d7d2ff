"""Where in a query the token begins that the grammar does not take.

Oxigraph compares keywords by taking as many characters as each has: the place that it names is up
to a keyword's length behind the token it could not take, and which keyword it was cannot be told.
So the few tokens before that place are tried: the query is cut behind each, and the engine asked
whether it reads to the cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from catalog_service.sparql.query_check import tokens_of

LineOfError = Callable[[str], int | None]
"""Returns the line, from 1, that the engine names for a text; None where it could not be asked."""

_LONGEST_KEYWORD: Final = 16
"""Characters of the longest keyword and a few more (``ENCODE_FOR_URI``)."""

_ROOM: Final = "\n" * 40
"""Between a cut and what follows: more lines than a keyword has characters."""

_NEVER: Final = "\x00"
"""What no query holds there, so that a text which is cut is never run."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_JOINED: Final = frozenset(
    ("^^", "&&", "||", "<=", ">=", "!=", "<<", ">>", "{|", "|}", "<(", ")>", "--")
)
"""Marks of one token, which `tokens_of` tells apart."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is cut off or left whole: its kind, its text, and the character where it begins."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The character behind it."""
        return self.start + len(self.text)


def offset_of(text: str, line: int, column: int) -> int:
    """Return the character that an engine names: from 0, of lines that end with LF alone."""
    lines = text.split("\n")
    line = min(max(line, 1), len(lines))
    before = sum(len(one) + 1 for one in lines[: line - 1])
    return before + min(max(column, 1), len(lines[line - 1]) + 1) - 1


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of a character, from 1, in code points; as editors count lines."""
    ends = [found.end() for found in _LINE_END.finditer(text, 0, offset)]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


def start_of(text: str, line: int) -> int:
    """Return the character with which one of the lines that `place_of` counts begins."""
    ends = [found.end() for found in _LINE_END.finditer(text)]
    return [0, *ends][line - 1]


def lines_of(text: str) -> list[str]:
    """Return the lines that `place_of` counts."""
    return _LINE_END.split(text)


def offending_offset(text: str, place: int, line_of_error: LineOfError) -> int:
    """Return the character at which the token begins that is too much.

    ``place`` is the one that the engine named. Where it is the end that came too early, that is
    where the last token ends, or the quotation mark that nothing closes.
    """
    units = _units(text)
    if not units:
        return 0
    near = [
        number for number, unit in enumerate(units) if place - _LONGEST_KEYWORD <= unit.end
    ] or [len(units) - 1]
    near = [number for number in near if units[number].start <= place] or near[:1]
    first, last = near[0], near[-1] + 1
    # The first that cannot be read: all before it can, none from it on.
    while first < last:
        middle = (first + last) // 2
        is_read = _is_read(text[: units[middle].end], line_of_error)
        if is_read is None:
            return place
        first, last = (middle + 1, last) if is_read else (first, middle)
    if first <= near[-1]:
        return _beginning(text, units[first])
    if first < len(units):
        return units[first].start
    return _unclosed(units) or units[-1].end


def end_of(text: str) -> int:
    """Return the character behind the last token."""
    units = _units(text)
    return units[-1].end if units else 0


def _is_read(text: str, line_of_error: LineOfError) -> bool | None:
    cut = f"{text}{_ROOM}"
    line = line_of_error(cut + _NEVER)
    return None if line is None else line > cut.count("\n")


def _units(text: str) -> list[Unit]:
    """Return the tokens without blanks, those that must not be cut apart as one."""
    found: list[Unit] = []
    start = 0
    for kind, word in tokens_of(text):
        before = found[-1] if found else None
        if before is not None and before.end == start and _is_one(before, kind, word):
            found[-1] = Unit(before.kind, before.text + word, before.start)
        elif kind != "blank":
            found.append(Unit(kind, word, start))
        start += len(word)
    return found


def _is_one(before: Unit, kind: str, word: str) -> bool:
    if before.kind != "mark":
        return False
    if before.text in ("+", "-") and kind == "number":
        return True
    return kind == "mark" and before.text[-1:] + word in _JOINED


def _beginning(text: str, unit: Unit) -> int:
    """Return where what a unit ends begins: an IRI with a blank in it is many tokens."""
    if unit.text != ">":
        return unit.start
    opened = text.rfind("<", 0, unit.start)
    closed = text.rfind(">", 0, unit.start)
    return opened if opened > closed else unit.start


def _unclosed(units: list[Unit]) -> int | None:
    """Return where a literal of several lines begins that is not closed."""
    for before, unit in pairwise(units):
        if unit.kind == "mark" and unit.text in "\"'":
            is_long = before.kind == "text" and before.text == unit.text * 2
            if is_long and before.end == unit.start:
                return before.start
    return None
