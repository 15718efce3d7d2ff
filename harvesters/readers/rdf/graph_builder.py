"""Statements put into a graph: legal ones only, and no more than may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, cast

import pyoxigraph as ox

from harvesters.errors import GRAPH_TOO_LARGE, TRIPLE_TERM
from harvesters.limits import Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.readers.files import Input
from harvesters.readers.rdf.fault_scope import Node
from harvesters.readers.rdf.graph import Graph
from harvesters.readers.rdf.illegal_terms import IllegalTerms
from ontology.errors import AtlasError, FilePosition
from ontology.terms import DCT, XSD

_IDENTIFIER: Final = ox.NamedNode(DCT.identifier)
_DOUBLE: Final = ox.NamedNode(XSD.term("double"))


class GraphBuilder:
    """Fills one graph from the statements of one file."""

    def __init__(
        self, source: Input, limits: Limits, form: ox.RdfFormat, *, named: bool = False
    ) -> None:
        """``named``: the names of its graphs are kept, too (`Graph.named`)."""
        self._source = source
        self._limits = limits
        self._named = named
        self.graph = self._graph = Graph()
        self.illegal = self._illegal = IllegalTerms(self.graph, source, limits, form)

    def add(self, quad: ox.Quad) -> None:
        """Add a statement, as far as it is legal; raises ``graph-too-large``."""
        subject, predicate, obj = quad.subject, quad.predicate, quad.object
        if not isinstance(subject, (ox.NamedNode, ox.BlankNode)) or isinstance(obj, ox.Triple):
            if isinstance(subject, (ox.NamedNode, ox.BlankNode)):
                error = AtlasError(TRIPLE_TERM, place=FilePosition(self._source.name))
                self._graph.warn(subject, error)
            return
        triple = quad.triple
        if predicate == _IDENTIFIER and isinstance(obj, ox.Literal) and obj.datatype == _DOUBLE:
            # JSON-LD turns a large integer into a double; an identifier must keep its digits.
            obj = ox.Literal(_digits(obj.value))
            triple = ox.Triple(subject, predicate, obj)
        legal = self._illegal.legal_triple(subject, predicate, obj, triple)
        self._graph.size += 1
        if self._graph.size > self._limits.triples:
            place = FilePosition(self._source.name)
            raise AtlasError(GRAPH_TOO_LARGE, place=place, limit=self._limits.triples)
        if legal is None:
            return
        node = cast(Node, legal.subject)
        self._graph.out.setdefault(node, []).append(legal)
        if self._named and isinstance(quad.graph_name, ox.NamedNode):
            own = self._graph.named.setdefault(quad.graph_name, {})
            own.setdefault(node, []).append(legal)


def _digits(lexical: str) -> str:
    """Return a double as it was written in JSON; other texts unchanged."""
    try:
        return as_text(Decimal(lexical))
    except ArithmeticError:
        return lexical
