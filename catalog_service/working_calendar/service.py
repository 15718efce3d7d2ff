"""The calendar of working days, with the days that an operator set in the journal's database.

Open lists and cases count by it; it knows neither.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.working_calendar.errors import DAY_REASON
from catalog_service.working_calendar.tables import working_day_overrides
from catalog_service.working_days import WorkingDays
from ontology.errors import AtlasError

_T = working_day_overrides.c


def working_days(atlas: Service, before: datetime | None = None) -> WorkingDays:
    """Return the calendar: the State Council's, with what operators set, or had set by then."""
    query = sa.select(_T.day, _T.works).order_by(_T.number)
    if before is not None:
        query = query.where(_T.time < to_number(before))
    with atlas.journal.reading_tables() as connection:
        found: dict[date, bool | None] = dict(iter(connection.execute(query)))
    return WorkingDays({day: works for day, works in found.items() if works is not None})


def set_working_day(
    atlas: Service, principal: Principal, day: date, works: bool | None, reason: str
) -> None:
    """Say whether a day is a working day; None: as the calendar says, again.

    Raises ``right-missing`` and ``working-day-reason``.
    """
    principal.require(Action.OPEN_LIST_ACCEPT, None)
    if not reason.strip():
        raise AtlasError(DAY_REASON)
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.OPEN_LIST_ACCEPT, None)
        last = connection.execute(sa.select(sa.func.max(_T.number))).scalar()
        connection.execute(
            working_day_overrides.insert().values(
                number=int(last or 0) + 1,
                day=day,
                works=works,
                reason=reason.strip(),
                actor=principal.actor,
                time=to_number(atlas.clock.now()),
            )
        )
        details = {"works": works}
        told = Entry("working_day.set", day.isoformat(), reason=reason.strip(), details=details)
        atlas.audit.append(connection, told)
