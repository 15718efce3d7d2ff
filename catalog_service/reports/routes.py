"""``/api/v1/reports``: which reports there are, and each of them as JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from catalog_service.answers import Shown
from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import decode_segment
from catalog_service.reports.outcomes import OrganizationAnswer, ReportAnswer, report_answer
from catalog_service.reports.owed import owed
from catalog_service.reports.service import (
    Period,
    compose,
    last_counted,
    named,
    organizations_on,
    periods,
)

router = APIRouter(prefix="/api/v1", tags=["reports"])

Day = Annotated[
    date | None, Query(description="As of the end of this day of the period, not its last.")
]


class PeriodAnswer(Shown):
    """A period of which something was counted."""

    period: str
    kind: str
    first: date
    last: date


class OwedAnswer(Shown):
    """A period that is over, and has no report (``uncounted``), or one that nobody was told of."""

    period: str
    kind: str
    reason: str


class ReportsAnswer(Shown):
    """Which reports there are: of each period, for the city and for each organization.

    ``owed``: those that R36 misses.
    """

    day: date | None
    periods: list[PeriodAnswer]
    organizations: list[OrganizationAnswer]
    owed: list[OwedAnswer]


@router.get("/reports", summary="Which reports there are")
def get_reports(atlas: Atlas) -> ReportsAnswer:
    """Periods, the newest first, and the organizations as they were called on the last day."""
    day = last_counted(atlas)
    return ReportsAnswer(
        day=day,
        periods=[
            PeriodAnswer(period=one.name, kind=one.kind, first=one.first, last=one.last)
            for one in periods(atlas)
        ],
        organizations=[
            OrganizationAnswer(iri=one.iri, name=one.names, kind=one.kind)
            for one in ([] if day is None else organizations_on(atlas, day))
        ],
        owed=[
            OwedAnswer(period=one.period.name, kind=one.period.kind, reason=one.reason)
            for one in owed(atlas)
        ],
    )


@router.get("/reports/{period}/{organization}", summary="A report")
def get_report(atlas: Atlas, period: str, organization: str, day: Day = None) -> ReportAnswer:
    """Of a month (2026-11), a quarter (2026-Q4) or a year; ``city``, or an IRI, code or name.

    Of a day that is over it is always the same. Other formats: /reports/2026-11/city.csv.
    """
    found = named(atlas, decode_segment(organization))
    return report_answer(compose(atlas, Period.named(period), found, day))
