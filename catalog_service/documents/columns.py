"""How wide the columns of a table are on paper: by what stands in them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from catalog_service.documents.model import Line, Table

_WIDEST: Final = 34
"""Half-width characters from which on a cell may as well be broken."""
_ON_A_LINE: Final = 88
"""Half-width characters of tables that a line of A4 has within the margins."""
_MARGINS: Final = 3
"""What the inner margins of a cell take of them."""
_HEADING: Final = 1.25
"""How much wider the letters of headings are."""


def shares(table: Table) -> tuple[float, ...]:
    """Return what part of the width each column has; their sum is 1.

    A column has room for its longest word: a day or a number is never broken. What is left goes to
    those whose cells are wider, up to a bound. Headings may be broken between words.
    """
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.headings)
    least: list[float] = []
    wanted: list[float] = []
    for heading, cells in zip(table.headings, columns, strict=True):
        texts = [_text(cell) for cell in cells]
        word = max(_HEADING * _longest_word(_text(heading)), *map(_longest_word, ["", *texts]))
        whole = min(max(map(_width, texts), default=0), _WIDEST)
        least.append(word + _MARGINS)
        wanted.append(max(whole - word, 0.0))
    left = max(_ON_A_LINE - sum(least), 0.0)
    more = left / max(sum(wanted), 1.0)
    widths = [one + more * wish for one, wish in zip(least, wanted, strict=True)]
    return tuple(one / sum(widths) for one in widths)


def _text(line: Line) -> str:
    return "".join(run.text for run in line)


def _longest_word(text: str) -> int:
    """Return the width of the longest part that no line may break; Chinese breaks anywhere."""
    parts = re.split(r"[\s\u3000-\u9fff\uff00-\uffef]+|(?<=[a-z]-)(?=[a-z])", text)
    # A heading of few signs keeps them together all the same.
    return max([*map(_width, parts), 4 if text else 0])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
