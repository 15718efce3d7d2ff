"""The SPARQL update between what a store holds of some records and what it is to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from catalog_service.data_items import item_lines
from catalog_service.graph.default_graph import forget_graph, forget_lines
from catalog_service.graph.store import (
    CHECKPOINT,
    CONTENT_HASH,
    CONTENTS,
    CONTENTS_NOW,
    MARK,
    RECORD_HASH,
    RECORDS_GRAPH,
    STATE_GRAPH,
    FixedGraph,
    GraphRecord,
)
from ontology.ntriples import iri, literal, triple
from ontology.terms import FOAF, XSD


def record_note(record: GraphRecord) -> list[str]:
    """Return the lines of `RECORDS_GRAPH` about one record."""
    subject = iri(record.iri)
    lines = [triple(subject, iri(RECORD_HASH), literal(record.hash))]
    if record.focus != record.iri:
        lines.append(triple(subject, iri(FOAF.primaryTopic), iri(record.focus)))
    return lines + item_lines(record.iri, record.items)


def state_lines(checkpoint: int, mark: str) -> list[str]:
    """Return the lines of `STATE_GRAPH` that hold the journal number and its mark."""
    number = literal(str(checkpoint), datatype=XSD.integer)
    lines = [triple(iri(STATE_GRAPH), iri(CHECKPOINT), number), contents_line()]
    if mark:
        lines.append(triple(iri(STATE_GRAPH), iri(MARK), literal(mark)))
    return lines


def contents_line() -> str:
    """Return the line of `STATE_GRAPH` that says what is noted besides the records."""
    return triple(iri(STATE_GRAPH), iri(CONTENTS), literal(CONTENTS_NOW))


def fixed_line(graph: FixedGraph) -> str:
    """Return the line of `STATE_GRAPH` that says which version of a fixed graph is held."""
    return content_line(graph.iri, graph.hash)


def content_line(name: str, digest: str) -> str:
    """Return the line of `STATE_GRAPH` about the fixed graph ``name``."""
    return triple(iri(name), iri(CONTENT_HASH), literal(digest))


@dataclass
class Difference:
    """Collects lines to delete and to insert, graph by graph, and writes them as one update.

    Deletions come before insertions, so that a line whose value is kept but whose spelling
    changes (``"01"^^xsd:integer`` for ``"1"``, one value to the store) ends up present. The same
    update keeps the default graph (`catalog_service.graph.default_graph`): what comes is put there
    too, what goes stays there while another graph holds it.
    """

    _delete: dict[str, list[str]] = field(default_factory=dict)
    _insert: dict[str, list[str]] = field(default_factory=dict)
    _drop: list[str] = field(default_factory=list)

    def graph(self, name: str, held: Iterable[str], wanted: Iterable[str]) -> None:
        """Note what differs between the lines that graph ``name`` holds and those wanted."""
        old, new = set(held), set(wanted)
        if gone := sorted(old - new):
            self._delete.setdefault(name, []).extend(gone)
        if come := sorted(new - old):
            self._insert.setdefault(name, []).extend(come)

    def drop(self, name: str) -> None:
        """Note that the whole graph goes, its name included."""
        self._drop.append(name)

    def __bool__(self) -> bool:
        return bool(self._delete or self._insert or self._drop)

    def update(self) -> str:
        """Return one SPARQL 1.1 update request: a single transaction."""
        operations: list[str] = []
        for name in self._drop:
            operations += [forget_graph(name), f"DROP SILENT GRAPH {iri(name)}"]
        come = dict.fromkeys(chain.from_iterable(self._insert.values()))
        gone = dict.fromkeys(chain.from_iterable(self._delete.values()))
        if self._delete:
            operations.append(f"DELETE DATA {{\n{_blocks(self._delete)}}}")
        if self._insert:
            # One operation: a blank node of a fixed graph is the same one in both places.
            everywhere = "\n".join(come)
            operations.append(f"INSERT DATA {{\n{everywhere}\n{_blocks(self._insert)}}}")
        if last := [line for line in gone if line not in come]:
            operations.append(forget_lines(last))
        return ";\n".join(operations)


def _blocks(graphs: Mapping[str, Sequence[str]]) -> str:
    return "".join(
        f"GRAPH {iri(name)} {{\n" + "\n".join(lines) + "\n}\n" for name, lines in graphs.items()
    )


LinesOf = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]
"""Reads lines by IRI from a store; an IRI of which it holds nothing may be left out."""


def record_changes(
    put: Sequence[GraphRecord],
    remove: Sequence[str],
    *,
    notes_of: LinesOf,
    held_of: LinesOf,
    trusting: bool = True,
) -> Difference:
    """Return what replacing and removing records takes.

    ``notes_of`` reads the lines of `RECORDS_GRAPH` about records, ``held_of`` their graphs. A
    record whose notes are as wanted is passed over, and of one without notes nothing is held;
    without ``trusting`` the notes are ignored and the graphs are compared.
    """
    difference = Difference()
    notes = notes_of([*(record.iri for record in put), *remove])
    new = [(r, record_note(r)) for r in put]
    if trusting:
        new = [(r, wanted) for r, wanted in new if set(notes.get(r.iri, ())) != set(wanted)]
    held = held_of([record.iri for record, _ in new if notes.get(record.iri) or not trusting])
    for record, wanted in new:
        difference.graph(RECORDS_GRAPH, notes.get(record.iri, ()), wanted)
        difference.graph(record.iri, held.get(record.iri, ()), record.nquads.split("\n")[:-1])
    for iri_ in remove:
        if notes.get(iri_) or not trusting:
            difference.graph(RECORDS_GRAPH, notes.get(iri_, ()), ())
            difference.drop(iri_)
    return difference


def fixed_changes(fixed: Sequence[FixedGraph], held: Mapping[str, str]) -> Difference:
    """Return what bringing the fixed graphs up to date takes; ``held`` are their hashes by IRI."""
    difference = Difference()
    wanted = {graph.iri: graph for graph in fixed}
    for name in sorted(held.keys() | wanted.keys()):
        graph = wanted.get(name)
        if graph is not None and held.get(name) == graph.hash:
            continue
        before = [content_line(name, held[name])] if name in held else []
        difference.graph(STATE_GRAPH, before, [] if graph is None else [fixed_line(graph)])
        difference.drop(name)
        if graph is not None:
            difference.graph(name, (), graph.lines())
    return difference
