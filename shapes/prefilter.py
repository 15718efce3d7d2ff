"""Verdicts that need no engine: what a rule demands stands nowhere in the record's text.

Most real records lack most of what the policy asks for, and a SHACL result costs as much as the
parsing of a record. Where a predicate or a concept does not occur in the canonical text of a
record, no path has it and no value equals it: a rule that demands it fails for certain, and one
that only limits it passes for certain. Its shape is then left out of the run. Whatever is not
certain is left to the engine; that a text stands in a literal only makes it uncertain.

Only root shapes with ``sh:targetClass dcat:Dataset`` that make one result for the dataset as a
whole are looked at, and only records with one dataset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from ontology.record import Record
from ontology.terms import DCAT, RDF, SH

Clause = frozenset[str]
"""Terms, as they are written, of which not one may occur."""

_DATASET = f"<{DCAT.Dataset}>"
_TYPE = f"<{RDF.type}>"
_METADATA = frozenset({RDF.type, SH.targetClass, SH.severity, SH.message})


@dataclass(frozen=True, slots=True)
class Settled:
    """When a root shape is settled: if any of the clauses holds, it fails, or passes."""

    shape: str
    fails: tuple[Clause, ...]
    passes: tuple[Clause, ...]


def settled_shapes(triples: Sequence[ox.Triple]) -> list[Settled]:
    """Return the root shapes of compiled triples that a record's text may settle."""
    graph = _Shapes(triples)
    return [settled for root in graph.roots() if (settled := graph.settled(root)) is not None]


def one_dataset(record: Record, terms: list[str]) -> bool:
    """Tell whether the record describes its focus, and nothing else, as a dataset.

    ``terms`` is the canonical text split at its blanks: a line feed stands before a subject only.
    """
    if terms.count(_DATASET) != 1:
        return False
    place = terms.index(_DATASET)
    return (
        place >= 2
        and terms[place - 1] == _TYPE
        and terms[place - 2].removeprefix(".\n") == f"<{record.focus}>"
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """Root shapes that may be left out for a record, and those of them that it fails."""

    settled: frozenset[str]
    failing: tuple[str, ...]


UNDECIDED: Final = Decision(frozenset(), ())


class _Shapes:
    """Compiled shapes, read for what certainly fails or passes."""

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        self._out: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for t in triples:
            self._out[t.subject][t.predicate.value].append(t.object)

    def roots(self) -> Iterator[ox.NamedNode]:
        """The shapes that target datasets, and nothing else."""
        for node, said in list(self._out.items()):
            targets = {name for name in said if name.startswith(SH.target)}
            classes = said.get(SH.targetClass, [])
            only_datasets = targets == {SH.targetClass} and classes == [ox.NamedNode(DCAT.Dataset)]
            if isinstance(node, ox.NamedNode) and only_datasets:
                yield node

    def settled(self, root: ox.NamedNode) -> Settled | None:
        constraints = [name for name in self._out[root] if name not in _METADATA]
        # One sh:node or sh:or makes one result, for the focus; so nothing else can be wrong.
        one = len(constraints) == 1 and constraints[0] in (SH.node, SH.term("or"))
        fails = self._fails(root) if one and len(self._out[root][constraints[0]]) == 1 else []
        passes = self._passes(root)
        if not fails and not passes:
            return None
        return Settled(root.value, tuple(fails), tuple(passes))

    def _fails(self, shape: object) -> list[Clause]:
        """Clauses of which any makes the shape fail."""
        said = self._out[shape]
        found: list[Clause] = []
        if SH.path in said:
            if self._demands(said):
                found += [frozenset({step}) for step in self._steps(said[SH.path][0])]
            values = said.get(SH.hasValue, [])
            found += [frozenset({str(v)}) for v in values if isinstance(v, ox.NamedNode)]
            return found
        for child in (*said.get(SH.term("property"), []), *said.get(SH.node, [])):
            found += self._fails(child)
        for members in said.get(SH.term("or"), []):
            found += _all([self._fails(m) for m in self._members(members)])
        return found

    def _passes(self, shape: object) -> list[Clause]:
        """Clauses of which any makes the shape pass."""
        said = self._out[shape]
        if SH.path in said:
            if self._demands(said):
                return []
            return [frozenset({step}) for step in self._steps(said[SH.path][0])]
        needed: list[list[Clause]] = []
        for name, values in said.items():
            for value in values:
                if name in (SH.term("property"), SH.node):
                    needed.append(self._passes(value))
                elif name == SH.term("not"):
                    needed.append(self._fails(value))
                elif name == SH.term("or"):
                    needed.append([c for m in self._members(value) for c in self._passes(m)])
                elif name not in _METADATA:
                    return []
        return _all(needed) if needed else []

    def _demands(self, said: dict[str, list[object]]) -> bool:
        """Tell whether a property shape fails where its path has no value."""
        least = [
            v
            for name in (SH.minCount, SH.qualifiedMinCount)
            for v in said.get(name, [])
            if isinstance(v, ox.Literal) and v.value != "0"
        ]
        # sh:equals demands as well; sh:hasValue is a demand that the path alone decides.
        return bool(least) or SH.hasValue in said or SH.equals in said

    def _steps(self, path: object) -> list[str]:
        """Terms of which each must occur for the path to have a value."""
        if isinstance(path, ox.NamedNode):
            return [str(path)]
        if RDF.first in self._out[path]:
            return [str(s) for s in self._members(path) if isinstance(s, ox.NamedNode)]
        return []

    def _members(self, head: object) -> list[object]:
        found = []
        while RDF.first in self._out[head]:
            found.append(self._out[head][RDF.first][0])
            head = self._out[head][RDF.rest][0]
        return found


def _all(alternatives: list[list[Clause]]) -> list[Clause]:
    """Return clauses that hold where one clause of each list holds."""
    joined: list[Clause] = [frozenset()]
    for clauses in alternatives:
        joined = [a | b for a in joined for b in clauses]
    return joined


class Certainty:
    """Says of a record which root shapes are settled, and which of them fail."""

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        self._settled = settled_shapes(triples)
        self._terms = frozenset(
            term for s in self._settled for clause in (*s.fails, *s.passes) for term in clause
        )
        self._known: dict[frozenset[str], Decision] = {}

    def of(self, record: Record, terms: list[str], occurring: set[str]) -> Decision:
        """Decide for a record; ``occurring`` is the set of its ``terms`` (`one_dataset`).

        A predicate or an object stands between blanks, so that an IRI that is no member of the
        set is neither; words of a literal only add members.
        """
        if not one_dataset(record, terms):
            return UNDECIDED
        there = self._terms & occurring
        found = self._known.get(there)
        if found is None:
            found = self._known[there] = self._decide(self._terms - there)
        return found

    def _decide(self, absent: frozenset[str]) -> Decision:
        failing = [s.shape for s in self._settled if any(c <= absent for c in s.fails)]
        passing = [s.shape for s in self._settled if any(c <= absent for c in s.passes)]
        return Decision(frozenset([*failing, *passing]), tuple(failing))
