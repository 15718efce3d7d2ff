"""Points in time as platforms write them: any may lie outside of what can be counted with."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(value: str) -> datetime | None:
    """Return a header's date in UTC; None where it is none, or outside of the calendar.

    Without a zone (-0000) it is in UTC (RFC 9110, 5.6.7).
    """
    try:
        found = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return in_utc(found) if found.tzinfo else found.replace(tzinfo=UTC)


def in_utc(moment: datetime) -> datetime | None:
    """Return a moment in UTC; None where the calendar has no such day there.

    Some programs write the first or the last day of the calendar for "no date".
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None
