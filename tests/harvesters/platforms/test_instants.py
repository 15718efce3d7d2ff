"""Points in time that platforms write, the impossible ones included."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harvesters.platforms.instants import http_date, in_utc
from ontology.dates import SHANGHAI


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("Tue, 01 Dec 2026 10:00:00 GMT", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("Tue, 01 Dec 2026 10:00:00 -0000", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("Tue, 01 Dec 2026 18:00:00 +0800", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:00:00 -0800", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_of_headers(value: str, instant: datetime | None) -> None:
    assert http_date(value) == instant


def test_the_first_day_of_the_calendar_is_no_moment() -> None:
    assert in_utc(datetime(1, 1, 1, tzinfo=SHANGHAI)) is None
