"""The calendar of deadlines as iCalendar (RFC 5545), for the calendars that people have already."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from catalog_service.workbench.service import Day
from translations import Translator


def calendar_file(
    days: Sequence[Day], *, public_url: str, name: str, texts: Translator, now: datetime
) -> bytes:
    """Return deadlines as events of whole days; an event keeps its identifier between readings.

    ``now`` is when it is made; ``name`` is what calendars call it.
    """
    # Loaded where it is used: no other page needs its parser.
    from icalendar import Calendar, Event  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", "-//Shanghai Data Atlas//workbench//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for day in days:
        for kind, deadline in day.entries:
            label = texts.gettext(kind.label)
            about = f": {deadline.name}" if deadline.name else ""
            count = f" ({deadline.count})" if deadline.count > 1 else ""
            named = f"{kind.name} {day.day} {deadline.path}".encode()
            event = Event()
            event.add("uid", f"{hashlib.sha256(named).hexdigest()[:32]}@shanghai-data-atlas")
            event.add("dtstamp", now)
            event.add("dtstart", day.day)
            event.add("dtend", day.day + timedelta(1))
            event.add("summary", f"{label}{about}{count}")
            event.add("url", f"{public_url}{deadline.path}")
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
