"""How roles and times of accounts are shown on pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalog_service.clock import SHANGHAI
from catalog_service.site.rendering import View
from ontology.vocabulary import Vocabulary


def organization_name(view: View, vocabulary: Vocabulary, organization: str | None) -> str:
    """Return what an organization is called in the page's language; None: the whole city."""
    if organization is None:
        return view.gettext("the whole city")
    concept = vocabulary.concept(organization)
    return organization if concept is None else view.name(concept)


def time_of(moment: datetime) -> str:
    """Return a time as Shanghai has it."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def last_day(end: datetime) -> str:
    """Return the last day before an end, where that is a midnight in Shanghai; else its time."""
    local = end.astimezone(SHANGHAI)
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        return time_of(end)
    return (local - timedelta(days=1)).strftime("%Y-%m-%d")
