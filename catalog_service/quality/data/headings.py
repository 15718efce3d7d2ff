"""Which row of a table is its heading, and what of it may be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from catalog_service.quality.data.model import DeclaredItem
from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.latin_names import is_latin_name
from harvesters.privacy.personal_data import clean_text, is_personal_identifier
from search.relations.fields import field_key

SEARCHED: Final = 10
"""Rows among which the heading is looked for: a title and notes may stand above it."""
_LONGEST: Final = 60
_VALUE: Final = re.compile(r"[\d\s.,:/%+\-]+")


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


def shown(heading: str, declared: Declared) -> str | None:
    """Return a heading as it may be kept; None for what may be a value, or tells of a person."""
    text = heading.strip()
    number = declared.of(text) if text else None
    if number is not None:
        return declared.items[number].names[0]
    if (
        not text
        or len(text) > _LONGEST
        or _VALUE.fullmatch(text)
        or is_personal_identifier(text)
        or clean_text(text).kinds
        or clean_text(f"姓名：{text}").kinds
        or is_person_name(text)
        or is_latin_name(text.title())
    ):
        return None
    return text
