"""How to cite a dataset."""

from __future__ import annotations

from datetime import date

from catalog_service.api.description import Description
from catalog_service.pages.view import View


def citation(view: View, description: Description, today: date) -> str:
    """Return a reference: who, when, what, where, and the day on which it was looked at.

    That day is the real one in Shanghai, also where reports are made for another; a year that is
    still to come is a slip of the publisher's, and not repeated.
    """
    dates = (description.modified, description.issued)
    years = [date[:4] for date in dates if date and date[:4] <= str(today.year)]
    return view.t(
        "cite.text",
        publisher=", ".join(view.pick(p.label) for p in description.publishers)
        or view.t("cite.nobody"),
        year=years[0] if years else str(today.year),
        title=view.pick(description.title),
        iri=description.iri,
        day=today.isoformat(),
    )
