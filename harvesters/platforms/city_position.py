"""Where a walk through a list of the city platform stands, and what its pages tell of the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import orjson

from ontology.dates import SHANGHAI

OVERLAP: Final = timedelta(days=1)
"""How far before the bookmark an increment goes on: some dates are days, and clocks differ."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands; written as a cursor."""

    page: int = 1
    size: int = 0
    """Entries of the first page: platforms answer with fewer than were asked for."""
    last: str = ""
    """Digest of the page before."""
    newest: str = ""
    """The newest date of change so far."""
    limit: str = ""
    """When the walk began (`walk_began`): a bookmark is never later than that."""
    ordered: bool = True
    """Whether the list has come sorted by change, the newest first, so far."""

    @classmethod
    def read(cls, cursor: str | None) -> Position:
        """Read a cursor; None is the beginning."""
        return cls() if cursor is None else cls(*orjson.loads(cursor))

    def written(self) -> str:
        """Return it as a cursor."""
        parts = (self.page, self.size, self.last, self.newest, self.limit, self.ordered)
        return orjson.dumps(parts).decode()

    def advanced(self, count: int, dates: list[datetime]) -> Position:
        """Return it with the newest date, and whether the list is sorted so far."""
        at = self
        if count:
            at = replace(at, ordered=at.ordered and dates == sorted(dates, reverse=True))
        if dates and (not at.newest or max(dates) > datetime.fromisoformat(at.newest)):
            at = replace(at, newest=max(dates).astimezone(SHANGHAI).isoformat())
        return at

    def has_more(self, count: int, declared: int | None) -> bool:
        """Tell whether another page is to be asked for behind one of ``count`` entries."""
        if not count:
            return False
        return declared is None or self.page < declared or count >= self.size

    def reaches(self, bookmark: str, dates: list[datetime]) -> bool:
        """Tell whether a page of these dates is newer than where an increment may end."""
        if not self.ordered or not dates:
            return True
        known = min(map(datetime.fromisoformat, (bookmark, self.limit or bookmark)))
        return min(dates) >= known - OVERLAP

    def possible(self, dates: list[datetime]) -> list[datetime]:
        """Return the dates that can be true; one in the future would hide all until then."""
        latest = datetime.fromisoformat(self.limit) + OVERLAP if self.limit else None
        return [date for date in dates if latest is None or date <= latest]

    def total(self, count: int, declared: int | None) -> int | None:
        """Return the number of datasets that the list must have at least, by its pages.

        A page is asked for beyond the declared ones only after full ones.
        """
        if declared is None:
            return None
        if self.page >= declared:
            return (self.page - 1) * self.size + count
        return (declared - 1) * self.size + 1

    def bookmark(self, before: str | None) -> str | None:
        """Return the newest date of change; None where the list does not come sorted by it."""
        if not self.ordered:
            return None
        known = [datetime.fromisoformat(one) for one in (self.newest, before) if one]
        if not known:
            return None
        newest = max(known)
        if self.limit:
            newest = min(newest, datetime.fromisoformat(self.limit))
        return newest.astimezone(SHANGHAI).isoformat()
