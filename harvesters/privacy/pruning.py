"""Removing nodes that only a removed triple linked to the dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox


def reachable(
    kept: list[ox.Triple], before: Sequence[ox.Triple], focus: ox.NamedNode | ox.BlankNode
) -> list[ox.Triple]:
    """Drop nodes reachable from ``focus`` before the removal only; nodes never reachable stay."""
    gone = _nodes_below(before, focus) - _nodes_below(kept, focus)
    return [t for t in kept if t.subject not in gone]


def _nodes_below(triples: Sequence[ox.Triple], focus: object) -> set[object]:
    below: dict[object, list[object]] = defaultdict(list)
    for t in triples:
        below[t.subject].append(t.object)
    seen: set[object] = {focus}
    waiting: list[object] = [focus]
    while waiting:
        for node in _links(below.get(waiting.pop(), ())):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def _links(objects: Iterable[object]) -> Iterator[object]:
    return (o for o in objects if isinstance(o, (ox.NamedNode, ox.BlankNode)))
