"""How to cite a dataset."""

from __future__ import annotations

from datetime import date

from catalog_service.datasets.description import Description
from catalog_service.site.rendering import View
from ontology.dates import day_of


def citation(
    view: View, description: Description, today: date, *, address: str | None = None
) -> str:
    """Return a reference: who, when, what, where, and the day on which it was looked at.

    ``address`` is that of an earlier version; without it the dataset's IRI is where it is found.

    That day is the real one in Shanghai, also where reports are made for another; a year that is
    still to come is a slip of the publisher's, and not repeated.
    """
    dates = (description.modified, description.issued)
    days = [day for day in map(day_of, dates) if day and day.year <= today.year]
    return view.gettext(
        "{publisher} ({year}). {title} [Data set]. Shanghai Data Atlas. {iri} (seen {day})",
        publisher=", ".join(view.pick(p.label) for p in description.publishers)
        or view.gettext("Unknown publisher"),
        year=f"{days[0].year if days else today.year:04}",
        title=view.pick(description.title),
        iri=address or description.iri,
        day=today.isoformat(),
    )
