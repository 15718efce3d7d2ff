"""Writing a record's canonical form in the RDF syntaxes that people ask for."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from ontology.terms import PREFIXES

FORMATS: Final[dict[str, ox.RdfFormat]] = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
"""Formats by the name used on the command line."""


def serialize(nquads: str, format: str) -> str:  # noqa: A002 — the option's name
    """Return a canonical form (N-Triples lines) in another syntax, with the usual prefixes.

    ``format`` is a key of `FORMATS`. No base is written: every IRI stays absolute or prefixed.
    """
    target = FORMATS[format]
    if target == ox.RdfFormat.N_TRIPLES:
        return nquads
    triples = (quad.triple for quad in ox.parse(nquads, format=ox.RdfFormat.N_TRIPLES))
    prefixes = {name: str(iri) for name, iri in PREFIXES.items() if str(iri) in nquads}
    written = ox.serialize(triples, format=target, prefixes=prefixes)
    return written.decode() if written is not None else ""
