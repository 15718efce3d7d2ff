"""How many datasets were last updated in each of the last months: a picture with a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class Month:
    """One column: its month, how many datasets, and its height in parts of the tallest."""

    name: str
    count: int
    share: float


def trend(months: Mapping[tuple[int, int], int], today: date) -> list[Month]:
    """Return the last months up to the current one; nothing where no dataset was updated in any.

    A dataset counts in the month of its last update alone, so that earlier months only lose.
    """
    last = today.year * 12 + today.month - 1
    keys = [divmod(number, 12) for number in range(last - MONTHS + 1, last + 1)]
    counts = [months.get((year, month + 1), 0) for year, month in keys]
    most = max(counts)
    if not most:
        return []
    return [
        Month(f"{year}-{month + 1:02}", count, count / most)
        for (year, month), count in zip(keys, counts, strict=True)
    ]
