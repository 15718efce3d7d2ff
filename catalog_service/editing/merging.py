"""Putting two changes of one version together, property by property."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from catalog_service.editing.graph import RecordGraph
from catalog_service.editing.model import Contradiction, Merged, Side, Unit
from ontology.ntriples import triples_of
from ontology.record import Record

_Units = Mapping[Unit, frozenset[str]]


def merge(
    before: Record, mine: Record, theirs: Record, choices: Mapping[Unit, Side] | None = None
) -> Merged:
    """Return both changes of a version in one record.

    What one of them changed is taken. Where both changed a property otherwise, the choice counts;
    without one the other's values stay, and it is told. New nodes of both stay apart.
    """
    chosen = choices or {}
    mine = _apart(before, mine, theirs)
    base, own, other = (_units(record) for record in (before, mine, theirs))
    kept: dict[Unit, frozenset[str]] = {}
    taken: list[Unit] = []
    contradictions: list[Contradiction] = []
    restored: list[tuple[str, _Units, _Units]] = []
    for unit in sorted({*base, *own, *other}):
        b, m, t = (found.get(unit, frozenset()) for found in (base, own, other))
        kept[unit] = t if m == b else m
        if m == b and t != b:
            taken.append(unit)
        elif b not in (m, t) and m != t:
            side = chosen.get(unit)
            if side is not None:
                kept[unit] = {"mine": m, "theirs": t, "both": m | t}[side]
            elif _is_list(b, m, t):
                # Additions to a list and removals from it do not contradict each other.
                kept[unit] = (b | m | t) - (b - m) - (b - t)
            else:
                kept[unit] = t
                found = (tuple(sorted(values)) for values in (b, m, t))
                contradictions.append(Contradiction(unit, *found))
            if side != "mine":
                restored.append((unit[0], other, own))
            if side in ("mine", "both"):
                restored.append((unit[0], own, other))
    for node, here, there in restored:
        _restore(kept, node, here, there)
    lines = [f"<{node}> <{path}> {v} ." for (node, path), found in kept.items() for v in found]
    made = Record.from_lines(
        lines, iri=mine.iri, source=mine.source, remote_id=mine.remote_id, focus=mine.focus
    )
    whole = _without_loose_nodes(made, (before, mine, theirs))
    return Merged(whole, tuple(taken), tuple(contradictions))


def changed(before: Record, after: Record) -> list[Unit]:
    """Return the properties whose values differ."""
    old, new = _units(before), _units(after)
    return sorted(unit for unit in {*old, *new} if old.get(unit) != new.get(unit))


def values_of(record: Record, unit: Unit) -> tuple[str, ...]:
    """Return the values of a property as N-Triples."""
    return tuple(sorted(_units(record).get(unit, ())))


def _units(record: Record) -> dict[Unit, frozenset[str]]:
    found: dict[Unit, set[str]] = {}
    for triple in triples_of(record.nquads):
        assert isinstance(triple.subject, ox.NamedNode)
        key = (triple.subject.value, triple.predicate.value)
        found.setdefault(key, set()).add(str(triple.object))
    return {unit: frozenset(values) for unit, values in found.items()}


def _restore(
    kept: dict[Unit, frozenset[str]],
    node: str,
    here: _Units,
    there: _Units,
) -> None:
    """Keep a node that one side changed while the other took it out, with what leads to it."""
    if any(one == node for one, _ in there) or not any(one == node for one, _ in here):
        return
    for unit, values in here.items():
        if unit[0] == node:
            kept[unit] = values
        elif f"<{node}>" in values:
            kept[unit] = kept.get(unit, frozenset()) | {f"<{node}>"}


def _is_list(*sides: Iterable[str]) -> bool:
    """Tell whether values are nodes, of which there may be many: files, data items, themes."""
    return all(value.startswith("<") for side in sides for value in side) and any(
        "#" in value for side in sides for value in side
    )


def _apart(before: Record, mine: Record, theirs: Record) -> Record:
    """Return my record with other names for my new nodes that are called as theirs are."""
    old, own, other = (RecordGraph(record) for record in (before, mine, theirs))
    taken = {*own.subjects(), *other.subjects()}
    names: dict[str, str] = {}
    for node in own.subjects():
        if old.has(node) or not other.has(node) or "#" not in node:
            continue
        if _said(own, node) == _said(other, node):
            continue
        stem, _, number = node.rpartition("-")
        count = int(number) if number.isdigit() else 1
        stem = stem if number.isdigit() else node
        width = len(number) if number.isdigit() and number.startswith("0") else 1
        while (name := f"{stem}-{count:0{width}}") in taken:
            count += 1
        taken.add(name)
        names[node] = name
    if not names:
        return mine
    own.rename(names)
    return own.record()


def _said(graph: RecordGraph, node: str) -> set[tuple[str, str]]:
    return {(path, str(v)) for path in graph.properties(node) for v in graph.objects(node, path)}


def _without_loose_nodes(record: Record, sides: Iterable[Record]) -> Record:
    """Return a record without nodes that hung somewhere on one side and hang nowhere now."""
    graph = RecordGraph(record)
    hung = set().union(*(RecordGraph(side).reachable() for side in sides))
    now = graph.reachable()
    if all(node in now or node not in hung for node in graph.subjects()):
        return record
    graph.keep(lambda node: node in now or node not in hung)
    return graph.record()
