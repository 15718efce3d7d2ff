"""Finding things in the graph of things: by IRI, by name, by a search; and where to start."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_service.context import Service
from catalog_service.explorer.errors import UNKNOWN_NODE
from ontology.errors import AtlasError
from search.model import Query
from search.relations.network import Network
from search.relations.nodes import Node

_SUGGESTIONS = 5
_STARTS = 8
"""Values of each facet that are offered to start from."""


def network_of(atlas: Service) -> Network:
    """Return the graph of things as the index stands now.

    Raises `AtlasError`: what reading the index does; ``unknown-node`` where there is none yet.
    """
    view = atlas.index.view()
    if view is None:
        raise AtlasError(UNKNOWN_NODE, iri="")
    return Network(view, atlas.vocabulary, atlas.settings.base_iri)


def find_node(network: Network, iri: str) -> Node:
    """Return the node with this IRI; raises `AtlasError` (``unknown-node``)."""
    node = network.nodes.node(iri)
    if node is None:
        raise AtlasError(UNKNOWN_NODE, iri=iri[:200])
    return node


def resolve(atlas: Service, network: Network, text: str) -> Node | None:
    """Return what a text names: by IRI, by name, else the first that a search finds."""
    text = text.strip()
    if not text:
        return None
    node = network.nodes.node(text)
    if node is not None or ":" in text:
        return node
    for one in atlas.search.suggest(text, _SUGGESTIONS):
        if text == one.text and one.value:
            found = network.nodes.node(one.value)
            if found is not None:
                return found
    hits = atlas.search.search(Query(text=text, limit=1, facets=False)).hits
    return network.nodes.node(hits[0].iri) if hits else None


def starting_points(atlas: Service, network: Network) -> Iterator[tuple[Node, int]]:
    """Yield the domains and organisations with most datasets, and how many these are."""
    facets = atlas.search.search(Query(limit=0, facet_size=_STARTS)).facets
    for facet in ("theme", "publisher"):
        for value in facets.get(facet, ()):
            node = network.nodes.node(value.value)
            if node is not None:
                yield node, value.count
