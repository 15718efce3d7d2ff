"""Reports of months, quarters and years, for an organization or the whole city."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from urllib.parse import quote

from catalog_service.accounts.service import organization_named
from catalog_service.context import Service
from catalog_service.open_list.service import pilot_districts
from catalog_service.quality.service import figures_on as quality_on
from catalog_service.reports.composing import WHOLE_CITY, compose
from catalog_service.reports.measuring import Measured, measure
from catalog_service.reports.model import CITY, PLACED, Report, Reported
from catalog_service.reports.period import MONTHS, Kind, Period
from catalog_service.reports.stored import counted_days, figures_on, last_day, names_on
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary

__all__ = [
    "CITY",
    "CITY_NAME",
    "MONTHS",
    "PATH",
    "WHOLE_CITY",
    "Kind",
    "Measured",
    "Period",
    "Report",
    "compose",
    "last_counted",
    "measure",
    "name_of",
    "named",
    "organizations_on",
    "periods",
    "pilot_districts",
    "report_path",
    "segment",
]

CITY_NAME = "city"
"""Names the whole city in addresses and commands."""
PATH = "/reports"


def named(atlas: Service, text: str) -> str:
    """Return an organization by IRI, code or name; ``city`` is the whole city.

    Publishers that no vocabulary knows are named by their IRIs. Raises ``unknown-organization``.
    """
    if text in ("", CITY_NAME):
        return CITY
    try:
        return organization_named(atlas.vocabulary, text)
    except AtlasError:
        with atlas.journal.reading_tables() as connection:
            if text in names_on(connection, date.max):
                return text
        raise


def name_of(atlas: Service, organization: str) -> Reported:
    """Return what an organization is called now; one that was never counted by its IRI."""
    if organization == CITY:
        return WHOLE_CITY
    with atlas.journal.reading_tables() as connection:
        found = names_on(connection, date.max).get(organization)
    return found or Reported(organization, organization, organization, "other")


def segment(vocabulary: Vocabulary, organization: str) -> str:
    """Return what names an organization in a path: its notation, else its IRI, encoded."""
    if organization == CITY:
        return CITY_NAME
    concept = vocabulary.concept(organization)
    return quote(organization if concept is None else concept.notation, safe="")


def report_path(vocabulary: Vocabulary, period: Period, organization: str) -> str:
    """Return the path of a report's page."""
    return f"{PATH}/{period.name}/{segment(vocabulary, organization)}"


def last_counted(atlas: Service) -> date | None:
    """Return the last day of which there are figures."""
    with atlas.journal.reading_tables() as connection:
        return last_day(connection)


def periods(atlas: Service, kinds: Collection[Kind] = tuple(MONTHS)) -> list[Period]:
    """Return the periods of which something was counted, the newest first, months before years."""
    with atlas.journal.reading_tables() as connection:
        days = counted_days(connection, date.min, atlas.clock.today())
    found = {Period.around(kind, day) for kind in kinds for day in days}
    return sorted(found, key=lambda one: (one.last, -MONTHS[one.kind]), reverse=True)


def organizations_on(atlas: Service, day: date) -> list[Reported]:
    """Return the departments and districts of which something was counted on a day.

    By kind and IRI. Others have a report too: former ones, and those of which it says that there is
    nothing.
    """
    with atlas.journal.reading_tables() as connection:
        found = names_on(connection, day)
        counted = {iri for _, iri, _ in figures_on(connection, {day})}
    counted |= {one.publisher for _, one in quality_on(atlas, {day})}
    reached = {above for iri in counted if iri in found for above in (iri, *found[iri].above)}
    some = (found[iri] for iri in reached)
    return sorted((one for one in some if one.kind in PLACED), key=lambda o: (o.kind, o.iri))
