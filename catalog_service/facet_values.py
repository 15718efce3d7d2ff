"""All values of a facet over the public datasets, however many there are."""

from __future__ import annotations

from catalog_service.context import Service
from catalog_service.explorer.service import network_of
from search.facets import NOT_STATED
from search.index.plan import Plan
from search.limits import MAX_FACET_SIZE
from search.model import FacetValue, Query


def facet_values(atlas: Service, facet: str) -> list[FacetValue]:
    """Return the values that a public dataset has, the most frequent first.

    A search gives `MAX_FACET_SIZE` of them with their labels; those beyond are counted by the
    index, and of publishers the name is looked up.
    """
    asked = Query(limit=0, facets=(facet,), facet_size=MAX_FACET_SIZE)
    found = [one for one in atlas.search.search(asked).facets.get(facet, ()) if one.count]
    if len(found) < MAX_FACET_SIZE:
        return found
    view = atlas.index.view()
    counted = {} if view is None else view.count(Plan(), [facet]).get(facet, {})
    known = {one.value for one in found}
    nodes = network_of(atlas).nodes
    for value, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        if value not in known and count and value != NOT_STATED:
            label = nodes.publisher_name(value) if facet == "publisher" else None
            found.append(FacetValue(value, count, label or ""))
    return found
