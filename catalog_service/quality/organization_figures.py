"""Figures of organizations with all that counts as theirs, each record once.

A dataset may name two departments of one organization: it counts once for each of them, and once
for what both lie below. Sums of what the publishers have would count it twice there. Days on which
this was not counted yet have no such figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.quality.model import METRICS, DayFigure, Metric
from catalog_service.quality.tables import quality_organization_days

ALL: Final = ""
"""In the place of an organization: all public records together."""
_O: Final = quality_organization_days.c

Figures = Counter[tuple[Metric, str, str]]
"""By metric, organization, and what is counted: ``records``, ``judged``, ``passed``."""


def organizations_above(atlas: Service) -> dict[str, tuple[str, ...]]:
    """Return what each organization lies below or was followed by, by IRI, as it stands now."""
    hierarchy = atlas.accounts.hierarchy
    iris = [one.iri for one in atlas.vocabulary.concepts("organization")]
    return {
        iri: tuple(sorted(one for one in iris if one != iri and hierarchy.leads_to(iri, one)))
        for iri in iris
    }


def reached(publishers: Collection[str], above: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return for which organizations a record counts: each is named once."""
    return {iri for one in publishers for iri in (one, *above.get(one, ()))}


def counted_rows(figures: Figures, day: date, name: str) -> list[dict[str, object]]:
    """Return the rows of a day; ``name`` is the column that says whose they are.

    Of all together there is a row each day, so that a day without records is a measured one.
    """
    counted = {(metric, who) for metric, who, _ in figures}
    return [
        {
            "metric": metric,
            name: who,
            "day": day,
            **{one: figures[metric, who, one] for one in ("records", "judged", "passed")},
        }
        for metric, who in sorted({*counted, *((metric, ALL) for metric in METRICS)})
    ]


def keep_organization_figures(connection: sa.Connection, day: date, figures: Figures) -> None:
    """Keep the figures of a day; what was counted before on the same day is replaced."""
    connection.execute(quality_organization_days.delete().where(_O.day == day))
    connection.execute(
        quality_organization_days.insert(), counted_rows(figures, day, "organization")
    )


def days_in_distinct_records(atlas: Service, days: Collection[date]) -> set[date]:
    """Return on which of some days organizations were counted in distinct records."""
    query = sa.select(_O.day).where(
        _O.metric == METRICS[0], _O.organization == ALL, _O.day.in_(sorted(days))
    )
    with atlas.journal.reading_tables() as connection:
        return set(connection.execute(query).scalars())


def organization_figures_on(
    atlas: Service, days: Collection[date], organizations: Collection[str] | None = None
) -> list[tuple[Metric, DayFigure]]:
    """Return the figures of days, of all organizations and of all together, or of some of them."""
    query = sa.select(_O.metric, _O.organization, _O.day, _O.records, _O.judged, _O.passed)
    query = query.where(_O.day.in_(sorted(days)))
    if organizations is not None:
        query = query.where(_O.organization.in_(sorted(organizations)))
    query = query.order_by(_O.metric, _O.organization, _O.day)
    with atlas.journal.reading_tables() as connection:
        return [(row[0], DayFigure(*row[1:])) for row in connection.execute(query)]
