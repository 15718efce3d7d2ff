"""What open types are called on pages."""

from __future__ import annotations

from catalog_service.classification.model import OPEN_TYPES
from catalog_service.context import Service
from catalog_service.site.rendering import View
from ontology.terms import VOCAB


def open_names(atlas: Service, view: View) -> dict[str, str]:
    """Return the names of the open types by their notations."""
    return {
        one: view.name(found)
        for one in OPEN_TYPES
        if (found := atlas.vocabulary.concept(f"{VOCAB}open-type/{one}"))
    }
