"""``/api/v1/rules/{rule}/rates``: how many public records pass a rule, by day and publisher."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query

from catalog_service.answers import Shown
from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import decode_segment
from catalog_service.rule_work.offenders import covered
from catalog_service.rule_work.parameters import Organization
from catalog_service.rule_work.rates import (
    ALL,
    by_publisher,
    count_publishers,
    history,
    last_measured,
)

router = APIRouter(prefix="/api/v1", tags=["rules"])

LONGEST: Final = 3_660
"""Days that can be asked for at once."""
MOST: Final = 100


class MeasuredDay(Shown):
    """One day, measured while it lasted."""

    day: date
    records: int
    found: int


class MeasuredPublisher(Shown):
    """One publisher on the last measured day."""

    publisher: str
    records: int
    found: int


class RatesAnswer(Shown):
    """``days`` are of all public records, or of one publisher; a day that is not in it was not
    measured. ``publishers`` are those of the last measured day, the worst first."""

    rule: str
    days: list[MeasuredDay]
    day: date | None
    publishers: list[MeasuredPublisher]
    total: int
    next: int | None


@router.get("/rules/{rule_id}/rates", summary="How many public records pass a rule, day by day")
def get_rates(
    atlas: Atlas,
    rule_id: str,
    publisher: Annotated[str | None, Query(max_length=1_024, description="Its IRI.")] = None,
    organization: Organization = None,
    days: Annotated[int, Query(ge=1, le=LONGEST)] = 90,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 25,
) -> RatesAnswer:
    """Measured by the worker while a day lasts, and never changed once it is over.

    ``publisher``: the days of this one alone; ``organization`` narrows the publishers.
    """
    rule = atlas.rules.get(decode_segment(rule_id))
    day = last_measured(atlas, rule.id)
    among = covered(atlas, organization) if organization else None
    total = 0 if day is None else count_publishers(atlas, day, among)
    found = (
        [] if day is None else by_publisher(atlas, rule.id, day, among, offset=offset, limit=limit)
    )
    return RatesAnswer(
        rule=rule.id,
        days=[
            MeasuredDay(day=one.day, records=one.records, found=one.found)
            for one in history(atlas, rule.id, days, publisher or ALL)
        ],
        day=day,
        publishers=[
            MeasuredPublisher(publisher=one.publisher, records=one.records, found=one.found)
            for one in found
        ],
        total=total,
        next=offset + limit if offset + limit < total else None,
    )
