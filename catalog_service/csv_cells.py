"""Cells of CSV that spreadsheets open as they are, and run no part of."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from ontology.texts import INVISIBLE, without_bidi

BYTE_ORDER_MARK: Final = "\ufeff"
"""Begins a file: a spreadsheet takes one without it for one in its own encoding."""
_UNSEEN: Final = re.compile(
    r"[ \x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    rf"\ufff0-\uffff{INVISIBLE}]"
)
"""A character that a spreadsheet strips before it looks for a formula."""
_SIGN: Final = re.compile(r"[=+\-@|＝＋－＠｜﹢﹣﹦﹫−]")
"""With which a formula begins; a spreadsheet folds widths."""
_MARKS: Final = frozenset("\"'“”＂")
_BEGINS: Final = frozenset(";；\t\r\n\v\f\x85\u2028\u2029")
"""What a cell begins behind: some split at a semicolon or a tab, and a line break may end a row."""
_STRIPPED: Final = frozenset("\v\f\x85\u2028\u2029")
"""Those of them that are stripped too."""
_HARD: Final = _BEGINS - _STRIPPED
_BREAK_FIRST: Final = re.compile(rf"{_UNSEEN.pattern}*+[\t\r\n]")


def csv_line(values: Iterable[str]) -> str:
    """Return one line, its end included: no value in it is a formula, or turns the text around."""
    out = io.StringIO()
    cells = (quote_formulas(without_bidi(value)) for value in values)
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def quote_formulas(text: str) -> str:
    """Return a text of which no spreadsheet runs any part as a formula: such parts are quoted.

    Takes time in proportion to the length: it goes back from each sign, and no way back is gone
    twice.
    """
    places = {0} if _BREAK_FIRST.match(text) else set()
    for sign in _SIGN.finditer(text):
        places |= _beginnings(text, sign.start())
    found = [0, *sorted(places), len(text)]
    return "'".join(text[start:end] for start, end in pairwise(found))


def _beginnings(text: str, sign: int) -> set[int]:
    """Return where a cell may begin that a spreadsheet takes for a formula with this sign."""
    found = set[int]()
    place, marked = sign, False
    while place and text[place - 1] not in _HARD:
        before = text[place - 1]
        if before in _MARKS and not marked:
            marked = True
        elif _UNSEEN.match(before) is None:
            return found
        elif before in _BEGINS:
            found.add(place)
        place -= 1
    found.add(place)
    return found
