"""How to cite a dataset."""

from __future__ import annotations

from datetime import date

from catalog_service.api.description import Description
from catalog_service.pages.view import View


def citation(view: View, description: Description, today: date) -> str:
    """Return a reference: who, when, what, where, and the day on which it was looked at."""
    return view.t(
        "cite.text",
        publisher=", ".join(view.pick(p.label) for p in description.publishers)
        or view.t("cite.nobody"),
        year=(description.modified or description.issued or today.isoformat())[:4],
        title=view.pick(description.title),
        iri=description.iri,
        day=today.isoformat(),
    )
