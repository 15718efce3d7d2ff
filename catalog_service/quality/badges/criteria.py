"""The operator's table of criteria, in versions; empty until filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Final

import orjson
import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.quality.badges.errors import CRITERIA_PAST
from catalog_service.quality.badges.model import Criteria, Criterion
from catalog_service.quality.badges.tables import badge_criteria
from ontology.errors import AtlasError

_C: Final = badge_criteria.c
_LONGEST: Final = 2_000
"""Characters of an origin that are kept."""


def put_criteria(
    atlas: Service,
    principal: Principal,
    criteria: Sequence[Criterion],
    in_force: date,
    origin: str,
) -> Criteria:
    """Keep another version of the table; without criteria nobody has the badge from that day on.

    Raises ``right-missing`` and ``criteria-past``.
    """
    principal.require(Action.BADGE_SET, None)
    if in_force < atlas.clock.today():
        raise AtlasError(CRITERIA_PAST, day=in_force)
    body = orjson.dumps([asdict(one) for one in criteria]).decode()
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.BADGE_SET, None)
        last = connection.execute(sa.select(sa.func.max(_C.version))).scalar()
        number = int(last or 0) + 1
        connection.execute(
            badge_criteria.insert().values(
                version=number,
                in_force=in_force,
                origin=origin.strip()[:_LONGEST],
                body=body,
                actor=principal.actor,
                time=to_number(atlas.clock.now()),
            )
        )
        details = {
            "version": number,
            "in_force": in_force.isoformat(),
            "criteria": [one.code for one in criteria],
        }
        atlas.audit.append(connection, Entry("badge.criteria", details=details))
    return criteria_versions(atlas)[-1]


def criteria_versions(atlas: Service) -> list[Criteria]:
    """Return all versions of the table, the oldest first."""
    with atlas.journal.reading_tables() as connection:
        rows = connection.execute(sa.select(*_C).order_by(_C.version)).all()
    return [
        Criteria(
            row.version,
            row.in_force,
            row.origin,
            to_instant(row.time),
            tuple(Criterion(**one) for one in orjson.loads(row.body)),
        )
        for row in rows
    ]


def criteria_on(versions: Sequence[Criteria], day: date) -> Criteria | None:
    """Return the version that counts on a day; None: none had been filled in."""
    return next((one for one in reversed(versions) if one.in_force <= day), None)


def criteria_in_force(atlas: Service) -> Criteria | None:
    """Return the version that counts today; None: none has been filled in."""
    return criteria_on(criteria_versions(atlas), atlas.clock.today())
