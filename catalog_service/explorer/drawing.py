"""A picture as the page's script gets it: the same things and reasons as in the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog_service.explorer.addresses import Addresses
from catalog_service.explorer.picture import Picture, openable
from catalog_service.site.evidence import why
from catalog_service.site.rendering import View
from search.relations.network import Network
from search.relations.nodes import Node

Said = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wording:
    """How things are called on a page, and where their own pages are."""

    view: View
    network: Network
    page_of: Callable[[Node], str | None]

    def detail(self, node: Node) -> str:
        """Return what tells a thing from others of its name."""
        return " · ".join(map(self.view.name, self.network.nodes.told_apart(node)))


def drawn(picture: Picture, wording: Wording, addresses: Addresses) -> Said:
    """Return a picture as JSON: things, what joins them, clusters, each with its addresses."""
    view = wording.view
    return {
        "nodes": [
            {
                "id": node.iri,
                "name": view.name(node),
                "detail": wording.detail(node),
                "kind": node.kind,
                "kindName": view.label("kind", node.kind),
                "role": picture.roles.get(node.iri, ""),
                "page": wording.page_of(node),
                "expand": addresses.expand(node.iri)
                if node.iri != addresses.state.start or addresses.state.goal
                else None,
                "collapse": addresses.collapse(node.iri),
                "start": addresses.start(node.iri),
                "way": addresses.way(node.iri) if node.iri != addresses.state.start else None,
            }
            for node in picture.nodes.values()
        ],
        "edges": [
            {
                "id": f"{edge.source.iri} {edge.relation} {edge.near.node.iri}",
                "source": edge.source.iri,
                "target": edge.near.node.iri,
                "relation": edge.relation,
                "label": view.label("relation", edge.relation),
                "why": why(view, wording.network, edge.near),
            }
            for edge in picture.edges
        ],
        "clusters": [
            {
                "id": f"{cluster.of.iri} {cluster.relation} +",
                "of": cluster.of.iri,
                "relation": cluster.relation,
                "label": view.label("relation", cluster.relation),
                "count": cluster.count,
                "open": addresses.opened(cluster.relation, cluster.of.iri)
                if openable(cluster, addresses.state)
                else None,
            }
            for cluster in picture.clusters
        ],
    }
