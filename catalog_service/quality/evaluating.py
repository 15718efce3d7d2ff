"""Measures the public records today, and keeps what changed.

A day is written while it lasts and never once it is over: what was measured then is not what
today's record, vocabulary or definition would say of it. Records are read in parts: of each only
what came of it stays in memory, and equal outcomes once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.model import StoredRecord
from catalog_service.quality.badges.deciding import decide
from catalog_service.quality.beside import known_beside
from catalog_service.quality.measurements_kept import FoundOfAll, keep_measurements
from catalog_service.quality.measuring import machine_readable, measured, points
from catalog_service.quality.model import METRICS, Evaluated
from catalog_service.quality.mqa import Points
from catalog_service.quality.organization_figures import (
    ALL,
    Figures,
    counted_rows,
    keep_organization_figures,
    organizations_above,
    reached,
)
from catalog_service.quality.points_kept import keep_point_sums, keep_points
from catalog_service.quality.reading import read
from catalog_service.quality.tables import quality_days, quality_measurements
from catalog_service.samples.service import sample_records

_AT_ONCE: Final = 500
"""Records that are read into memory together."""
_M: Final = quality_measurements.c


def evaluate(
    atlas: Service, *, source: str | None = None, iri: str | None = None
) -> Evaluated | None:
    """Measure today: all public records, those of a source, or one; None where a later day is kept.

    Figures by publisher are counted, and badges decided, where all are measured.
    """
    day = atlas.clock.today()
    whole = source is None and iri is None
    tally = _Tally(atlas, day)
    wanted = (one for one in _records(atlas, iri) if source is None or one.source == source)
    while part := list(islice(wanted, _AT_ONCE)):
        tally.add(part)
    with atlas.journal.writing_tables() as connection:
        # A day that ended while it was measured is over, and stays as it was.
        if _last_day(connection) > day or atlas.clock.today() != day:
            return None
        changed = keep_measurements(connection, day, tally.found, whole=whole)
        keep_points(connection, day, tally.points, whole=whole)
        if whole:
            connection.execute(quality_days.delete().where(quality_days.c.day == day))
            rows = counted_rows(tally.figures, day, "publisher")
            connection.execute(quality_days.insert(), rows)
            keep_organization_figures(connection, day, tally.of_organizations)
            keep_point_sums(connection, day, tally.point_sums, ALL)
    if whole:
        decide(atlas)
    return Evaluated(day, len(tally.found), changed, whole)


class _Tally:
    """What came of each record, and the figures of all."""

    def __init__(self, atlas: Service, day: date) -> None:
        self._atlas, self._day = atlas, day
        self._formats = machine_readable(atlas.rules.get("R14"))
        self._above = organizations_above(atlas)
        self._same: dict[Any, Any] = {}
        self.found: dict[str, FoundOfAll] = {}
        self.points: dict[str, Points] = {}
        self.figures: Figures = Counter()
        self.of_organizations: Figures = Counter()
        self.point_sums: Counter[tuple[str, str]] = Counter()

    def add(self, part: Sequence[StoredRecord]) -> None:
        """Measure some records."""
        said = {one.iri: read(one.nquads or "", one.focus) for one in part}
        known = known_beside(self._atlas, said)
        for iri, one in said.items():
            found = measured(one, self._day, self._formats, known[iri])
            of_all = tuple(found[metric] for metric in METRICS)
            self.found[iri] = self._same.setdefault(of_all, of_all)
            own = points(one, self._formats, known[iri])
            self.points[iri] = self._same.setdefault(own, own)
            publishers = (ALL, *one.publishers)
            self._count(self.figures, publishers, of_all)
            organizations = (ALL, *reached(one.publishers, self._above))
            self._count(self.of_organizations, organizations, of_all)
            for publisher in publishers:
                self.point_sums[publisher, "records"] += 1
                self.point_sums[publisher, "points"] += own.points

    def _count(self, figures: Figures, whose: Iterable[str], of_all: FoundOfAll) -> None:
        for who in whose:
            for metric, one in zip(METRICS, of_all, strict=True):
                figures[metric, who, "records"] += 1
                figures[metric, who, "judged"] += one.result in ("pass", "fail")
                figures[metric, who, "passed"] += one.result == "pass"


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
