"""The catalogue as a stream of parts: each fixed graph, then each record, in the order of IRIs.

A part is the sorted N-Quads of one graph, and of a record also what the graph about the records
says of it. Two dumps are compared, and one is made without some records, by reading such streams
side by side: in memory is one part of each, however large the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from catalog_service.graph import reading
from catalog_service.graph.store import RECORDS_GRAPH, STATE_GRAPH

_RECORDS: Final = ox.NamedNode(RECORDS_GRAPH)
NOTE: Final = f" <{RECORDS_GRAPH}> .\n"
"""The end of a line about a record."""


@dataclass(frozen=True, slots=True)
class Part:
    """The statements of a record, or of a graph that is none's."""

    is_record: bool
    name: str
    """The IRI of the record, or of the graph."""
    lines: tuple[str, ...]
    """Sorted N-Quads lines of the graph, then those about the record, each with its line end."""

    @property
    def place(self) -> tuple[bool, str]:
        """Where it stands among the others: the fixed graphs come first."""
        return self.is_record, self.name

    def own_triples(self) -> str:
        """Return the triples of its graph as N-Triples, without what is noted about it."""
        end = f" <{self.name}> .\n"
        return "".join(f"{line.removesuffix(end)} .\n" for line in self.lines if line.endswith(end))


def of_store(store: ox.Store) -> Iterator[Part]:
    """Yield the parts of a snapshot's named graphs.

    Holds the IRIs of all records, some 100 bytes each, to have them in their order.
    """
    for name in sorted({STATE_GRAPH, *reading.fixed_hashes(store)}):
        yield Part(False, name, _lines(store, None, name))
    for name in sorted(reading.record_graphs(store)):
        notes = store.quads_for_pattern(ox.NamedNode(name), None, None, _RECORDS)
        noted = sorted(f"{reading.line(quad)[:-2]}{NOTE}" for quad in notes)
        yield Part(True, name, (*_lines(store, None, name), *noted))


def _lines(store: ox.Store, subject: ox.NamedNode | None, name: str) -> tuple[str, ...]:
    quads = store.quads_for_pattern(subject, None, None, ox.NamedNode(name))
    return tuple(sorted(f"{reading.line(quad)[:-2]} <{name}> .\n" for quad in quads))


def of_lines(lines: Iterable[str]) -> Iterator[Part]:
    """Yield the parts of a file that `Part` lines were written to."""
    for name, found in groupby(lines, _name_of):
        held = tuple(found)
        yield Part(any(line.endswith(NOTE) for line in held), name, held)


def _name_of(line: str) -> str:
    if line.endswith(NOTE):
        return line[1 : line.index("> ")]
    # The graph comes last, and no IRI has a blank in it.
    return line[line.rindex(" <") + 2 : -4]


def without(parts: Iterable[Part], names: Container[str]) -> Iterator[Part]:
    """Yield the parts but those of these names; a part of changes need not hold a record's note."""
    return (part for part in parts if part.name not in names)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where the differences between two dumps go, line by line."""

    added: Callable[[str], None]
    removed: Callable[[str], None]
    dropped: Callable[[str], None]
    """Takes names of graphs of which everything goes; what replaces it is added."""


def compared(
    before: Iterable[Part], after: Iterable[Part], ended: Collection[str], changes: Changes
) -> Iterator[Part]:
    """Yield the parts of ``after``, and tell how they differ from those of ``before``.

    ``ended`` are the records of ``before`` that ceased to be public since, and may be public again:
    what they said is not told again, not even as removed, so that all of their graph goes. So it
    does of a fixed graph that differs, whose blank nodes have no names by which single statements
    could be removed.
    """
    for name in sorted(ended):
        changes.dropped(name)
    # Left out here, they are as new where they are public again.
    earlier = without(before, ended)
    old = next(earlier, None)
    for part in after:
        while old is not None and old.place < part.place:
            changes.dropped(old.name)
            old = next(earlier, None)
        same = old if old is not None and old.place == part.place else None
        if same is not None:
            old = next(earlier, None)
        _compare(same, part, changes)
        yield part
    while old is not None:
        changes.dropped(old.name)
        old = next(earlier, None)


def _compare(old: Part | None, new: Part, changes: Changes) -> None:
    if old is not None and old.lines != new.lines and not new.is_record:
        changes.dropped(new.name)
        old = None
    if old is None:
        for line in new.lines:
            changes.added(line)
    elif old.lines != new.lines:
        held, there = set(old.lines), set(new.lines)
        for line in new.lines:
            if line not in held:
                changes.added(line)
        for line in old.lines:
            if line not in there:
                changes.removed(line)
