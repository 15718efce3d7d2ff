"""Measurements as they are kept: of a record from the day on which they changed.

Read, compared and written in parts, so that memory holds one part at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import sqlalchemy as sa

from catalog_service.journal.queries import chunks
from catalog_service.quality.model import METRICS, Found, Metric
from catalog_service.quality.tables import quality_measurements

_GONE: Final = Found("gone", "")
_M: Final = quality_measurements.c

FoundOfAll = tuple[Found, ...]
"""What all metrics say of a record, in the order of ``METRICS``."""


def keep_measurements(
    connection: sa.Connection, day: date, found: Mapping[str, FoundOfAll], *, whole: bool
) -> int:
    """Keep what differs from what held at the end of the days before; today's is replaced.

    ``whole``: all that is public was measured, so that what is not in it is gone; its past stays.
    Returns how many measurements changed.
    """
    changed = 0
    others = _not_in(connection, found) if whole else []
    for iris in (*chunks(sorted(found)), *chunks(others)):
        before = _before(connection, day, iris)
        rows = {
            (iri, metric): one
            for iri in iris
            if iri in found
            for metric, one in zip(METRICS, found[iri], strict=True)
            if before.get((iri, metric)) != one
        }
        rows.update(
            (key, _GONE)
            for key, one in before.items()
            if key[0] not in found and one.result != "gone"
        )
        connection.execute(quality_measurements.delete().where(_M.day == day, _M.iri.in_(iris)))
        if rows:
            connection.execute(
                quality_measurements.insert(),
                [
                    {"iri": i, "metric": m, "day": day, "result": one.result, "reason": one.reason}
                    for (i, m), one in rows.items()
                ],
            )
        changed += len(rows)
    return changed


def _not_in(connection: sa.Connection, found: Mapping[str, FoundOfAll]) -> list[str]:
    """Return what was ever measured and is not among what was found."""
    query = sa.select(_M.iri).distinct()
    return sorted(one for one in connection.execute(query).scalars() if one not in found)


def _before(
    connection: sa.Connection, day: date, iris: Collection[str]
) -> dict[tuple[str, Metric], Found]:
    """Return what held at the end of the days before."""
    last = (
        sa.select(_M.iri, _M.metric, sa.func.max(_M.day).label("day"))
        .where(_M.day < day, _M.iri.in_(iris))
        .group_by(_M.iri, _M.metric)
        .subquery()
    )
    same = sa.and_(last.c.iri == _M.iri, last.c.metric == _M.metric, last.c.day == _M.day)
    rows = connection.execute(sa.select(_M.iri, _M.metric, _M.result, _M.reason).join(last, same))
    return {(row.iri, row.metric): Found(row.result, row.reason) for row in rows}
