"""What was counted, and what organizations were called, by day, in the journal's database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.reports.model import CITY, KINDS, OWN, Counted, Reported
from catalog_service.reports.tables import report_figures, report_names

_F = report_figures.c
_N = report_names.c
_OF_CITY = sa.and_(_F.figure.in_(OWN), _F.organization == CITY)
"""Of a day that was counted the city has every figure: days are found by the key's beginning."""

Figures = Mapping[tuple[str, str], tuple[int, int | None]]
"""Counted and whole, by figure and organization."""


def last_day(connection: sa.Connection) -> date | None:
    """Return the last day that was counted."""
    found: date | None = connection.execute(sa.select(sa.func.max(_F.day)).where(_OF_CITY)).scalar()
    return found


def counted_days(connection: sa.Connection, first: date, last: date) -> list[date]:
    """Return the days between two, both included, that were counted."""
    query = sa.select(_F.day).distinct().where(_OF_CITY, _F.day >= first, _F.day <= last)
    return list(connection.execute(query.order_by(_F.day)).scalars())


def figures_on(
    connection: sa.Connection, days: Collection[date], organizations: Collection[str] | None = None
) -> list[tuple[str, str, Counted]]:
    """Return figure, organization and what was counted on days, of all or of some."""
    query = sa.select(*report_figures.c).where(_F.day.in_(sorted(days)))
    if organizations is not None:
        query = query.where(_F.organization.in_(sorted(organizations)))
    query = query.order_by(_F.figure, _F.organization, _F.day)
    return [
        (
            row.figure,
            row.organization,
            Counted(row.day, row.counted, row.whole, row.definition),
        )
        for row in connection.execute(query)
    ]


def defined_since(connection: sa.Connection, last: date) -> dict[tuple[str, int], date]:
    """Return the first day of each version of a definition up to a day, by figure and version."""
    query = (
        sa.select(_F.figure, _F.definition, sa.func.min(_F.day).label("first"))
        .where(_OF_CITY, _F.day <= last)
        .group_by(_F.figure, _F.definition)
    )
    return {(row.figure, row.definition): row.first for row in connection.execute(query)}


def names_on(connection: sa.Connection, day: date) -> dict[str, Reported]:
    """Return organizations as they were called at the end of a day, by IRI."""
    newest = (
        sa.select(_N.iri, sa.func.max(_N.day).label("day"))
        .where(_N.day <= day)
        .group_by(_N.iri)
        .subquery()
    )
    query = sa.select(*report_names.c).join(
        newest, sa.and_(newest.c.iri == _N.iri, newest.c.day == _N.day)
    )
    return {row.iri: _reported(row) for row in connection.execute(query.order_by(_N.iri))}


def write_day(
    connection: sa.Connection,
    day: date,
    figures: Figures,
    before: Mapping[str, Reported],
    names: Iterable[Reported],
) -> None:
    """Write a day anew; of names, those that are other than ``before`` it."""
    connection.execute(report_figures.delete().where(_F.day == day))
    connection.execute(report_names.delete().where(_N.day == day))
    rows = [
        {
            "figure": figure,
            "organization": who,
            "day": day,
            "counted": counted,
            "whole": whole,
            "definition": KINDS[figure].definition,
        }
        for (figure, who), (counted, whole) in sorted(figures.items())
    ]
    if rows:
        connection.execute(report_figures.insert(), rows)
    named = [
        {
            "iri": one.iri,
            "day": day,
            "zh": one.zh,
            "en": one.en,
            "kind": one.kind,
            "above": orjson.dumps(one.above).decode(),
        }
        for one in names
        if before.get(one.iri) != one
    ]
    if named:
        connection.execute(report_names.insert(), named)


def _reported(row: sa.Row[Any]) -> Reported:
    return Reported(row.iri, row.zh, row.en, row.kind, tuple(orjson.loads(row.above)))
