"""What a picture of the graph shows: things, what joins them and why, and what is left out.

A picture follows from its `State` alone, which an address holds: so it can be bookmarked, and the
table beside it says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from search.relations.model import KINDS
from search.relations.network import Neighbor, NeighborGroup, Network
from search.relations.nodes import Node
from search.relations.paths import ShortestPath

NEAREST: Final = 6
"""Neighbours of one relation that are shown before a cluster is opened."""
MOST: Final = 100
"""Neighbours of one relation that an opened cluster shows."""
MOST_NODES: Final = 500
"""Things and clusters in a picture: with more nobody sees anything, and the layout freezes."""
MOST_OPENED: Final = 24
"""Things that are expanded at once: the address has an end, and so has patience."""

_INVERSE: Final = {"superset": "subset"}

Role = Literal["start", "goal", "way", "expanded", ""]


@dataclass(frozen=True, slots=True)
class State:
    """What an address says of a picture; things by their IRIs.

    ``expanded`` are shown with their neighbours, beside the start. ``clusters`` are pairs of a
    relation and a thing whose neighbours by it are all shown, up to `MOST`. ``off`` are relations
    that are not shown, and ``only`` is the one that is.
    """

    start: str
    goal: str = ""
    expanded: tuple[str, ...] = ()
    clusters: tuple[tuple[str, str], ...] = ()
    off: frozenset[str] = frozenset()
    only: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What joins two things: ``near`` is the second, as a neighbour of the first."""

    source: Node
    relation: str
    near: Neighbor

    @property
    def ends(self) -> frozenset[str]:
        """The IRIs of both."""
        return frozenset((self.source.iri, self.near.node.iri))


@dataclass(frozen=True, slots=True)
class Cluster:
    """Neighbours of a thing by one relation that are not shown one by one: how many."""

    of: Node
    relation: str
    count: int


@dataclass(slots=True)
class Picture:
    """Things in the order in which they came, what joins them, and what stands in clusters.

    ``counts`` holds the neighbours by relation, those in clusters and those switched off included.
    ``full`` tells that more would have been shown were it not for `MOST_NODES`.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    full: bool = False
    way: int = 0
    """How many of the first edges are the steps of a way."""

    def size(self) -> int:
        """Return how many marks the picture has."""
        return len(self.nodes) + len(self.clusters)


def compose(
    network: Network, start: Node, state: State, way: ShortestPath | None = None
) -> Picture:
    """Return the picture of a state: around the start, or of the way to the goal.

    What the state names and the catalogue does not know (any more) is left out.
    """
    picture = Picture()
    _add(picture, start, "start")
    if way is not None:
        _draw_way(picture, way)
    centers: list[Node] = [] if way is not None else [start]
    for iri in dict.fromkeys(state.expanded[:MOST_OPENED]):
        node = picture.nodes.get(iri) or network.nodes.node(iri)
        if node is not None and node not in centers:
            centers.append(node)
            _add(picture, node, picture.roles.get(iri) or "expanded")
    drawn = {_key(edge.source, edge.relation, edge.near.node) for edge in picture.edges}
    for center in centers:
        for group in network.neighbors(center, most=MOST):
            _draw_group(picture, center, group, state, drawn)
    return picture


def _draw_way(picture: Picture, way: ShortestPath) -> None:
    before = way.start
    for step in way.steps:
        _add(picture, step.node, "way")
        near = Neighbor(step.node, step.weight, step.evidence)
        picture.edges.append(Edge(before, step.relation, near))
        before = step.node
    if way.steps:
        picture.roles[before.iri] = "goal"
    picture.way = len(way.steps)


def _draw_group(
    picture: Picture,
    center: Node,
    group: NeighborGroup,
    state: State,
    drawn: set[tuple[str, frozenset[str]]],
) -> None:
    """Show what stands beside one thing by one relation, and the rest as a cluster."""
    relation = group.relation
    if state.only and relation != state.only:
        return
    fresh = [near for near in group.neighbors if (_key(center, relation, near.node)) not in drawn]
    known = len(group.neighbors) - len(fresh)
    total = max(group.total - known, len(fresh))
    if not total:
        return
    picture.counts[relation] = picture.counts.get(relation, 0) + total
    if relation in state.off:
        return
    opened = state.only == relation or (relation, center.iri) in state.clusters
    shown = 0
    for near in fresh[: MOST if opened else NEAREST]:
        # One mark stays for the cluster of what finds no room.
        if near.node.iri not in picture.nodes and picture.size() >= MOST_NODES - 1:
            picture.full = True
            break
        _add(picture, near.node, "")
        picture.edges.append(Edge(center, relation, near))
        drawn.add(_key(center, relation, near.node))
        shown += 1
    if total > shown and picture.size() < MOST_NODES:
        picture.clusters.append(Cluster(center, relation, total - shown))


def _add(picture: Picture, node: Node, role: Role) -> None:
    picture.nodes.setdefault(node.iri, node)
    if role or node.iri not in picture.roles:
        picture.roles[node.iri] = role


def _key(one: Node, relation: str, other: Node) -> tuple[str, frozenset[str]]:
    """Return what is equal for a relation and the same one seen from the other side."""
    ends = frozenset((one.iri, other.iri))
    # Between a dataset and what it belongs to there is but one relation.
    return (_INVERSE.get(relation, relation) if relation in KINDS else "", ends)


def openable(cluster: Cluster, state: State) -> bool:
    """Tell whether opening a cluster shows more of it: it may be open, and the rest too many."""
    opened = (cluster.relation, cluster.of.iri) in state.clusters
    return not opened and state.only != cluster.relation


def by_thing(picture: Picture) -> Iterator[tuple[Node, list[tuple[str, list[Edge], int]]]]:
    """Yield each thing with what was drawn from it: relation, edges, how many are in its cluster.

    The rows of the table that stands beside the picture; the steps of a way stand in its list.
    """
    beside = picture.edges[picture.way :]
    sources = {edge.source.iri: edge.source for edge in beside}
    sources |= {cluster.of.iri: cluster.of for cluster in picture.clusters}
    for iri, node in sources.items():
        groups: dict[str, list[Edge]] = {}
        for edge in beside:
            if edge.source.iri == iri:
                groups.setdefault(edge.relation, []).append(edge)
        left = {c.relation: c.count for c in picture.clusters if c.of.iri == iri}
        for relation in left:
            groups.setdefault(relation, [])
        yield node, [(name, edges, left.get(name, 0)) for name, edges in groups.items()]
