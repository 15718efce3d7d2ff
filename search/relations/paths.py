"""How two things are connected: the shortest path between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from search.relations.model import KINDS, Evidence
from search.relations.network import Neighbor, Network
from search.relations.nodes import Node

MOST_STEPS: Final = 6
"""Steps beyond which two things are called unconnected."""

_MOST_ASKED: Final = 300
"""Nodes whose neighbours are asked for before the search is given up."""

TIME: Final = 1.0
"""Seconds after which a search is given up: somebody waits for the page."""

_BREADTH: Final = 30
"""Neighbours of one relation that are followed."""


_INVERSE: Final = {"subset": "superset", "superset": "subset"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: the `NeighborGroup.relation` that is followed, where to, and why.

    ``weight`` and ``evidence`` are as in `search.relations.network.Neighbor`, seen from the node
    before.
    """

    relation: str
    node: Node
    weight: float = 1.0
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class ShortestPath:
    """The shortest path found; ``steps`` is empty where there is none within the bounds.

    ``exhausted`` tells that none exists within `MOST_STEPS`; without it the search was given up, or
    some had more neighbours than were followed.
    """

    start: Node
    steps: tuple[Step, ...]
    exhausted: bool = False


@dataclass(slots=True)
class _Side:
    """One side's search: how each node was reached, and those to be asked next."""

    reached: dict[str, tuple[str | None, str, Neighbor]]
    frontier: list[Node]
    depth: int = 0
    cut: bool = False
    """Whether something had more neighbours than were followed."""


def shortest_path(
    network: Network,
    start: Node,
    goal: Node,
    *,
    seconds: float = TIME,
    monotonic: Callable[[], float] = time.monotonic,
) -> ShortestPath:
    """Return the shortest path between two nodes, searching from both ends.

    Relations are followed in both directions. Only the nearest `_BREADTH` neighbours of each
    relation are looked at, so that a path through something that everything has in common may be
    missed. After ``seconds`` of ``monotonic`` the search is given up.
    """
    if start.iri == goal.iri:
        return ShortestPath(start, ())
    sides = (
        _Side({start.iri: (None, "", Neighbor(start, 1.0))}, [start]),
        _Side({goal.iri: (None, "", Neighbor(goal, 1.0))}, [goal]),
    )
    asked = 0
    end = monotonic() + seconds
    while sides[0].depth + sides[1].depth < MOST_STEPS:
        side, other = sorted(sides, key=lambda s: len(s.frontier) or 1 << 30)
        if not side.frontier:
            break
        following: list[Node] = []
        # What many have in common leads further than one more dataset.
        for node in sorted(side.frontier, key=lambda n: n.kind == "dataset"):
            asked += 1
            if asked > _MOST_ASKED or monotonic() >= end:
                return ShortestPath(start, ())
            for group in network.neighbors(node, most=_BREADTH):
                # Of relations between datasets no more are counted than are given.
                shown = len(group.neighbors)
                side.cut = side.cut or shown >= _BREADTH or group.total > shown
                for neighbour in group.neighbors:
                    near = neighbour.node
                    if near.iri in side.reached:
                        continue
                    side.reached[near.iri] = (node.iri, group.relation, neighbour)
                    if near.iri in other.reached:
                        return ShortestPath(start, _joined(sides, near))
                    following.append(near)
        side.frontier = following
        side.depth += 1
    whole = any(not side.cut and not side.frontier for side in sides)
    return ShortestPath(start, (), exhausted=whole or not any(side.cut for side in sides))


def _joined(sides: tuple[_Side, _Side], middle: Node) -> tuple[Step, ...]:
    first: list[Step] = []
    at: str | None = middle.iri
    while at is not None:
        before, relation, near = sides[0].reached[at]
        if before is not None:
            first.append(Step(relation, near.node, near.weight, near.evidence))
        at = before
    first.reverse()
    at, relation, near = sides[1].reached[middle.iri]
    while at is not None:
        before, following, next_ = sides[1].reached[at]
        evidence = None if near.evidence is None else _turned(near.evidence)
        first.append(Step(_backwards(relation, next_.node), next_.node, near.weight, evidence))
        at, relation, near = before, following, next_
    return tuple(first)


def _turned(evidence: Evidence) -> Evidence:
    """Return the evidence of a relation as the other dataset would tell it."""
    return replace(
        evidence,
        edition=evidence.other_edition,
        other_edition=evidence.edition,
        place=evidence.other_place,
        other_place=evidence.place,
    )


def _backwards(relation: str, node: Node) -> str:
    """Name a relation that leads to ``node`` and was found in the other direction."""
    if relation in KINDS:
        return _INVERSE.get(relation, relation)
    return node.kind
