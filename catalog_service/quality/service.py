"""Measured quality: what was measured of a dataset, and the figures by publisher and day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.accounts.service import organization_named
from catalog_service.context import Service
from catalog_service.journal.queries import chunks
from catalog_service.quality.addresses.model import AskedAddress, Standing
from catalog_service.quality.asked_addresses import (
    AskedAddresses,
    addresses_of,
    ask_addresses,
)
from catalog_service.quality.badges.criteria import criteria_versions
from catalog_service.quality.badges.kept import all_decisions, badge_of, holders
from catalog_service.quality.badges.linked_data import BadgeGraphs, badge_lines
from catalog_service.quality.badges.model import Decision
from catalog_service.quality.data.keeping import Done, Kept, profile_data, profiles_of
from catalog_service.quality.data.model import group_of
from catalog_service.quality.data.night import Night
from catalog_service.quality.evaluating import evaluate
from catalog_service.quality.measuring import served_by_api
from catalog_service.quality.model import (
    METRICS,
    RULES,
    DayFigure,
    Evaluated,
    Measurement,
    Metric,
)
from catalog_service.quality.mqa import ALL_POINTS, POINTS, Points
from catalog_service.quality.organization_figures import (
    ALL,
    days_in_distinct_records,
    organization_figures_on,
    organizations_above,
)
from catalog_service.quality.points_kept import DayPoints, point_course, points_kept
from catalog_service.quality.ring import Quality, quality, reasons
from catalog_service.quality.tables import quality_days, quality_measurements
from ontology.errors import AtlasError

__all__ = [
    "ALL",
    "ALL_POINTS",
    "METRICS",
    "POINTS",
    "RULES",
    "Aim",
    "AskedAddress",
    "AskedAddresses",
    "BadgeGraphs",
    "DayFigure",
    "DayPoints",
    "Decision",
    "Done",
    "Evaluated",
    "Kept",
    "Measurement",
    "Metric",
    "Night",
    "Points",
    "Quality",
    "addresses_of",
    "aims",
    "all_decisions",
    "ask_addresses",
    "asked_of",
    "badge_lines",
    "badge_of",
    "count_publishers",
    "course",
    "criteria_versions",
    "days_in_distinct_records",
    "evaluate",
    "figures_on",
    "group_of",
    "holders",
    "last_measured",
    "measured_days",
    "measurements_of",
    "newest_measurements",
    "organization_figures_on",
    "organizations_above",
    "point_course",
    "points_kept",
    "profile_data",
    "profiles_of",
    "publisher_named",
    "quality",
    "reasons",
    "served_by_api",
    "standing",
]

_M: Final = quality_measurements.c
_D: Final = quality_days.c
_WHOLE_DAYS: Final = sa.and_(_D.metric == METRICS[0], _D.publisher == ALL)
"""Each measured day has every metric of all records: days are found by the key's beginning."""

AIMS: Final[dict[Metric, str]] = {
    "on-time": "on-time-rate",
    "machine-readable": "machine-readable-rate",
}
"""The parameter of a metric's rule that says what share must pass.

Of the others no text does: R15 demands a share of the year's opened datasets, which reports count.
"""
_WORST_FIRST: Final[tuple[Standing, ...]] = ("dead", "failing", "refused", "unasked", "answers")


@dataclass(frozen=True, slots=True)
class Aim:
    """The share that a text demands, from 0 to 100, and the days for which it does."""

    percent: float
    since: date
    until: date | None


def aims(atlas: Service, metric: Metric) -> list[Aim]:
    """Return what is demanded of a metric's figure, the first demand first."""
    if not RULES[metric]:
        return []
    rule = atlas.rules.get(RULES[metric])
    return sorted(
        (
            Aim(100 * float(one.value), one.in_force.start, one.in_force.end)
            for one in rule.parameters
            if one.name == AIMS.get(metric)
        ),
        key=lambda aim: aim.since,
    )


def measurements_of(atlas: Service, iri: str) -> dict[Metric, list[Measurement]]:
    """Return all that was measured of a record by metric, the newest first; empty: not yet."""
    query = (
        sa.select(_M.metric, _M.day, _M.result, _M.reason)
        .where(_M.iri == iri)
        .order_by(_M.metric, _M.day.desc())
    )
    found: dict[Metric, list[Measurement]] = {}
    with atlas.journal.reading_tables() as connection:
        for row in connection.execute(query):
            found.setdefault(row.metric, []).append(Measurement(*row))
    return {metric: found[metric] for metric in METRICS if metric in found}


def newest_measurements(
    atlas: Service, iris: Collection[str]
) -> dict[str, dict[Metric, Measurement]]:
    """Return what was measured of records last, by IRI and metric; those without any are not there.

    One look-up for as many records as a page has.
    """
    found: dict[str, dict[Metric, Measurement]] = {}
    with atlas.journal.reading_tables() as connection:
        for part in chunks(sorted(iris)):
            last = (
                sa.select(_M.iri, _M.metric, sa.func.max(_M.day).label("day"))
                .where(_M.iri.in_(part))
                .group_by(_M.iri, _M.metric)
                .subquery()
            )
            same = sa.and_(last.c.iri == _M.iri, last.c.metric == _M.metric, last.c.day == _M.day)
            query = sa.select(_M.iri, _M.metric, _M.day, _M.result, _M.reason).join(last, same)
            for iri, *measured in connection.execute(query):
                one = Measurement(*measured)
                found.setdefault(iri, {})[one.metric] = one
    return {
        iri: {metric: of[metric] for metric in METRICS if metric in of} for iri, of in found.items()
    }


def asked_of(
    atlas: Service, iri: str, measured: Mapping[Metric, Sequence[Measurement]]
) -> list[AskedAddress]:
    """Return a record's addresses where any was asked, as its newest measurement says.

    What is to be mended comes first.
    """
    links = measured.get("links")
    if not links or links[0].result == "gone" or links[0].reason in ("unasked", "noaddress"):
        return []
    return sorted(addresses_of(atlas, iri), key=lambda one: _WORST_FIRST.index(one.standing))


def last_measured(atlas: Service) -> date | None:
    """Return the last day on which all public records were measured."""
    with atlas.journal.reading_tables() as connection:
        query = sa.select(sa.func.max(_D.day)).where(_WHOLE_DAYS)
        found: date | None = connection.execute(query).scalar()
    return found


def measured_days(atlas: Service, first: date, last: date) -> list[date]:
    """Return the days between two, both included, on which all public records were measured."""
    query = sa.select(_D.day).where(_WHOLE_DAYS, _D.day >= first, _D.day <= last).order_by(_D.day)
    with atlas.journal.reading_tables() as connection:
        return list(connection.execute(query).scalars())


def figures_on(
    atlas: Service, days: Collection[date], publishers: Collection[str] | None = None
) -> list[tuple[Metric, DayFigure]]:
    """Return the figures of days, of all publishers and of all together, or of some of them."""
    query = sa.select(_D.metric, *_figures().selected_columns).where(_D.day.in_(sorted(days)))
    if publishers is not None:
        query = query.where(_D.publisher.in_(sorted(publishers)))
    query = query.order_by(_D.metric, _D.publisher, _D.day)
    with atlas.journal.reading_tables() as connection:
        return [(row[0], DayFigure(*row[1:])) for row in connection.execute(query)]


def publisher_named(atlas: Service, text: str | None) -> str | None:
    """Return a publisher by IRI, code or name; None where none is asked for.

    Publishers that no vocabulary knows are named by their IRIs. Raises ``unknown-organization``.
    """
    if not text:
        return None
    try:
        return organization_named(atlas.vocabulary, text)
    except AtlasError:
        measured = sa.exists().where(_D.publisher == text)
        with atlas.journal.reading_tables() as connection:
            if connection.scalar(sa.select(measured)):
                return text
        raise


def course(atlas: Service, metric: Metric, days: int, publisher: str = ALL) -> list[DayFigure]:
    """Return the measured days among the last ``days``, the first one first."""
    query = (
        _figures()
        .where(
            _D.metric == metric,
            _D.publisher == publisher,
            _D.day > atlas.clock.today() - timedelta(days),
        )
        .order_by(_D.day)
    )
    with atlas.journal.reading_tables() as connection:
        return [DayFigure(*row) for row in connection.execute(query)]


def standing(
    atlas: Service,
    metric: Metric,
    day: date,
    among: Collection[str] | None = None,
    *,
    offset: int = 0,
    limit: int = 25,
) -> list[DayFigure]:
    """Return how publishers stood on a day: the worst first, those last of whom none can be judged.

    ``among``: these alone, by IRI.
    """
    share = sa.case((_D.judged == 0, 2.0), else_=_D.passed * 1.0 / _D.judged)
    query = (
        _figures()
        .where(*_publishers(metric, day, among))
        .order_by(share, _D.judged.desc(), _D.publisher)
        .offset(offset)
        .limit(limit)
    )
    with atlas.journal.reading_tables() as connection:
        return [DayFigure(*row) for row in connection.execute(query)]


def count_publishers(
    atlas: Service, metric: Metric, day: date, among: Collection[str] | None = None
) -> int:
    """Return how many publishers had public records on a day."""
    query = sa.select(sa.func.count()).select_from(quality_days)
    with atlas.journal.reading_tables() as connection:
        return connection.execute(query.where(*_publishers(metric, day, among))).scalar_one()


def _figures() -> sa.Select[Any]:
    return sa.select(_D.publisher, _D.day, _D.records, _D.judged, _D.passed)


def _publishers(
    metric: Metric, day: date, among: Collection[str] | None
) -> list[sa.ColumnElement[Any]]:
    found: list[sa.ColumnElement[Any]] = [
        _D.metric == metric,
        _D.day == day,
        _D.publisher != ALL,
    ]
    if among is not None:
        found.append(_D.publisher.in_(sorted(among)))
    return found
