"""``/api/v1/quality`` and ``/api/v1/datasets/{source}/{id}/quality``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query

from catalog_service.datasets.service import find_public
from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import Ref
from catalog_service.quality.answers import (
    AddressAnswer,
    AimAnswer,
    ColumnAnswer,
    DataAnswer,
    DatasetQualityAnswer,
    FigureAnswer,
    MeasurementAnswer,
    PointsAnswer,
    PointsFigure,
    PublisherFigure,
    QualityAnswer,
)
from catalog_service.quality.badges.outcomes import decision_answer
from catalog_service.quality.service import (
    ALL,
    RULES,
    AskedAddress,
    Kept,
    Metric,
    Points,
    aims,
    asked_of,
    badge_of,
    count_publishers,
    course,
    last_measured,
    measurements_of,
    point_course,
    points_kept,
    profiles_of,
    publisher_named,
    standing,
)

router = APIRouter(prefix="/api/v1", tags=["quality"])

LONGEST: Final = 3_660
"""Days that can be asked for at once."""
MOST: Final = 100
_MOST_ADDRESSES: Final = 1_000


@router.get("/quality", summary="Measured quality of the public records, day by day")
def get_quality(
    atlas: Atlas,
    metric: Metric = "on-time",
    publisher: Annotated[
        str | None, Query(max_length=1_024, description="Its IRI, code or name.")
    ] = None,
    days: Annotated[int, Query(ge=1, le=LONGEST)] = 90,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 25,
) -> QualityAnswer:
    """Measured every night, and never changed once a day is over.

    ``publisher``: the days of this one alone.
    """
    publisher = publisher_named(atlas, publisher)
    day = last_measured(atlas)
    total = 0 if day is None else count_publishers(atlas, metric, day)
    found = [] if day is None else standing(atlas, metric, day, offset=offset, limit=limit)
    return QualityAnswer(
        metric=metric,
        rule=RULES[metric],
        aims=[
            AimAnswer(percent=one.percent, since=one.since, until=one.until)
            for one in aims(atlas, metric)
        ],
        days=[
            FigureAnswer(
                day=one.day,
                records=one.records,
                judged=one.judged,
                passed=one.passed,
                percent=one.percent,
            )
            for one in course(atlas, metric, days, publisher or ALL)
        ],
        mqa=[
            PointsFigure(day=one.day, records=one.records, mean=one.mean)
            for one in point_course(atlas, days, publisher or ALL)
        ],
        day=day,
        publishers=[
            PublisherFigure(
                publisher=one.publisher,
                day=one.day,
                records=one.records,
                judged=one.judged,
                passed=one.passed,
                percent=one.percent,
            )
            for one in found
        ],
        total=total,
        next=offset + limit if offset + limit < total else None,
    )


@router.get(
    "/datasets/{source}/{remote_id}/quality", summary="What was measured of a public dataset"
)
def get_dataset_quality(atlas: Atlas, ref: Ref) -> DatasetQualityAnswer:
    """The newest measurement of each metric first, then those before it, by the day they began."""
    version = find_public(atlas, f"{ref.source}/{ref.remote_id}")
    found = measurements_of(atlas, version.iri)
    return DatasetQualityAnswer(
        iri=version.iri,
        day=last_measured(atlas),
        measurements=[
            MeasurementAnswer(
                metric=one.metric,
                rule=RULES[one.metric],
                since=one.day,
                result=one.result,
                reason=one.reason,
            )
            for many in found.values()
            for one in many
        ],
        mqa=[_points(since, one) for since, one in points_kept(atlas, version.iri)],
        badge=[decision_answer(one) for one in badge_of(atlas, version.iri)],
        data=next((_data(one) for one in profiles_of(atlas, version.iri)), None),
        addresses=[_address(one) for one in asked_of(atlas, version.iri, found)[:_MOST_ADDRESSES]],
    )


def _points(since: date, one: Points | None) -> PointsAnswer:
    if one is None:
        return PointsAnswer(since=since, points=0, unknown=0, gains={}, gone=True)
    return PointsAnswer(since=since, points=one.points, unknown=one.unknown, gains=dict(one.gains))


def _address(one: AskedAddress) -> AddressAnswer:
    answer = AddressAnswer(address=one.address, part=one.part)
    if one.state is None:
        return answer
    names = ("outcome", "status", "since", "seen", "good", "failed_days")
    return answer.model_copy(update={name: getattr(one.state, name) for name in names})


def _data(kept: Kept) -> DataAnswer:
    answer = DataAnswer(
        address=kept.address,
        since=kept.day,
        seen=kept.seen,
        reason=kept.reason,
        modified=kept.modified,
    )
    found = kept.profile
    if found is None:
        return answer
    return answer.model_copy(
        update={
            "rows": found.rows,
            "empty": found.empty,
            "wrong": found.wrong,
            "duplicates": found.duplicates,
            "missing": list(found.missing),
            "first": found.first,
            "last": found.last,
            "bytes": found.bytes,
            "sha256": found.sha256,
            "columns": [ColumnAnswer(**asdict(one)) for one in found.columns],
        }
    )
