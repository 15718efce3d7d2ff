"""The forms in which answers are given, and which of them a client wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.sparql.errors import SPARQL_FORMAT
from catalog_service.sparql.guard import Form
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Format:
    """A form of an answer: its short name and its media types, the one that is sent first."""

    name: str
    media_types: tuple[str, ...]

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        main = self.media_types[0]
        return f"{main}; charset=utf-8" if main.startswith("text/") else main


SOLUTIONS: Final = (
    Format("json", ("application/sparql-results+json", "application/json")),
    Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml")),
    Format("csv", ("text/csv",)),
    Format("tsv", ("text/tab-separated-values",)),
)
"""For SELECT and ASK; the first where the client leaves the choice."""

GRAPHS: Final = (
    Format("turtle", ("text/turtle", "application/x-turtle")),
    Format("nt", ("application/n-triples", "text/plain")),
    Format("jsonld", ("application/ld+json", "application/json")),
    Format("rdf", ("application/rdf+xml", "application/xml", "text/xml")),
)
"""For CONSTRUCT and DESCRIBE."""


_SHOWN: Final = 200
"""Characters of an Accept header that an error repeats."""


def choose(accept: str, form: Form | None) -> Format:
    """Return the form to answer in, by a short name or the value of an Accept header.

    RFC 9110, section 12.5.1: the highest weight wins, then the order offered; ``*/*`` and an
    empty header leave the choice. Raises `AtlasError` (``sparql-format``).
    """
    offered = GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else SOLUTIONS
    for known in offered:
        if accept == known.name:
            return known
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda known: _weight(known, ranges))
    if _weight(best, ranges) <= 0:
        names = ", ".join(known.media_types[0] for known in offered)
        raise AtlasError(SPARQL_FORMAT, accept=accept[:_SHOWN], offered=names)
    return best


def _ranges(accept: str) -> dict[str, float]:
    ranges: dict[str, float] = {}
    for item in accept.split(","):
        media, *parameters = (part.strip().lower() for part in item.split(";"))
        if not media:
            continue
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        ranges[media] = max(weight, ranges.get(media, 0.0))
    return ranges


def _weight(offered: Format, ranges: dict[str, float]) -> float:
    """Weigh by the most specific range that fits, the best over the form's media types."""
    best = 0.0
    for media in offered.media_types:
        for media_range in (media, f"{media.split('/')[0]}/*", "*/*"):
            if media_range in ranges:
                best = max(best, ranges[media_range])
                break
    return best
