"""Which dumps stay: the newest of each of the last days, weeks and months that have one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

RULE: Final = re.compile(r"([1-9][0-9]{0,2})d ([0-9]{1,3})w ([0-9]{1,3})m")
"""A rule as the settings have it: ``7d 4w 12m``."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days, weeks and months keep their newest dump."""

    days: int
    weeks: int
    months: int

    @classmethod
    def of(cls, text: str) -> Retention:
        """Read a rule; raises `ValueError`."""
        found = RULE.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no rule such as '7d 4w 12m'")
        return cls(*(int(number) for number in found.groups()))

    def kept(self, dumps: Iterable[tuple[str, date]]) -> set[str]:
        """Return the names of the dumps that stay; they come with their days, newest first."""
        listed = list(dumps)
        periods: tuple[tuple[int, Callable[[date], object]], ...] = (
            (self.days, lambda day: day),
            (self.weeks, lambda day: day.isocalendar()[:2]),
            (self.months, lambda day: (day.year, day.month)),
        )
        kept: set[str] = set()
        for most, period in periods:
            newest: dict[object, str] = {}
            for name, day in listed:
                newest.setdefault(period(day), name)
            kept.update(list(newest.values())[:most])
        return kept
