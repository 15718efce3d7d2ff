"""Which datasets have the badge, and how that came, as it is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.queries import chunks
from catalog_service.quality.badges.model import BadgeDay, Decision, Judged
from catalog_service.quality.badges.tables import badge_days, dataset_badges

_B: Final = dataset_badges.c
_D: Final = badge_days.c


def decisions(
    connection: sa.Connection, iris: Collection[str] | None = None
) -> dict[str, list[Decision]]:
    """Return what was decided of datasets, of some or all, the newest first."""
    query = sa.select(*_B).order_by(_B.iri, _B.day.desc())
    parts = [None] if iris is None else list(chunks(sorted(iris)))
    found: dict[str, list[Decision]] = {}
    for part in parts:
        for row in connection.execute(query if part is None else query.where(_B.iri.in_(part))):
            found.setdefault(row.iri, []).append(_decision(row))
    return found


def write_decisions(
    connection: sa.Connection, day: date, changed: Collection[str], new: Collection[Decision]
) -> None:
    """Replace what was decided of some datasets today."""
    for part in chunks(sorted(changed)):
        connection.execute(dataset_badges.delete().where(_B.day == day, _B.iri.in_(part)))
    rows = [
        {
            "iri": one.iri,
            "day": one.day,
            "held": one.held,
            "why": one.why,
            "version": one.version,
            "judged": orjson.dumps([asdict(each) for each in one.judged]).decode(),
        }
        for one in new
    ]
    if rows:
        connection.execute(dataset_badges.insert(), rows)


def write_day(connection: sa.Connection, day: date, version: int, held: int) -> None:
    """Keep how many datasets have the badge today, and how many got and lost it."""
    counted = {
        bool(row[0]): int(row[1])
        for row in connection.execute(
            sa.select(_B.held, sa.func.count()).where(_B.day == day).group_by(_B.held)
        )
    }
    rounds = round_of(connection, day)
    connection.execute(badge_days.delete().where(_D.day == day))
    connection.execute(
        badge_days.insert().values(
            day=day,
            version=version,
            held=held,
            awarded=counted.get(True, 0),
            lost=counted.get(False, 0),
            round=rounds + 1,
        )
    )


def last_day(connection: sa.Connection) -> date | None:
    """Return the last day on which badges were decided; None: on none."""
    found: date | None = connection.execute(sa.select(sa.func.max(_D.day))).scalar()
    return found


def round_of(connection: sa.Connection, day: date) -> int:
    """Return how often badges were decided on a day."""
    return connection.execute(sa.select(_D.round).where(_D.day == day)).scalar() or 0


def last_decided(atlas: Service) -> date | None:
    """Return the same of a catalogue."""
    with atlas.journal.reading_tables() as connection:
        return last_day(connection)


def last_round(atlas: Service) -> tuple[date, int] | None:
    """Return what changes whenever badges are decided: the last day, and how often on it."""
    query = sa.select(_D.day, _D.round).order_by(_D.day.desc()).limit(1)
    with atlas.journal.reading_tables() as connection:
        row = connection.execute(query).first()
    return None if row is None else (row.day, row.round)


def badge_of(atlas: Service, iri: str) -> list[Decision]:
    """Return what was decided of a record's dataset, the newest first; empty: never anything."""
    with atlas.journal.reading_tables() as connection:
        return decisions(connection, [iri]).get(iri, [])


def all_decisions(atlas: Service) -> dict[str, list[Decision]]:
    """Return what was ever decided, by record, the newest first."""
    with atlas.journal.reading_tables() as connection:
        return decisions(connection)


def holders(atlas: Service) -> list[Decision]:
    """Return who has the badge and is public now, the newest first, then by IRI."""
    found = [many[0] for many in all_decisions(atlas).values() if many[0].held]
    public = atlas.journal.public_among([one.iri for one in found])
    there = [one for one in found if one.iri in public]
    return sorted(there, key=lambda one: (-one.day.toordinal(), one.iri))


def course_of_badges(atlas: Service, days: int) -> list[BadgeDay]:
    """Return the decided days among the last ``days``, the first one first."""
    since = atlas.clock.today() - timedelta(days)
    columns = (_D.day, _D.version, _D.held, _D.awarded, _D.lost)
    query = sa.select(*columns).where(_D.day > since).order_by(_D.day)
    with atlas.journal.reading_tables() as connection:
        return [BadgeDay(*row) for row in connection.execute(query)]


def _decision(row: sa.Row[Any]) -> Decision:
    judged = tuple(Judged(**one) for one in orjson.loads(row.judged))
    return Decision(row.iri, row.day, row.held, row.why, row.version, judged)
