"""The output formats of ``/sparql``, and which of them a client wants: by parameter or Accept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from catalog_service.output_formats import GRAPH_FORMATS, N_QUADS, TRIG, OutputFormat
from catalog_service.preferences import preferred, weighted
from catalog_service.sparql.errors import SPARQL_FORMAT
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.sparql.query_check import QueryForm

RESULT_FORMATS: Final = (
    OutputFormat(
        "json",
        "JSON",
        "srj",
        ("application/sparql-results+json",),
        query_media_types=("application/json",),
        aliases=("sparql-results+json", "sparql-json", "srj"),
    ),
    OutputFormat(
        "xml",
        "XML",
        "srx",
        ("application/sparql-results+xml",),
        query_media_types=("application/xml", "text/xml"),
        aliases=("sparql-results+xml", "sparql-xml", "sparql", "srx"),
    ),
    OutputFormat("csv", "CSV", "csv", ("text/csv",)),
    OutputFormat("tsv", "TSV", "tsv", ("text/tab-separated-values",)),
)
"""Formats of what SELECT and ASK find; the first where the client leaves the choice."""

QUERY_GRAPH_FORMATS: Final = (*GRAPH_FORMATS, TRIG, N_QUADS)
"""Formats of the graphs that CONSTRUCT and DESCRIBE make; none is named there."""

SOLUTIONS: Final = tuple(known.at_sparql() for known in RESULT_FORMATS)
"""For SELECT and ASK; the first where the client leaves the choice."""

GRAPHS: Final = tuple(known.at_sparql() for known in QUERY_GRAPH_FORMATS)
"""For CONSTRUCT and DESCRIBE."""

PARAMETERS: Final = ("format", "output", "results", "out", "accept", "Accept")
"""Parameters by which clients name a form: those of this service, Virtuoso, Joseki and Fuseki,
Rasqal, and RDF4J. SPARQLWrapper sends the first three at once."""

_SHOWN: Final = 200
"""Characters of an Accept header that an error repeats."""


def choose(accept: str, form: QueryForm | None, wanted: Sequence[str] = ()) -> OutputFormat:
    """Return the format to answer in: the first of ``wanted`` that applies, else by ``accept``.

    ``wanted`` are values of `PARAMETERS`. ``accept`` is a short name or the value of an Accept
    header (RFC 9110, section 12.5.1): the highest weight wins, then the order offered; ``*/*``
    and an empty header leave the choice. Raises `AtlasError` (``sparql-format``).
    """
    offered = _offered(form)
    chosen = applicable(wanted, form) or _named(accept, offered)
    if chosen is not None:
        return chosen
    ranges = weighted(accept)
    best = preferred(ranges, offered) if ranges else offered[0]
    if best is None:
        names = ", ".join(known.media_type for known in offered)
        raise AtlasError(SPARQL_FORMAT, accept=accept[:_SHOWN], offered=names)
    return best


def applicable(wanted: Sequence[str], form: QueryForm | None) -> OutputFormat | None:
    """Return the format that the first value names which names any that this query can have.

    What names none is passed over: ``format=csv`` says nothing of a graph.
    """
    offered = _offered(form)
    for value in wanted:
        types = [one for one in weighted(_plus(value)) if not one[0].endswith("*")]
        found = _named(value, offered) or preferred(types, offered)
        if found is not None:
            return found
    return None


def _offered(form: QueryForm | None) -> tuple[OutputFormat, ...]:
    return GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else SOLUTIONS


def _plus(value: str) -> str:
    """Give back the plus signs that a client did not escape (``rdf xml``)."""
    return value.strip().replace(" ", "+")


def _named(value: str, offered: Sequence[OutputFormat]) -> OutputFormat | None:
    name = _plus(value).lower()
    return next((known for known in offered if name in (known.name, *known.aliases)), None)
