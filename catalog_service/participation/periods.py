"""For how long an application asks for data, and for how long it was granted."""

from __future__ import annotations

from datetime import date

from catalog_service.participation.fields import field_wrong
from catalog_service.participation.machine import StepKind
from catalog_service.participation.model import Case, day_of
from ontology.errors import Phrase
from translations import N_

Period = tuple[date, date]
"""The first and the last day."""


def period_of(case: Case) -> Period | None:
    """Return the days that were asked for, or granted where a decision said so."""
    first = last = None
    for one in case.steps:
        if one.step == "apply":
            first = one.details.get("from")
        if one.step in ("apply", "grant"):
            last = one.details.get("until", last)
    if first is None or last is None:
        return None
    return day_of(str(first)), day_of(str(last))


def check_period(first: date, last: date, today: date) -> None:
    """Raise ``case-field-wrong`` unless a period begins today or later, and ends after that."""
    if first < today:
        raise field_wrong("from", Phrase(N_("Give today, or a later day.")))
    if last < first:
        raise field_wrong("until", Phrase(N_("Give the day on which it begins, or a later one.")))


def has_come(kind: StepKind, case: Case, today: date) -> bool:
    """Tell whether the day of a step of the clock has come."""
    if not kind.by_day:
        return True
    period = period_of(case)
    return period is not None and period[1] < today
