"""Which row of a table is its heading, and what of it may be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from catalog_service.quality.data.model import DeclaredItem
from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.latin_names import is_latin_name
from harvesters.privacy.personal_data import clean_text
from harvesters.privacy.table_cells import is_personal
from search.relations.fields import field_key

SEARCHED: Final = 10
"""Rows among which the heading is looked for: a title and notes may stand above it."""
_LONGEST: Final = 60
_VALUE: Final = re.compile(r"[\d\s.,:/%+\-]+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d", re.ASCII)
"""May head a column of figures."""
_PAPER: Final = re.compile(r"[A-Za-z]{1,2}\d{7,9}", re.ASCII)
"""A passport's number, or another code that is no name of a column."""
_DOOR: Final = re.compile(r"\d+\s?(?:室|弄|幢|单元)|[路街道巷村]\s?\d+\s?号(?!线|楼)")
"""An address, down to the door: what stands below a heading, and never in one."""


class Declared:
    """The declared data items, by all their names."""

    def __init__(self, items: Sequence[DeclaredItem]) -> None:
        self.items = items
        self._by_key = {
            key: number
            for number, item in reversed(list(enumerate(items)))
            for name in reversed(item.names)
            if (key := field_key(name))
        }

    def of(self, heading: str) -> int | None:
        """Return the number of the item that a heading calls."""
        return self._by_key.get(field_key(heading))


def heading_row(first: Iterable[Sequence[str]], declared: Declared) -> int | None:
    """Return which of the first rows is the heading; None where none holds anything.

    The one that calls the most declared items, two at least; else the first one that fills more
    than half of the widest row.
    """
    found = [[cell.strip() for cell in row] for row in first]
    called = [
        len({item for cell in row if cell and (item := declared.of(cell)) is not None})
        for row in found
    ]
    best = max(called, default=0)
    if best > 1:
        return called.index(best)
    filled = [sum(map(bool, row)) for row in found]
    most = max(filled, default=0)
    return next((n for n, count in enumerate(filled) if count and count * 2 > most), None)


def shown(headings: Sequence[str], declared: Declared) -> list[str | None]:
    """Return headings as they may be kept; None for what may be a value, or tells of a person.

    Of a row that is one of the data, because its file has no headings, none is kept: what stands
    beside a person tells of that person.
    """
    names = [_shown(one.strip(), declared) for one in headings]
    return [None for _ in names] if _is_data(headings, declared) else names


def _is_data(headings: Sequence[str], declared: Declared) -> bool:
    """Tell whether a row that calls no declared item has a person in it.

    A word that only looks like a name (高程) may head a column, but not beside a value.
    """
    row = [text for heading in headings if (text := heading.strip())]
    if any(declared.of(text) is not None for text in row):
        return False
    has_values = any(
        _PAPER.fullmatch(one) or (_VALUE.fullmatch(one) and not _YEAR.fullmatch(one)) for one in row
    )
    return any(
        is_personal((), one)
        or _DOOR.search(one) is not None
        or (has_values and is_person_name(one))
        for one in row
    )


def _shown(text: str, declared: Declared) -> str | None:
    number = declared.of(text) if text else None
    if number is not None:
        return declared.items[number].names[0]
    if (
        not text
        or len(text) > _LONGEST
        or _VALUE.fullmatch(text)
        or _PAPER.fullmatch(text)
        or _DOOR.search(text)
        or is_personal((), text)
        or clean_text(f"姓名：{text}").kinds
        or is_person_name(text)
        or is_latin_name(text.title())
    ):
        return None
    return text
