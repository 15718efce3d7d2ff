"""How to cite a dataset."""

from __future__ import annotations

from datetime import date

from catalog_service.datasets.description_model import Description
from ontology.dates import day_of
from ontology.languages import pick
from translations import Lang, translator


def citation(
    description: Description, today: date, lang: Lang, *, address: str | None = None
) -> str:
    """Return a reference: who, when, what, where, and the day on which it was looked at.

    ``address`` is that of an earlier version; without it the dataset's IRI is where it is found.

    That day is the real one in Shanghai, also where reports are made for another; a year that is
    still to come is a slip of the publisher's, and not repeated.
    """
    dates = (description.modified, description.issued)
    days = [day for day in map(day_of, dates) if day and day.year <= today.year]
    texts = translator(lang)
    return texts.gettext(
        "{publisher} ({year}). {title} [Data set]. Shanghai Data Atlas. {iri} (seen {day})",
        publisher=", ".join(pick(p.label, lang) for p in description.publishers)
        or texts.gettext("Unknown publisher"),
        year=f"{days[0].year if days else today.year:04}",
        title=pick(description.title, lang),
        iri=address or description.iri,
        day=today.isoformat(),
    )
