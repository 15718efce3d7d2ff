"""Tells of reports once their period is over: by notice, mail and webhook, once each.

The city's report goes to who is told of reports over the whole city, an organization's to who is
over it, and not to those over what it lies below: they have that one's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from catalog_service.accounts.service import Action
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.notices.service import Notice, last_told, note_told, tell_all
from catalog_service.reports.model import CITY, Reported
from catalog_service.reports.period import Period
from catalog_service.reports.service import (
    WHOLE_CITY,
    organizations_on,
    periods,
    report_path,
)
from catalog_service.reports.stored import counted_days
from catalog_service.site.labels import LABELS
from translations import LANGUAGES, translator

_LATEST: Final = timedelta(days=31)
"""Periods that ended longer ago are told of no more: the service may be new, or was away."""


def told_key(period: Period) -> str:
    """Return under what it is noted that a period was told of."""
    return f"report:{period.name}"


def announce(atlas: Service) -> int:
    """Tell of each period that is over and was not told of yet; return how many these were."""
    return sum(_announced(atlas, period) for period in _ended(atlas))


def _ended(atlas: Service) -> Iterator[Period]:
    today = atlas.clock.today()
    for one in periods(atlas):
        if one.last < today <= one.last + _LATEST:
            yield one


def _announced(atlas: Service, period: Period) -> bool:
    key = told_key(period)
    with atlas.journal.reading_tables() as connection:
        if last_told(connection, key) is not None:
            return False
    # Looked up before: a transaction that writes waits for nothing else.
    told = list(_audience(atlas, period))
    now = atlas.clock.now()
    with atlas.journal.writing_tables() as connection:
        if last_told(connection, key) is not None:
            return False
        for notice, persons in told:
            tell_all(atlas, connection, notice, persons)
        note_told(connection, key, 1, now)
        details = {
            "organizations": len(told) - 1,
            "persons": len({p for _, ps in told for p in ps}),
        }
        atlas.audit.append(connection, Entry("report.announce", period.name, details=details))
    return True


def _audience(atlas: Service, period: Period) -> Iterator[tuple[Notice, list[str]]]:
    who = atlas.accounts.who_may
    city = who.over(Action.REPORT_RECEIVE, None)
    yield _notice(atlas, period, WHOLE_CITY), city
    with atlas.journal.reading_tables() as connection:
        # The last day that was counted may lie before the period's last.
        day = counted_days(connection, period.first, period.last)[-1]
    for one in organizations_on(atlas, day):
        above = {person for iri in one.above for person in who.over(Action.REPORT_RECEIVE, iri)}
        own = who.over(Action.REPORT_RECEIVE, one.iri)
        known = {*city, *above}
        yield _notice(atlas, period, one), [person for person in own if person not in known]


def _notice(atlas: Service, period: Period, of: Reported) -> Notice:
    label = LABELS["report kind"][period.kind]
    return Notice(
        "report.ready",
        {
            "kind": {one: translator(one).pgettext("report kind", label) for one in LANGUAGES},
            "period": period.name,
            "organization": of.names,
        },
        path=report_path(atlas.vocabulary, period, of.iri),
        organization=None if of.iri == CITY else of.iri,
    )
