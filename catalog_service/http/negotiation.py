"""Content negotiation: which of the forms on offer the client wants (RFC 9110, section 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from catalog_service.http.errors import NOT_ACCEPTABLE
from catalog_service.http.language import weighted
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an answer: suffix in addresses, media type, and the RDF syntax where it is one."""

    suffix: str
    media_type: str
    rdf: ox.RdfFormat | None = None
    also: tuple[str, ...] = ()
    """Other media types by which clients ask for it."""


TURTLE: Final = Form("ttl", "text/turtle", ox.RdfFormat.TURTLE, ("application/x-turtle",))
N_TRIPLES: Final = Form("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES, ("text/plain",))
JSON_LD: Final = Form("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD)
RDF_XML: Final = Form("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML)
JSON: Final = Form("json", "application/json")
HTML: Final = Form("html", "text/html", None, ("application/xhtml+xml",))

RDF_FORMS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
BY_SUFFIX: Final = {form.suffix: form for form in RDF_FORMS}


def choose(accept: str | None, offers: Sequence[Form], *, strict: bool = True) -> Form:
    """Return the offer that the Accept header likes best; the first one where it has no wish.

    The most specific range that matches an offer gives its weight; equal weights go to the offer
    that stands first. Raises `AtlasError` (``not-acceptable``) where nothing fits and ``strict``.
    """
    if not accept or not accept.strip():
        return offers[0]
    ranges = weighted(accept)
    best, best_weight = None, 0.0
    for offer in offers:
        weight = _weight(offer, ranges)
        if weight > best_weight:
            best, best_weight = offer, weight
    if best is not None:
        return best
    if not strict:
        return offers[0]
    known = ", ".join(offer.media_type for offer in offers)
    raise AtlasError(NOT_ACCEPTABLE, given=accept[:200], known=known)


def _weight(offer: Form, ranges: list[tuple[str, float]]) -> float:
    found, found_specificity = 0.0, -1
    for wanted, weight in ranges:
        for media_type in (offer.media_type, *offer.also):
            sent = media_type == offer.media_type
            if wanted == media_type:
                specificity = 2
            # A range means what is sent, not the other names by which it can be asked for.
            elif sent and wanted.endswith("/*") and media_type.startswith(wanted[:-1]):
                specificity = 1
            elif sent and wanted == "*/*":
                specificity = 0
            else:
                continue
            if specificity > found_specificity:
                found, found_specificity = weight, specificity
    return found


def split_form(remote_id: str) -> tuple[str, Form | None]:
    """Split ``AG91.ttl`` into ``AG91`` and Turtle; an ending that is no form belongs to the id."""
    stem, dot, suffix = remote_id.rpartition(".")
    form = BY_SUFFIX.get(suffix) if dot and stem else None
    return (stem, form) if form is not None else (remote_id, None)
