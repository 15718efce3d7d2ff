"""In which syntax an RDF file is written."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from harvesters.readers.files import Input
from harvesters.readers.format_detection import ending

_FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "n3": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "rdf": ox.RdfFormat.RDF_XML,
    "owl": ox.RdfFormat.RDF_XML,
    "xml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "json": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
}


def rdf_format(source: Input, head: bytes) -> ox.RdfFormat:
    """Detect the syntax of an RDF file by its ending, else by its first bytes."""
    known = _FORMATS.get(ending(source.name))
    if known is not None:
        return known
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] in (b"{", b"["):
        return ox.RdfFormat.JSON_LD
    if text.startswith((b"<?xml", b"<rdf:", b"<!--", b"<!DOCTYPE")):
        return ox.RdfFormat.RDF_XML
    return ox.RdfFormat.TURTLE
