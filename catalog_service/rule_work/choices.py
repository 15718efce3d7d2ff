"""Organizations to choose from in the filters of pages."""

from __future__ import annotations

from collections import Counter
from typing import Final

from catalog_service.context import Service
from catalog_service.place_names import publisher_names
from catalog_service.site.rendering import View

MOST_OFFERED: Final = 300
"""Organizations of the filter, those with most records first."""


def offered_organizations(
    atlas: Service, view: View, counts: Counter[str]
) -> list[tuple[str, str, int | None]]:
    """Return publishers, and what they lie below: IRIs, names, and the records of publishers."""
    publishers = [iri for iri, _ in counts.most_common(MOST_OFFERED)]
    names = publisher_names(atlas, publishers)
    found: dict[str, tuple[str, str, int | None]] = {}
    for iri in publishers:
        concept = atlas.vocabulary.concept(iri)
        name = names.get(iri, iri) if concept is None else view.name(concept)
        found[iri] = (iri, name, counts[iri])
        waiting = list(atlas.vocabulary.broader(iri)) if concept is not None else []
        while waiting:
            above = waiting.pop()
            if above.iri not in found and above.iri not in counts:
                found[above.iri] = (above.iri, view.name(above), None)
                waiting += atlas.vocabulary.broader(above.iri)
    return list(found.values())
