"""The forms in which answers are given, and which of them a client wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.http.language import weighted
from catalog_service.sparql.errors import SPARQL_FORMAT
from catalog_service.sparql.query_check import Form
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Format:
    """A form of an answer: its short name and its media types, the one that is sent first."""

    name: str
    media_types: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    """Other short names that clients and servers have for it."""

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        main = self.media_types[0]
        return f"{main}; charset=utf-8" if main.startswith("text/") else main


SOLUTIONS: Final = (
    Format(
        "json",
        ("application/sparql-results+json", "application/json"),
        ("sparql-results+json", "sparql-json", "srj"),
    ),
    Format(
        "xml",
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        ("sparql-results+xml", "sparql-xml", "sparql", "srx"),
    ),
    Format("csv", ("text/csv",)),
    Format("tsv", ("text/tab-separated-values",)),
)
"""For SELECT and ASK; the first where the client leaves the choice."""

GRAPHS: Final = (
    Format(
        "turtle",
        (
            *("text/turtle", "application/x-turtle", "application/turtle"),
            # Turtle is N3: who reads the one reads the other.
            *("text/n3", "text/rdf+n3", "application/n3"),
        ),
        ("ttl", "n3"),
    ),
    Format("nt", ("application/n-triples", "text/plain"), ("ntriples", "n-triples", "n-triple")),
    Format(
        "jsonld",
        ("application/ld+json", "application/x-json+ld", "application/json"),
        ("json-ld", "ld+json", "json"),
    ),
    Format(
        "rdf",
        ("application/rdf+xml", "application/xml", "text/xml"),
        ("rdfxml", "rdf-xml", "rdf/xml", "rdf+xml", "xml"),
    ),
)
"""For CONSTRUCT and DESCRIBE."""

PARAMETERS: Final = ("format", "output", "results", "out", "accept", "Accept")
"""Parameters by which clients name a form: those of this service, Virtuoso, Joseki and Fuseki,
Rasqal, and RDF4J. SPARQLWrapper sends the first three at once."""

MEDIA_TYPES: Final = tuple(
    dict.fromkeys(media for known in (*SOLUTIONS, *GRAPHS) for media in known.media_types)
)

_NOT_XML: Final = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""In UTF-8: the control characters that XML 1.0 has not, U+FFFE and U+FFFF."""
_SHOWN: Final = 200
"""Characters of an Accept header that an error repeats."""


class UnwritableError(Exception):
    """The answer holds what its form cannot write; the argument says what."""


def choose(accept: str, form: Form | None, wanted: Sequence[str] = ()) -> Format:
    """Return the form to answer in: the first of ``wanted`` that applies, else by ``accept``.

    ``wanted`` are values of `PARAMETERS`. ``accept`` is a short name or the value of an Accept
    header (RFC 9110, section 12.5.1): the highest weight wins, then the order offered; ``*/*``
    and an empty header leave the choice. Raises `AtlasError` (``sparql-format``).
    """
    offered = _offered(form)
    chosen = applicable(wanted, form) or _named(accept, offered)
    if chosen is not None:
        return chosen
    # Best last, so that a type named twice keeps its higher weight.
    ranges = dict(reversed(weighted(accept)))
    if not ranges:
        return offered[0]
    best = _best(offered, ranges)
    if best is None:
        names = ", ".join(known.media_types[0] for known in offered)
        raise AtlasError(SPARQL_FORMAT, accept=accept[:_SHOWN], offered=names)
    return best


def applicable(wanted: Sequence[str], form: Form | None) -> Format | None:
    """Return the form that the first value names which names any that this query can have.

    What names none is passed over: ``format=csv`` says nothing of a graph.
    """
    offered = _offered(form)
    for value in wanted:
        found = _named(value, offered)
        if found is None and "/" in value:
            found = _best(offered, dict(weighted(_plus(value))), exact=True)
        if found is not None:
            return found
    return None


def as_xml(body: bytes) -> bytes:
    """Return results in XML so that every parser reads what was meant.

    Oxigraph writes characters as they are. A parser turns a carriage return into a line feed, and
    refuses the document for what is no character of XML. Raises `UnwritableError`.
    """
    barred = _NOT_XML.search(body)
    if barred is not None:
        raise UnwritableError(f"U+{ord(barred.group().decode()):04X}")
    return body.replace(b"\r", b"&#xD;")


def _offered(form: Form | None) -> tuple[Format, ...]:
    return GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else SOLUTIONS


def _plus(value: str) -> str:
    """Give back the plus signs that a client did not escape (``rdf xml``)."""
    return value.strip().replace(" ", "+")


def _named(value: str, offered: Sequence[Format]) -> Format | None:
    name = _plus(value).lower()
    return next((known for known in offered if name in (known.name, *known.aliases)), None)


def _best(
    offered: Sequence[Format], ranges: dict[str, float], *, exact: bool = False
) -> Format | None:
    best = max(offered, key=lambda known: _weight(known, ranges, exact=exact))
    return best if _weight(best, ranges, exact=exact) > 0 else None


def _weight(offered: Format, ranges: dict[str, float], *, exact: bool) -> float:
    """Weigh by the media types themselves, else by a range that holds the one that is sent."""
    named = [ranges[media] for media in offered.media_types if media in ranges]
    if named:
        return max(named)
    wider = () if exact else (f"{offered.media_types[0].split('/')[0]}/*", "*/*")
    return next((ranges[media_range] for media_range in wider if media_range in ranges), 0.0)
