"""Content negotiation: which of the forms on offer the client wants (RFC 9110, section 12)."""

from __future__ import annotations

from collections.abc import Sequence

from catalog_service.formats import OutputFormat
from catalog_service.http.errors import NOT_ACCEPTABLE
from ontology.errors import AtlasError


def choose(
    accept: str | None, offers: Sequence[OutputFormat], *, strict: bool = True
) -> OutputFormat:
    """Return the offer that the Accept header likes best; the first one where it has no wish.

    The most specific range that matches an offer gives its weight; equal weights go to the offer
    that stands first. Raises `AtlasError` (``not-acceptable``) where nothing fits and ``strict``.
    """
    if not accept or not accept.strip():
        return offers[0]
    best = preferred(weighted(accept), offers)
    if best is not None:
        return best
    if not strict:
        return offers[0]
    known = ", ".join(offer.media_type for offer in offers)
    raise AtlasError(NOT_ACCEPTABLE, given=accept[:200], known=known)


def preferred(
    ranges: Sequence[tuple[str, float]], offers: Sequence[OutputFormat]
) -> OutputFormat | None:
    """Return the offer of the highest weight by weighted media ranges, best first; None: none."""
    best = max(offers, key=lambda offer: _weight(offer, ranges))
    return best if _weight(best, ranges) > 0 else None


def weighted(header: str) -> list[tuple[str, float]]:
    """Return the items of an Accept-like header with their weights, best first.

    RFC 9110, section 12.4.2: a weight that cannot be read counts as 0; ties keep their order.
    """
    found: list[tuple[str, float]] = []
    for part in header.split(","):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        if not value:
            continue
        weight = 1.0
        for parameter in parameters:
            name, _, text = parameter.partition("=")
            if name.strip().lower() == "q":
                try:
                    weight = min(1.0, max(0.0, float(text)))
                except ValueError:
                    weight = 0.0
        found.append((value.lower(), weight))
    return sorted(found, key=lambda item: -item[1])


def _weight(offer: OutputFormat, ranges: Sequence[tuple[str, float]]) -> float:
    found, found_specificity = 0.0, -1
    for wanted, weight in ranges:
        for media_type in offer.media_types:
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
