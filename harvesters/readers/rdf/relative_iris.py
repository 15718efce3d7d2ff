"""Relative IRIs in a file without a base, whose own address is unknown.

They are parsed against a reserved base and replaced afterwards: the dataset and fragments become
the record's own IRIs; other relative IRIs denote nothing.
"""

from __future__ import annotations

from typing import Final, cast

import pyoxigraph as ox

from harvesters.errors import RELATIVE_IRI
from harvesters.privacy.personal_data import masked
from harvesters.readers.rdf.fault_scope import Node
from ontology.errors import AtlasError, FilePosition

RELATIVE: Final = "http://relative.invalid/"
"""The base of a file without one; RFC 2606 reserves ``.invalid``."""


def is_relative(node: object) -> bool:
    """Tell whether a node's IRI was relative in a file without a base."""
    return isinstance(node, ox.NamedNode) and node.value.startswith(RELATIVE)


def relative_path(node: ox.NamedNode) -> str:
    """Return a relative IRI as it is written in the file, except for dots in its path."""
    return node.value.removeprefix(RELATIVE)


def resolved(
    triples: list[ox.Triple], dataset: Node, record_iri: str, place: FilePosition
) -> tuple[list[ox.Triple], tuple[AtlasError, ...]]:
    """Return a dataset's triples without relative IRIs, and a warning for each one left out.

    The dataset becomes the record, fragments become its fragments. Other nodes that the file
    describes become blank nodes; mere references to others are left out.
    """
    described = {t.subject for t in triples}
    left_out: dict[str, None] = {}

    def renamed(node: Node) -> Node | None:
        if not isinstance(node, ox.NamedNode) or not is_relative(node):
            return node
        document, mark, fragment = node.value.partition("#")
        own = isinstance(dataset, ox.NamedNode) and document == dataset.value.partition("#")[0]
        if node == dataset:
            return ox.NamedNode(record_iri)
        if mark and (own or document == RELATIVE):
            return ox.NamedNode(f"{record_iri}#{fragment}")
        if document == RELATIVE:
            return ox.NamedNode(record_iri)
        if node in described:
            return ox.BlankNode("r" + node.value.encode().hex())
        left_out.setdefault(relative_path(node))
        return None

    kept: list[ox.Triple] = []
    for triple in triples:
        subject, obj = renamed(cast(Node, triple.subject)), triple.object
        if is_relative(triple.predicate):
            left_out.setdefault(relative_path(triple.predicate))
            continue
        if isinstance(obj, (ox.NamedNode, ox.BlankNode)):
            target = renamed(obj)
            if target is None or subject is None:
                continue
            kept.append(ox.Triple(subject, triple.predicate, target))
        elif subject is not None:
            kept.append(ox.Triple(subject, triple.predicate, obj))
    return kept, tuple(
        AtlasError(RELATIVE_IRI, place=place, value=masked(value)) for value in left_out
    )
