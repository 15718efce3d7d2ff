"""What follows from a dataset's class, its reviews and its filings, now or at a past moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from catalog_service.classification import stored
from catalog_service.classification.linked_data import lines_of
from catalog_service.classification.model import (
    AgreementVersion,
    DatasetTerms,
    Filing,
    Level,
    Review,
)
from catalog_service.classification.operator_texts import (
    agreement_versions,
    conditions_versions,
    guides,
    in_force,
)
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.journal.codec import to_number


def terms_of(atlas: Service, iri: str, at: datetime | None = None) -> DatasetTerms | None:
    """Return what follows from a dataset's class, now or at a time; None: it has none.

    Of filings and reviews those count that had been by that day, and had been entered (reviews:
    confirmed) by that time. An agreement is filed by its version: one that is new is not filed yet.
    """
    until = None if at is None else to_number(at)
    with atlas.journal.reading_tables() as connection:
        given = stored.class_before(connection, iri, until)
        if given is None:
            return None
        found = stored.reviews(connection, iri)
        filed = stored.filings(connection, iri)
    day = atlas.clock.today() if at is None else at.astimezone(SHANGHAI).date()
    guide = next((one for one in guides(atlas) if one.version.number == given.guide_version), None)
    level = guide.level(given.level) if guide else None
    if guide is None or level is None:
        return None
    conditions = in_force(conditions_versions(atlas), day)
    agreements = in_force(agreement_versions(atlas), day)
    agreement = agreements.get(given.agreement)
    return DatasetTerms(
        level,
        guide.version,
        tuple(conditions[key] for key in given.conditions if key in conditions),
        agreement,
        stored.newest(
            [one.filed_on for one in filed if _filed(one, given.agreement, agreement, day, at)]
        ),
        _reviewed_on(found, day, at),
    )


def levels_of(atlas: Service, iris: Collection[str]) -> dict[str, Level]:
    """Return the levels of datasets by the guide's table; those without one are not there.

    The `DatasetTerms.level` of each, in as many look-ups as for one.
    """
    with atlas.journal.reading_tables() as connection:
        given = stored.last_classes(connection, iris)
    if not given:
        return {}
    known = {one.version.number: one for one in guides(atlas)}
    found: dict[str, Level] = {}
    for iri, one in given.items():
        guide = known.get(one.guide_version)
        level = guide.level(one.level) if guide else None
        if level is not None:
            found[iri] = level
    return found


def offer_lines(atlas: Service, iri: str, focus: str, at: datetime | None = None) -> str:
    """Return a dataset's class, offer and agreement as lines of N-Triples; empty: it has none."""
    terms = terms_of(atlas, iri, at)
    return "" if terms is None else lines_of(atlas.settings.base_iri, iri, focus, terms)


def review_day(atlas: Service, iri: str) -> date | None:
    """Return the day of the review of secrecy since which a dataset may be open; None: none does.

    Reviews that say again that it may (R23 asks for one every year) do not move that day: R25 asks
    that the review was held before the dataset was opened.
    """
    with atlas.journal.reading_tables() as connection:
        found = stored.reviews(connection, iri)
    return _reviewed_on(found, atlas.clock.today())


def _reviewed_on(found: list[Review], day: date, at: datetime | None = None) -> date | None:
    allowed: date | None = None
    for one in sorted(found, key=lambda one: (one.held_on, one.number)):
        known = one.confirmed is not None and (at is None or one.confirmed <= at)
        if one.kind != "secrecy" or not known or one.held_on > day:
            continue
        # A later review that closes it ends what an earlier one allowed.
        allowed = None if one.outcome == "none" else allowed or one.held_on
    return allowed


def _filed(
    filing: Filing, key: str, agreement: AgreementVersion | None, day: date, at: datetime | None
) -> bool:
    return (
        agreement is not None
        and (filing.agreement, filing.version) == (key, agreement.version.number)
        and filing.filed_on <= day
        and (at is None or filing.time <= at)
    )
