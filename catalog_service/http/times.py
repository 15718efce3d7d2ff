"""Times in addresses: ISO 8601; a day alone means its end in Shanghai, or its start."""

from __future__ import annotations

from datetime import UTC, datetime

from catalog_service.clock import SHANGHAI
from catalog_service.errors import TIME_INVALID
from ontology.errors import AtlasError

_DAY_LENGTH = len("2026-09-01")


def parse_time(text: str) -> datetime:
    """Return the instant in UTC; a time without a zone is Shanghai's. Raises ``time-invalid``."""
    # In a query string "+" means a blank: 12:00+08:00 arrives as 12:00 08:00.
    asked = text.strip().replace(" 0", "+0", 1) if "T" in text else text.strip()
    try:
        moment = datetime.fromisoformat(asked)
        if len(asked) == _DAY_LENGTH:
            moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=SHANGHAI)
        # Times are told in Shanghai's: of what the calendar ends before there is none.
        return moment.astimezone(SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise AtlasError(TIME_INVALID, value=text[:100]) from error


def parse_start(text: str) -> datetime:
    """Return the instant from which something is asked for: a day alone means its start.

    Raises ``time-invalid``.
    """
    day = len(text.strip()) == _DAY_LENGTH
    return parse_time(f"{text.strip()}T00:00:00" if day else text)
