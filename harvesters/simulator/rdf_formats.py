"""The RDF formats that simulated servers offer, chosen by ending or by ``Accept``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from harvesters.simulator.messages import Request


@dataclass(frozen=True)
class Format:
    """One RDF format."""

    ending: str
    media_type: str
    format: ox.RdfFormat

    def write(self, ntriples: bytes) -> bytes:
        """Return N-Triples in this format; illegal IRIs stay as they are."""
        if self.format in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES):
            # N-Triples are Turtle, too, and need not be parsed.
            return ntriples
        parsed = ox.parse(ntriples, ox.RdfFormat.N_TRIPLES, lenient=True)
        written = ox.serialize(parsed, format=self.format)
        assert written is not None
        return written


TURTLE: Final = Format("ttl", "text/turtle", ox.RdfFormat.TURTLE)
FORMATS: Final = (
    TURTLE,
    Format("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    Format("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
    Format("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
)


def chosen(request: Request, path: str) -> Format | None:
    """Return the format of a request for ``path``, or ``path.ttl`` and so on; None: neither."""
    if request.path == path:
        accept = request.headers.get("accept", "")
        offered = [(accept.find(f.media_type), f) for f in FORMATS if f.media_type in accept]
        return min(offered, key=lambda pair: pair[0])[1] if offered else TURTLE
    stem, _, ending = request.path.rpartition(".")
    return next((f for f in FORMATS if stem == path and f.ending == ending), None)
