"""Datasets beside one: those that a search for its title finds."""

from __future__ import annotations

from catalog_service.api.context import Service
from catalog_service.api.description import Description
from catalog_service.api.searching import HitAnswer, answer
from catalog_service.pages.view import View
from search.engine import Query

SHOWN = 5
_LONGEST = 60


def related(atlas: Service, view: View, description: Description) -> list[HitAnswer]:
    """Return up to `SHOWN` datasets that are about the same, without the dataset itself."""
    title = view.pick(description.title)[:_LONGEST]
    query = Query(text=title, limit=SHOWN + 1, facets=False, literal=("filler",))
    found = answer(atlas, query, atlas.search.search(query)).hits
    return [hit for hit in found if hit.iri != description.iri][:SHOWN]
