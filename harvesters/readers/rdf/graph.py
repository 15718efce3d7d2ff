"""A parsed RDF file: its triples by subject, with the warnings and faults that were found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from harvesters.readers.rdf.fault_scope import Fault, Node
from ontology.errors import AtlasError

MAX_FAULTS: Final = 1_000
"""Faults reported for one file; a file with more is given up."""


@dataclass(slots=True)
class Graph:
    """Triples by subject, in the order of the file."""

    out: dict[Node, list[ox.Triple]] = field(default_factory=dict)
    warnings: dict[object, list[AtlasError]] = field(default_factory=dict)
    """By subject: IRIs that were mended, and values that were left out."""
    faults: list[Fault] = field(default_factory=list)
    """Places that could not be read, with the nodes that they may have described."""
    named: dict[Node, dict[Node, list[ox.Triple]]] = field(default_factory=dict)
    """The triples of each named graph by subject, where the names were asked for; also in `out`."""
    size: int = 0
    """Number of triples."""
    relative: bool = False
    """Whether the file has relative IRIs and no base (`harvesters.readers.rdf.relative_iris`)."""

    def add_fault(self, fault: Fault) -> None:
        """Add a fault; raises its error where there are more than `MAX_FAULTS`."""
        self.faults.append(fault)
        if len(self.faults) > MAX_FAULTS:
            raise fault.error

    def warn(self, subject: object, error: AtlasError) -> None:
        """Add a warning to a subject."""
        self.warnings.setdefault(subject, []).append(error)

    def mentioned(self) -> set[object]:
        """Return every term that is the object of a triple."""
        return {triple.object for triples in self.out.values() for triple in triples}
