"""The table beside a picture: the same things, relations and reasons, for every reader."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.explorer.addresses import Addresses
from catalog_service.explorer.drawing import Wording
from catalog_service.explorer.picture import Cluster, Edge, Picture, by_thing, openable
from catalog_service.site.evidence import why
from search.relations.nodes import Node
from search.relations.paths import ShortestPath


@dataclass(frozen=True, slots=True)
class Row:
    """A neighbour in the table: its name, what tells it apart, its addresses, why it is there."""

    iri: str
    name: str
    kind: str
    detail: str
    here: str
    page: str | None
    expand: str | None
    collapse: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One relation in the table, how many are in its cluster, and what opens that."""

    relation: str
    rows: tuple[Row, ...]
    left: int
    opens: str | None

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.rows) + self.left


@dataclass(frozen=True, slots=True)
class Around:
    """One thing with all that was drawn from it."""

    node: Node
    groups: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Station:
    """One station of a way; ``relation`` and ``why`` tell how it hangs with the one before."""

    relation: str
    why: str
    name: str
    detail: str
    here: str


def around(picture: Picture, wording: Wording, addresses: Addresses) -> list[Around]:
    """Return the start and each expanded thing with what was drawn from it."""
    state = addresses.state
    return [
        Around(
            node,
            tuple(
                Shown(
                    relation,
                    tuple(_row(wording, addresses, edge) for edge in edges),
                    left,
                    addresses.opened(relation, node.iri)
                    if left and openable(Cluster(node, relation, left), state)
                    else None,
                )
                for relation, edges, left in groups
            ),
        )
        for node, groups in by_thing(picture)
    ]


def _row(wording: Wording, addresses: Addresses, edge: Edge) -> Row:
    view, near = wording.view, edge.near
    return Row(
        iri=near.node.iri,
        name=view.name(near.node),
        kind=near.node.kind,
        detail=wording.detail(near.node),
        here=addresses.start(near.node.iri),
        page=wording.page_of(near.node),
        expand=addresses.expand(near.node.iri) if near.node.iri != addresses.state.start else None,
        collapse=addresses.collapse(near.node.iri),
        why=why(view, wording.network, near),
    )


def stations(wording: Wording, addresses: Addresses, way: ShortestPath) -> list[Station]:
    """Return the stations of a way, the first without a relation; none where there is no way."""
    if not way.steps:
        return []
    view = wording.view
    first = Station(
        "", "", view.name(way.start), wording.detail(way.start), addresses.start(way.start.iri)
    )
    return [
        first,
        *(
            Station(
                view.label("relation", step.relation),
                why(view, wording.network, step),
                view.name(step.node),
                wording.detail(step.node),
                addresses.start(step.node.iri),
            )
            for step in way.steps
        ),
    ]
