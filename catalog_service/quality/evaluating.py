"""Measures the public records today, and keeps what changed.

A day is written while it lasts and never once it is over: what was measured then is not what
today's record, vocabulary or definition would say of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.model import StoredRecord
from catalog_service.journal.queries import chunks
from catalog_service.quality.badges.deciding import decide
from catalog_service.quality.beside import known_beside
from catalog_service.quality.measuring import machine_readable, measured, points
from catalog_service.quality.model import METRICS, Evaluated, Found, Metric
from catalog_service.quality.mqa import Points
from catalog_service.quality.points_kept import keep_point_sums, keep_points
from catalog_service.quality.reading import read
from catalog_service.quality.tables import quality_days, quality_measurements
from catalog_service.samples.service import sample_records

ALL: Final = ""
"""In the place of a publisher: all public records together."""
_GONE: Final = Found("gone", "")
_M: Final = quality_measurements.c

_Key = tuple[str, Metric]


def evaluate(
    atlas: Service, *, source: str | None = None, iri: str | None = None
) -> Evaluated | None:
    """Measure today: all public records, those of a source, or one; None where a later day is kept.

    Figures by publisher are counted, and badges decided, where all are measured.
    """
    day = atlas.clock.today()
    whole = source is None and iri is None
    formats = machine_readable(atlas.rules.get("R14"))
    found: dict[_Key, Found] = {}
    figures: Counter[tuple[Metric, str, str]] = Counter()
    pointed: dict[str, Points] = {}
    point_sums: Counter[tuple[str, str]] = Counter()
    beside = known_beside(atlas, iri)
    count = 0
    for record in _records(atlas, iri):
        if source is not None and record.source != source:
            continue
        count += 1
        said = read(record.nquads or "", record.focus)
        known = beside(record.iri, said)
        own_points = points(said, formats, known)
        pointed[record.iri] = own_points
        for publisher in (ALL, *said.publishers):
            point_sums[publisher, "records"] += 1
            point_sums[publisher, "points"] += own_points.points
        for metric, one in measured(said, day, formats, known).items():
            found[record.iri, metric] = one
            for publisher in (ALL, *said.publishers):
                figures[metric, publisher, "records"] += 1
                figures[metric, publisher, "judged"] += one.result in ("pass", "fail")
                figures[metric, publisher, "passed"] += one.result == "pass"
    with atlas.journal.writing_tables() as connection:
        # A day that ended while it was measured is over, and stays as it was.
        if _last_day(connection) > day or atlas.clock.today() != day:
            return None
        only = None if whole else {name for name, _ in found}
        before = _before(connection, day, only)
        if whole:
            # What is public no longer is measured no longer: its past stays.
            gone = (key for key, one in before.items() if one.result != "gone")
            found.update({key: _GONE for key in gone if key not in found})
        changed = {key: one for key, one in found.items() if before.get(key) != one}
        _forget_today(connection, day, only)
        _insert(connection, day, changed)
        keep_points(connection, day, pointed)
        if whole:
            _insert_figures(connection, day, figures)
            keep_point_sums(connection, day, point_sums, ALL)
    if whole:
        decide(atlas)
    return Evaluated(day, count, len(changed), whole)


def _records(atlas: Service, iri: str | None) -> Iterator[StoredRecord]:
    """Yield what is measured: public records but samples, which no department publishes as data."""
    samples = sample_records(atlas)
    if iri is None:
        stream = atlas.journal.snapshot()[1]
        yield from (
            one for one in stream if one.state == "active" and one.nquads and one.iri not in samples
        )
        return
    one = None if iri in samples else atlas.journal.get(iri)
    if one is not None and one.public and one.state == "active" and one.nquads:
        yield one


def _last_day(connection: sa.Connection) -> date:
    days = (
        connection.execute(sa.select(sa.func.max(column))).scalar()
        for column in (_M.day, quality_days.c.day)
    )
    return max((day for day in days if day is not None), default=date.min)


def _before(connection: sa.Connection, day: date, only: set[str] | None) -> dict[_Key, Found]:
    """Return what held at the end of the days before."""
    last = (
        sa.select(_M.iri, _M.metric, sa.func.max(_M.day).label("day"))
        .where(_M.day < day)
        .group_by(_M.iri, _M.metric)
    )
    found: dict[_Key, Found] = {}
    for names in [None] if only is None else chunks(sorted(only)):
        query = last if names is None else last.where(_M.iri.in_(names))
        newest = query.subquery()
        rows = connection.execute(
            sa.select(_M.iri, _M.metric, _M.result, _M.reason).join(
                newest,
                sa.and_(
                    newest.c.iri == _M.iri, newest.c.metric == _M.metric, newest.c.day == _M.day
                ),
            )
        )
        found.update({(row.iri, row.metric): Found(row.result, row.reason) for row in rows})
    return found


def _forget_today(connection: sa.Connection, day: date, only: set[str] | None) -> None:
    table = quality_measurements
    if only is None:
        connection.execute(table.delete().where(table.c.day == day))
        return
    for names in chunks(sorted(only)):
        connection.execute(table.delete().where(table.c.day == day, table.c.iri.in_(names)))


def _insert(connection: sa.Connection, day: date, changed: dict[_Key, Found]) -> None:
    rows = [
        {"iri": iri, "metric": metric, "day": day, "result": one.result, "reason": one.reason}
        for (iri, metric), one in changed.items()
    ]
    if rows:
        connection.execute(quality_measurements.insert(), rows)


def _insert_figures(
    connection: sa.Connection, day: date, figures: Counter[tuple[Metric, str, str]]
) -> None:
    connection.execute(quality_days.delete().where(quality_days.c.day == day))
    counted: Iterable[tuple[Metric, str]] = {(metric, who) for metric, who, _ in figures}
    # Of all together there is a row each day, so that a day without records is a measured one.
    rows = [
        {
            "metric": metric,
            "publisher": who,
            "day": day,
            **{name: figures[metric, who, name] for name in ("records", "judged", "passed")},
        }
        for metric, who in sorted({*counted, *((metric, ALL) for metric in METRICS)})
    ]
    connection.execute(quality_days.insert(), rows)
