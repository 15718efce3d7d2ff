"""Writing statements in the RDF syntaxes that people ask for."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import IO

import pyoxigraph as ox

from ontology import rdf_xml
from ontology.ntriples import triples_of
from ontology.terms import PREFIXES


@dataclass(frozen=True, slots=True)
class Written:
    """A document; ``left_out`` counts the statements that its syntax cannot hold."""

    body: bytes
    left_out: int = 0


def write(
    triples: Iterable[ox.Triple], target: ox.RdfFormat, prefixes: Mapping[str, str] = PREFIXES
) -> Written:
    """Return statements as a document, written as `write_to` does."""
    out = io.BytesIO()
    missing = write_to(out, list(triples), target, prefixes)
    return Written(out.getvalue(), missing)


def write_quads(
    quads: Collection[ox.Quad],
    target: ox.RdfFormat,
    prefixes: Mapping[str, str] = PREFIXES,
) -> bytes:
    """Return statements in named graphs as a document; without their names where it has none."""
    if not target.supports_datasets:
        return write((quad.triple for quad in quads), target, prefixes).body
    names = {name: str(namespace) for name, namespace in prefixes.items()}
    if target == ox.RdfFormat.TRIG:
        names = _plain(names, [quad.triple for quad in quads])
    return ox.serialize(quads, format=target, prefixes=names) or b""


def write_to(
    out: IO[bytes],
    triples: Collection[ox.Triple],
    target: ox.RdfFormat,
    prefixes: Mapping[str, str] = PREFIXES,
) -> int:
    """Write statements as a document, and return how many of them its syntax cannot hold.

    RDF/XML alone leaves any out, and says so at the head of the document. Raises `OSError` where
    JSON-LD meets a term of RDF 1.2, which it has no way to write.
    """
    if target == ox.RdfFormat.RDF_XML:
        for piece in rdf_xml.document(triples, prefixes):
            out.write(piece.encode())
        return rdf_xml.left_out(triples)
    names = {name: str(namespace) for name, namespace in prefixes.items()}
    if target == ox.RdfFormat.TURTLE:
        names = _plain(names, triples)
    ox.serialize(triples, out, format=target, prefixes=names)
    return 0


def write_lines(nquads: str, target: ox.RdfFormat) -> Written:
    """Return a canonical form as a document in another syntax, with the prefixes that it needs."""
    if target == ox.RdfFormat.N_TRIPLES:
        return Written(nquads.encode())
    triples = list(triples_of(nquads))
    return write(triples, target, {n: ns for n, ns in PREFIXES.items() if str(ns) in nquads})


def _plain(prefixes: dict[str, str], triples: Collection[ox.Triple]) -> dict[str, str]:
    r"""Leave out the prefixes of IRIs that end with a full stop.

    ``dct:a\.`` is Turtle, but rdflib does not read it.
    """
    lines = [line for triple in triples if ".>" in (line := str(triple))]
    if not lines:
        return prefixes
    return {
        name: namespace
        for name, namespace in prefixes.items()
        if not any(
            end.startswith(namespace) and end.endswith(".")
            for line in lines
            for end in (part.partition(">")[0] for part in line.split("<"))
        )
    }
