"""Classification: how datasets are classed and reviewed, and what follows from it.

What the operator keeps for it stands in `operator_texts`; other rooms have it from here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from catalog_service.accounts.service import OPERATOR, Action, Principal, require_somewhere
from catalog_service.audit.service import Entry
from catalog_service.classification import stored
from catalog_service.classification.agreements import markdown_of
from catalog_service.classification.errors import (
    CLASS_REASON,
    DAY_TOO_LATE,
    NO_CLASS,
    REVIEW_NEEDS_ANOTHER,
    UNKNOWN_LEVEL,
    UNKNOWN_REVIEW,
    UNKNOWN_TEMPLATE,
)
from catalog_service.classification.model import (
    DatasetClass,
    Filing,
    OpenType,
    Review,
    ReviewKind,
)
from catalog_service.classification.operator_texts import (
    LONGEST,
    agreement_in_force,
    agreement_versions,
    conditions_versions,
    guide_in_force,
    guides,
    import_conditions,
    import_guide,
    in_force,
    put_agreement,
)
from catalog_service.classification.tables import (
    agreement_filings,
    dataset_classes,
    dataset_reviews,
)
from catalog_service.classification.terms import levels_of, offer_lines, review_day, terms_of
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.journal.model import StoredRecord
from catalog_service.stored_records import known_record, record_iri
from ontology.errors import AtlasError
from ontology.record import PATH

__all__ = [
    "LONGEST",
    "agreement_in_force",
    "agreement_versions",
    "class_of",
    "classify",
    "conditions_versions",
    "confirm",
    "file_agreement",
    "filings_of",
    "guide_in_force",
    "guides",
    "import_conditions",
    "import_guide",
    "in_force",
    "levels_of",
    "markdown_of",
    "offer_lines",
    "put_agreement",
    "record_for",
    "review",
    "review_day",
    "reviews_of",
    "terms_of",
    "waiting_reviews",
]


def classify(
    atlas: Service,
    principal: Principal,
    dataset: str,
    level: str,
    *,
    conditions: tuple[str, ...] = (),
    agreement: str = "",
    reason: str,
) -> DatasetClass:
    """Put a dataset to a level of the table in force, with the conditions and agreement it has.

    Raises ``record-not-found``, ``right-missing``, ``unknown-level``, ``unknown-template`` and
    ``classification-reason``.
    """
    record = record_for(atlas, principal, Action.DATASET_CLASSIFY, dataset)
    guide = guide_in_force(atlas)
    if guide is None or guide.level(level) is None:
        known = "、".join(one.code for one in guide.levels) if guide else "–"
        raise AtlasError(UNKNOWN_LEVEL, level=level[:80], known=known)
    today = atlas.clock.today()
    there = in_force(conditions_versions(atlas), today)
    for key in conditions:
        if key not in there:
            raise AtlasError(UNKNOWN_TEMPLATE, key=key[:80])
    if agreement:
        agreement_in_force(atlas, agreement)
    values = {
        "level": level,
        "guide_version": guide.version.number,
        "conditions": " ".join(conditions),
        "agreement": agreement,
        "reason": _reason(reason),
    }
    _enter(atlas, principal, "classification.classify", dataset_classes, record, values)
    with atlas.journal.reading_tables() as connection:
        found = stored.class_before(connection, record.iri)
    if found is None:
        raise RuntimeError(record.iri)
    return found


def review(
    atlas: Service,
    principal: Principal,
    dataset: str,
    kind: ReviewKind,
    held_on: date,
    outcome: OpenType,
    reason: str,
) -> int:
    """Enter a review of secrecy or an opinion; it counts once another has confirmed it.

    Returns its number. Raises as `classify` does, and ``classification-day``.
    """
    record = record_for(atlas, principal, Action.DATASET_CLASSIFY, dataset)
    _check_day(atlas, held_on)
    values = {
        "kind": kind,
        "held_on": held_on,
        "outcome": outcome,
        "reason": _reason(reason),
    }
    return _enter(atlas, principal, "classification.review", dataset_reviews, record, values)


def confirm(atlas: Service, principal: Principal, number: int) -> Review:
    """Confirm a review that another entered.

    Raises ``unknown-review``, ``right-missing`` and ``review-needs-another``.
    """
    with atlas.journal.writing_tables() as connection:
        waiting = stored.reviews(connection, waiting=True)
        found = next((one for one in waiting if one.number == number), None)
        now = principal.anew()
        if found is None or not now.may_over(Action.SECRECY_REVIEW, found.source):
            require_somewhere(now, Action.SECRECY_REVIEW)
            # Of reviews that somebody may not confirm, nothing is told.
            raise AtlasError(UNKNOWN_REVIEW, number=number)
        if principal is not OPERATOR and principal.actor == found.actor:
            raise AtlasError(REVIEW_NEEDS_ANOTHER)
        stored.confirm_row(connection, number, principal.actor, _now(atlas))
        details = {"number": number, "kind": found.kind}
        entry = Entry("classification.confirm", found.dataset, source=found.source, details=details)
        atlas.audit.append(connection, entry)
    return found


def file_agreement(
    atlas: Service, principal: Principal, dataset: str, filed_on: date, reference: str
) -> None:
    """Note that a dataset's agreement was filed (备案).

    Raises as `classify` does, ``dataset-without-agreement`` and ``classification-day``.
    """
    record = record_for(atlas, principal, Action.DATASET_CLASSIFY, dataset)
    _check_day(atlas, filed_on)
    terms = terms_of(atlas, record.iri)
    if terms is None or terms.agreement is None:
        raise AtlasError(NO_CLASS)
    values = {
        "agreement": terms.agreement.version.key,
        "version": terms.agreement.version.number,
        "filed_on": filed_on,
        "reference": reference.strip()[:200],
    }
    _enter(atlas, principal, "classification.file", agreement_filings, record, values)


def record_for(atlas: Service, principal: Principal, action: Action, dataset: str) -> StoredRecord:
    """Return a record by IRI or ``source/remote id`` to who may do something over its source.

    The right is asked for first: to others a record that is not there is as one that they may not
    see. Raises ``right-missing`` or ``not-allowed``, and ``record-not-found``.
    """
    iri = record_iri(atlas.settings.base_iri, dataset)
    source = iri.removeprefix(f"{atlas.settings.base_iri}{PATH}").partition("/")[0]
    principal.require_over(action, source)
    return known_record(atlas, iri)


def class_of(atlas: Service, iri: str) -> DatasetClass | None:
    """Return the class of a dataset with its reason, for who works here."""
    with atlas.journal.reading_tables() as connection:
        return stored.class_before(connection, iri)


def reviews_of(atlas: Service, iri: str) -> list[Review]:
    """Return the reviews of a dataset, for who works here."""
    with atlas.journal.reading_tables() as connection:
        return stored.reviews(connection, iri)


def waiting_reviews(atlas: Service, principal: Principal) -> list[Review]:
    """Return the reviews that somebody may confirm."""
    with atlas.journal.reading_tables() as connection:
        found = stored.reviews(connection, waiting=True)
    return [
        one
        for one in found
        if principal.may_over(Action.SECRECY_REVIEW, one.source) and one.actor != principal.actor
    ]


def filings_of(atlas: Service, iri: str) -> list[Filing]:
    """Return the filings of a dataset's agreements."""
    with atlas.journal.reading_tables() as connection:
        return stored.filings(connection, iri)


def _enter(
    atlas: Service,
    principal: Principal,
    event: str,
    table: Any,
    record: Any,
    values: dict[str, Any],
) -> int:
    told = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
    reason = told.pop("reason", None)
    with atlas.journal.writing_tables() as connection:
        principal.anew().require_over(Action.DATASET_CLASSIFY, record.source)
        number = stored.add_row(
            connection,
            table,
            dataset=record.iri,
            source=record.source,
            actor=principal.actor,
            time=_now(atlas),
            **values,
        )
        details = {"number": number, **told}
        atlas.audit.append(
            connection,
            Entry(event, record.iri, source=record.source, reason=reason, details=details),
        )
    return number


def _reason(text: str) -> str:
    if not text.strip():
        raise AtlasError(CLASS_REASON)
    return text.strip()[:LONGEST]


def _check_day(atlas: Service, day: date) -> None:
    if day > atlas.clock.today():
        raise AtlasError(DAY_TOO_LATE, day=day)


def _now(atlas: Service) -> int:
    return to_number(atlas.clock.now())
