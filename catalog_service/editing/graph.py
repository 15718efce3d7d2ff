"""A record's statements, to be changed by node and property."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from ontology.canonical import canonical_record
from ontology.ntriples import triples_of
from ontology.record import Record
from ontology.terms import RDF

Term = ox.NamedNode | ox.Literal
"""What records hold: their blank nodes are skolemised."""

_DIGITS: Final = re.compile(r"(\d+)")


class RecordGraph:
    """The statements of one record; its nodes are IRIs."""

    def __init__(self, record: Record) -> None:
        """Read a record."""
        self._record = record
        self._out: dict[str, dict[str, dict[Term, None]]] = {}
        for triple in triples_of(record.nquads):
            assert isinstance(triple.subject, ox.NamedNode)
            assert isinstance(triple.object, ox.NamedNode | ox.Literal)
            self.add(triple.subject.value, triple.predicate.value, triple.object)

    @property
    def focus(self) -> str:
        """The dataset's IRI."""
        return self._record.focus

    def objects(self, subject: str, path: str) -> list[Term]:
        """Return the values of a property."""
        return list(self._out.get(subject, {}).get(path, ()))

    def nodes(self, subject: str, path: str) -> list[str]:
        """Return the nodes at the end of a property that are described, in natural order."""
        found = {
            one.value
            for one in self.objects(subject, path)
            if isinstance(one, ox.NamedNode) and one.value in self._out
        }
        return sorted(found, key=natural)

    def has(self, subject: str) -> bool:
        """Tell whether anything is said of a node."""
        return bool(self._out.get(subject))

    def properties(self, subject: str) -> list[str]:
        """Return the properties of a node."""
        return list(self._out.get(subject, ()))

    def subjects(self) -> list[str]:
        """Return the nodes that something is said of."""
        return list(self._out)

    def add(self, subject: str, path: str, value: Term) -> None:
        """Add a statement."""
        self._out.setdefault(subject, {}).setdefault(path, {})[value] = None

    def put(self, subject: str, path: str, values: Iterable[Term]) -> None:
        """Replace the values of a property."""
        pairs = self._out.setdefault(subject, {})
        kept = dict.fromkeys(values)
        if kept:
            pairs[path] = kept
        else:
            pairs.pop(path, None)
        if not pairs:
            del self._out[subject]

    def drop(self, subject: str) -> None:
        """Forget all that is said of a node."""
        self._out.pop(subject, None)

    def rename(self, names: dict[str, str]) -> None:
        """Give nodes other names, all at once."""
        self._out = {
            names.get(subject, subject): {
                path: {
                    ox.NamedNode(names[v.value])
                    if isinstance(v, ox.NamedNode) and v.value in names
                    else v: None
                    for v in values
                }
                for path, values in pairs.items()
            }
            for subject, pairs in self._out.items()
        }

    def is_empty(self, subject: str, without: Callable[[str], bool]) -> bool:
        """Tell whether a node says nothing but its type and properties that do not count."""
        return all(path == RDF.type or without(path) for path in self._out.get(subject, ()))

    def reachable(self) -> set[str]:
        """Return the nodes that hang below the dataset."""
        seen: set[str] = set()
        waiting = [self.focus]
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            for values in self._out.get(here, {}).values():
                waiting += [v.value for v in values if isinstance(v, ox.NamedNode)]
        return seen

    def keep(self, subjects: Callable[[str], bool]) -> None:
        """Forget all nodes but these."""
        self._out = {node: pairs for node, pairs in self._out.items() if subjects(node)}

    def triples(self) -> Iterator[ox.Triple]:
        """Yield the statements."""
        for subject, pairs in self._out.items():
            for path, values in pairs.items():
                for value in values:
                    yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), value)

    def record(self) -> Record:
        """Return the record as it stands now."""
        own = self._record
        return canonical_record(
            self.triples(),
            iri=own.iri,
            source=own.source,
            remote_id=own.remote_id,
            focus=own.focus,
        )


def natural(text: str) -> tuple[object, ...]:
    """Return a key by which ``dist-10`` comes after ``dist-9``."""
    parts = _DIGITS.split(text)
    return tuple((1, int(p), "") if n % 2 else (0, 0, p) for n, p in enumerate(parts))
