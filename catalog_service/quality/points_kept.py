"""Points of MQA as they are kept: of a record from the day on which they changed, and by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.queries import chunks
from catalog_service.quality.mqa import Grade, Points, grade
from catalog_service.quality.tables import quality_point_days, quality_points

_P: Final = quality_points.c
_D: Final = quality_point_days.c


@dataclass(frozen=True, slots=True)
class DayPoints:
    """How many points all public ``records`` had together on a day."""

    publisher: str
    day: date
    records: int
    points: int

    @property
    def mean(self) -> float | None:
        """Return the points of one record, on average; None without any."""
        return self.points / self.records if self.records else None

    @property
    def grade(self) -> Grade | None:
        """Return what MQA calls that average."""
        return None if self.mean is None else grade(self.mean)


def keep_points(
    connection: sa.Connection, day: date, found: Mapping[str, Points], *, whole: bool
) -> None:
    """Keep what differs from what held at the end of the days before; today's is replaced.

    ``whole``: all that is public was measured, so that the points of all others end.
    """
    others = _not_in(connection, found) if whole else []
    for iris in (*chunks(sorted(found)), *chunks(others)):
        connection.execute(quality_points.delete().where(_P.day == day, _P.iri.in_(iris)))
        last = (
            sa.select(_P.iri, sa.func.max(_P.day).label("day"))
            .where(_P.day < day, _P.iri.in_(iris))
            .group_by(_P.iri)
            .subquery()
        )
        rows = connection.execute(
            sa.select(quality_points).join(
                last, sa.and_(last.c.iri == _P.iri, last.c.day == _P.day)
            )
        )
        before = {row.iri: _points(row) for row in rows}
        # What never had points before today has none that end.
        changed = [
            _row(iri, day, found.get(iri))
            for iri in iris
            if (iri in found or iri in before) and before.get(iri) != found.get(iri)
        ]
        if changed:
            connection.execute(quality_points.insert(), changed)


def _not_in(connection: sa.Connection, found: Mapping[str, Points]) -> list[str]:
    query = sa.select(_P.iri).distinct()
    return sorted(one for one in connection.execute(query).scalars() if one not in found)


def _row(iri: str, day: date, one: Points | None) -> dict[str, object]:
    if one is None:
        return {"iri": iri, "day": day, "points": 0, "unknown": 0, "missing": "", "gone": True}
    return {
        "iri": iri,
        "day": day,
        "points": one.points,
        "unknown": one.unknown,
        "missing": " ".join(one.missing),
        "gone": False,
    }


def keep_point_sums(
    connection: sa.Connection, day: date, sums: Counter[tuple[str, str]], everybody: str
) -> None:
    """Keep the points of all public records on a day, and by publisher."""
    connection.execute(quality_point_days.delete().where(_D.day == day))
    publishers = sorted({who for who, _ in sums} | {everybody})
    connection.execute(
        quality_point_days.insert(),
        [
            {
                "publisher": who,
                "day": day,
                "records": sums[who, "records"],
                "points": sums[who, "points"],
            }
            for who in publishers
        ],
    )


def points_kept(atlas: Service, iri: str) -> list[tuple[date, Points | None]]:
    """Return the points of a record with the day from which it had them, the newest first.

    None: from that day on it was no longer public.
    """
    query = sa.select(quality_points).where(_P.iri == iri).order_by(_P.day.desc())
    with atlas.journal.reading_tables() as connection:
        return [(row.day, _points(row)) for row in connection.execute(query)]


def point_course(atlas: Service, days: int, publisher: str = "") -> list[DayPoints]:
    """Return the points on the measured days among the last ``days``, the first one first."""
    query = (
        sa.select(_D.publisher, _D.day, _D.records, _D.points)
        .where(_D.publisher == publisher, _D.day > atlas.clock.today() - timedelta(days))
        .order_by(_D.day)
    )
    with atlas.journal.reading_tables() as connection:
        return [DayPoints(*row) for row in connection.execute(query)]


def _points(row: sa.Row[Any]) -> Points | None:
    if row.gone:
        return None
    return Points(row.points, row.unknown, tuple(row.missing.split()))
