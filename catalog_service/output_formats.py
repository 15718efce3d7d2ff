"""Output formats, each said once.

Content negotiation, the fixed forms in addresses (``/dataset/x.ttl``), ``/sparql`` with its
parameters, its page, and ``--format`` on the command line read this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from ontology.terms import Namespace


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """A format of answers: a document of RDF, the results of a query, or neither."""

    name: str
    """On the command line and in the parameters of ``/sparql``."""
    label: str
    """On pages."""
    suffix: str
    """Behind the dot of an address."""
    media_types: tuple[str, ...]
    """The one that is sent, then others by which clients ask for it."""
    query_media_types: tuple[str, ...] = ()
    """Media types that mean it at ``/sparql`` alone: elsewhere they may mean another format."""
    aliases: tuple[str, ...] = ()
    """Other names that clients and servers of SPARQL have for it."""

    @property
    def media_type(self) -> str:
        """The media type that is sent."""
        return self.media_types[0]

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header: only ``text/…`` needs a charset."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type

    @property
    def rdf(self) -> ox.RdfFormat:
        """The syntax of documents in it; raises `ValueError` where it is none of RDF."""
        syntax = ox.RdfFormat.from_media_type(self.media_type)
        if syntax is None:
            raise ValueError(self.media_type)
        return syntax

    def at_sparql(self) -> OutputFormat:
        """Return the format with all media types by which ``/sparql`` is asked for it."""
        return replace(self, media_types=(*self.media_types, *self.query_media_types))


TURTLE: Final = OutputFormat(
    "turtle",
    "Turtle",
    "ttl",
    ("text/turtle", "application/x-turtle"),
    # Turtle is N3: who reads the one reads the other.
    query_media_types=("application/turtle", "text/n3", "text/rdf+n3", "application/n3"),
    aliases=("ttl", "n3"),
)
N_TRIPLES: Final = OutputFormat(
    "nt",
    "N-Triples",
    "nt",
    ("application/n-triples", "text/plain"),
    aliases=("ntriples", "n-triples", "n-triple"),
)
JSON_LD: Final = OutputFormat(
    "jsonld",
    "JSON-LD",
    "jsonld",
    ("application/ld+json",),
    query_media_types=("application/x-json+ld", "application/json"),
    aliases=("json-ld", "ld+json", "json"),
)
RDF_XML: Final = OutputFormat(
    "rdfxml",
    "RDF/XML",
    "rdf",
    ("application/rdf+xml",),
    query_media_types=("application/xml", "text/xml"),
    aliases=("rdf", "rdf-xml", "rdf/xml", "rdf+xml", "xml"),
)
TRIG: Final = OutputFormat(
    "trig", "TriG", "trig", ("application/trig", "application/x-trig"), aliases=("x-trig",)
)
N_QUADS: Final = OutputFormat(
    "nq", "N-Quads", "nq", ("application/n-quads",), aliases=("nquads", "n-quads", "n-quad")
)
JSON: Final = OutputFormat("json", "JSON", "json", ("application/json",))
NDJSON: Final = OutputFormat("ndjson", "NDJSON", "ndjson", ("application/x-ndjson",))
HTML: Final = OutputFormat("html", "HTML", "html", ("text/html", "application/xhtml+xml"))

GRAPH_FORMATS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
"""Formats of records and vocabularies."""

STREAM_FORMATS: Final = (TURTLE, TRIG, N_QUADS, JSON_LD, N_TRIPLES)
"""Formats of event streams: named graphs keep versions apart where the syntax has them."""

_FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_NAMES: Final = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    TURTLE.media_type: "Turtle",
    N_TRIPLES.media_type: "N-Triples",
    JSON_LD.media_type: "JSON-LD",
    RDF_XML.media_type: "RDF_XML",
    TRIG.media_type: "TriG",
    N_QUADS.media_type: "N-Quads",
}
"""How the W3C's list of formats calls them (``http://www.w3.org/ns/formats/``)."""

BY_SUFFIX: Final = {known.suffix: known for known in GRAPH_FORMATS}
BY_NAME: Final = {known.name: known for known in GRAPH_FORMATS}


def format_iri(form: OutputFormat) -> str:
    """Return the W3C's IRI of a format of documents or of query results."""
    return _FORMATS.term(_NAMES[form.media_type])


def split_suffix(name: str) -> tuple[str, OutputFormat | None]:
    """Split ``AG91.ttl`` into ``AG91`` and Turtle; any other ending belongs to the name."""
    stem, dot, suffix = name.rpartition(".")
    known = BY_SUFFIX.get(suffix) if dot and stem else None
    return (stem, known) if known is not None else (name, None)
