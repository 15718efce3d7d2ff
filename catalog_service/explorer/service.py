"""Finding things in the graph of things: by IRI, by name, by a search; and where to start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog_service.context import Service
from catalog_service.explorer.errors import UNKNOWN_NODE
from ontology.errors import AtlasError
from ontology.vocabulary import Scheme
from search.analysis.normalization import normal
from search.limits import MAX_QUERY, MAX_TYPED
from search.model import Query
from search.relations.network import Network
from search.relations.nodes import Node

CHOICES: Final = 10
"""Things among which one chooses where a name may mean several."""
_SUGGESTIONS = 8
_TRIED = 60
_NAMED_SCHEMES: Final[tuple[Scheme, ...]] = ("organization", "place", "domain", "library")
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


def resolve(atlas: Service, network: Network, text: str) -> tuple[Node, ...]:
    """Return what a text may name: one thing where that is clear, several where it is not.

    An IRI names one thing. Things of exactly that name go before those whose name holds it, and
    before what a search for the words finds.
    """
    text = text.strip()
    if not text:
        return ()
    node = network.nodes.node(text)
    if node is not None or ":" in text:
        return () if node is None else (node,)
    found = things_named(atlas, network, text, CHOICES)
    exactly = tuple(one for one in found if text in (one.zh, one.en))
    return exactly or found


def things_named(atlas: Service, network: Network, text: str, limit: int) -> tuple[Node, ...]:
    """Return the things that a text may name or begin to name, those of exactly that name first.

    Only what is public: words of vocabularies that no dataset is of are left out. Raises
    `AtlasError`: what searching does.
    """
    wanted = normal(text).strip()
    if not wanted:
        return ()
    found: dict[str, Node] = {}
    for node in (*_suggested(atlas, network, text), *_concepts(atlas, network, wanted)):
        found.setdefault(node.iri, node)
    hits = atlas.search.search(Query(text=text[:MAX_QUERY], limit=limit, facets=False)).hits
    for hit in hits:
        hit_node = network.nodes.node(hit.iri)
        if hit_node is not None:
            found.setdefault(hit_node.iri, hit_node)
    return tuple(sorted(found.values(), key=lambda node: _distance(node, wanted))[:limit])


def _distance(node: Node, wanted: str) -> int:
    """Return 0 for a thing of that name, 1 where the name begins so, 2 where it holds it, else 3.

    Sorting keeps the order of what is equally near.
    """
    names = [normal(name).strip() for name in (node.zh, node.en)]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(wanted in name for name in names) else 3


def _suggested(atlas: Service, network: Network, text: str) -> Iterator[Node]:
    for one in atlas.search.suggest(text[:MAX_TYPED], _SUGGESTIONS):
        iri = one.value or (network.nodes.field_iri(one.text) if one.kind == "field" else "")
        node = network.nodes.node(iri) if iri else None
        if node is not None:
            yield node


def _concepts(atlas: Service, network: Network, wanted: str) -> Iterator[Node]:
    """Yield organisations, places, domains and libraries whose name holds the text.

    Of more than `_TRIED` those whose name is nearest: each is one more question to the index.
    """
    named = [
        node
        for scheme in _NAMED_SCHEMES
        for concept in atlas.vocabulary.concepts(scheme)
        if wanted in normal(concept.zh) or wanted in normal(concept.en)
        if (node := network.nodes.node(concept.iri)) is not None
    ]
    named.sort(key=lambda node: _distance(node, wanted))
    yield from network.held(named[:_TRIED])


def starting_points(atlas: Service, network: Network) -> Iterator[tuple[Node, int]]:
    """Yield the domains and organisations with most datasets, and how many these are."""
    facets = atlas.search.search(Query(limit=0, facet_size=_STARTS)).facets
    for facet in ("theme", "publisher"):
        for value in facets.get(facet, ()):
            node = network.nodes.node(value.value)
            if node is not None:
                yield node, value.count
