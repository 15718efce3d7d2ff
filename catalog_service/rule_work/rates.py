"""How many public records pass each rule, by publisher and day: counted today, kept for ever.

A day is written while it lasts, as often as the catalogue moves, and never once it is over: what
was measured then is not what today's records, rules or publishers would say of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.listing import SHOWN_AS_FOUND
from catalog_service.journal.schema import records
from catalog_service.journal.verdict_sets import offended
from catalog_service.rule_work.publishers import RecordPublishers
from catalog_service.rule_work.tables import record_publishers, rule_day_findings, rule_days

ALL: Final = ""
"""In the place of a publisher: all public records together."""

_D: Final = rule_days.c
_F: Final = rule_day_findings.c


@dataclass(frozen=True, slots=True)
class DayRate:
    """How many records were judged on a day, and in how many a rule found something."""

    day: date
    records: int
    found: int

    @property
    def percent(self) -> float:
        """The share that passed, from 0 to 100."""
        return 100 * (self.records - self.found) / self.records if self.records else 0.0


@dataclass(frozen=True, slots=True)
class PublisherRate:
    """The same of one publisher, by IRI."""

    publisher: str
    records: int
    found: int

    @property
    def percent(self) -> float:
        """The share that passed, from 0 to 100."""
        return 100 * (self.records - self.found) / self.records if self.records else 0.0


def measure(atlas: Service) -> date | None:
    """Measure today, and return the day; None where a later day was measured already.

    Follows the journal first, so that all that is public is counted by its publishers.
    """
    RecordPublishers(atlas.journal).follow()
    checked = {rule.id for rule in atlas.rules if rule.shaped}
    today = atlas.clock.today()
    # Counting reads every record: nobody who writes waits for it.
    with atlas.journal.reading_tables() as connection:
        judged, found = _counted(connection)
    with atlas.journal.writing_tables() as connection:
        last = connection.execute(sa.select(sa.func.max(_D.day))).scalar()
        if last is not None and last > today:
            return None
        for table in (rule_days, rule_day_findings):
            connection.execute(table.delete().where(table.c.day == today))
        if not judged[ALL]:
            return today
        connection.execute(
            rule_days.insert(),
            [
                {"day": today, "publisher": publisher, "records": count}
                for publisher, count in judged.items()
            ],
        )
        # Of all records together each rule has a row, so that a rule that was not there on a day
        # is told from one that found nothing.
        rows = {(rule, ALL): 0 for rule in checked} | found
        connection.execute(
            rule_day_findings.insert(),
            [
                {"rule": rule, "day": today, "publisher": publisher, "found": count}
                for (rule, publisher), count in rows.items()
                if rule in checked
            ],
        )
    return today


def _counted(connection: sa.Connection) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Return the public records by publisher, and those with findings by rule and publisher."""
    table = record_publishers
    whole = (
        sa.select(sa.literal(ALL), records.c.verdict, sa.func.count())
        .where(*SHOWN_AS_FOUND)
        .group_by(records.c.verdict)
    )
    by_publisher = (
        sa.select(table.c.publisher, records.c.verdict, sa.func.count())
        .join(records, records.c.iri == table.c.iri)
        .where(*SHOWN_AS_FOUND)
        .group_by(table.c.publisher, records.c.verdict)
    )
    rows = [row for query in (whole, by_publisher) for row in connection.execute(query).all()]
    sets = offended(connection, {verdict for _, verdict, _ in rows})
    judged: Counter[str] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    for publisher, verdict, count in rows:
        judged[publisher] += count
        for rule in {rule for rule, _ in sets.get(verdict, ())}:
            found[rule, publisher] += count
    return judged, found


def history(atlas: Service, rule: str, days: int, publisher: str = ALL) -> list[DayRate]:
    """Return the measured days of the last ``days``, the first one first."""
    own, whole = rule_day_findings.alias("own"), rule_day_findings.alias("whole")
    query = (
        sa.select(_D.day, _D.records, sa.func.coalesce(own.c.found, 0))
        .select_from(
            rule_days.join(
                whole,
                sa.and_(whole.c.rule == rule, whole.c.day == _D.day, whole.c.publisher == ALL),
            ).outerjoin(
                own,
                sa.and_(own.c.rule == rule, own.c.day == _D.day, own.c.publisher == _D.publisher),
            )
        )
        .where(_D.publisher == publisher, _D.day > atlas.clock.today() - timedelta(days))
        .order_by(_D.day)
    )
    with atlas.journal.reading_tables() as connection:
        return [DayRate(*row) for row in connection.execute(query)]


def last_measured(atlas: Service, rule: str) -> date | None:
    """Return the last day on which a rule was measured."""
    query = sa.select(sa.func.max(_F.day)).where(_F.rule == rule, _F.publisher == ALL)
    with atlas.journal.reading_tables() as connection:
        found: date | None = connection.execute(query).scalar()
    return found


def count_publishers(atlas: Service, day: date, among: Collection[str] | None) -> int:
    """Return how many publishers had public records on a day."""
    query = sa.select(sa.func.count()).select_from(rule_days).where(*_publishers(day, among))
    with atlas.journal.reading_tables() as connection:
        return connection.execute(query).scalar_one()


def by_publisher(
    atlas: Service,
    rule: str,
    day: date,
    among: Collection[str] | None = None,
    *,
    offset: int = 0,
    limit: int = 25,
) -> list[PublisherRate]:
    """Return how publishers stood on a day, the worst first; ``among``: these alone, by IRI."""
    found = sa.func.coalesce(_F.found, 0)
    query = (
        sa.select(_D.publisher, _D.records, found)
        .select_from(
            rule_days.outerjoin(
                rule_day_findings,
                sa.and_(_F.rule == rule, _F.day == _D.day, _F.publisher == _D.publisher),
            )
        )
        .where(*_publishers(day, among))
        .order_by((found * 1.0 / _D.records).desc(), found.desc(), _D.publisher)
        .offset(offset)
        .limit(limit)
    )
    with atlas.journal.reading_tables() as connection:
        return [PublisherRate(*row) for row in connection.execute(query)]


def publishers_on(atlas: Service, day: date) -> Mapping[str, int]:
    """Return the publishers of a day with their public records."""
    query = sa.select(_D.publisher, _D.records).where(*_publishers(day, None))
    with atlas.journal.reading_tables() as connection:
        return dict(iter(connection.execute(query)))


def _publishers(day: date, among: Collection[str] | None) -> list[sa.ColumnElement[Any]]:
    found: list[sa.ColumnElement[Any]] = [_D.day == day, _D.publisher != ALL]
    if among is not None:
        found.append(_D.publisher.in_(sorted(among)))
    return found
