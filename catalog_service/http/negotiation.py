"""Content negotiation: which of the forms on offer the client wants (RFC 9110, section 12)."""

from __future__ import annotations

from collections.abc import Sequence

from catalog_service.http.errors import NOT_ACCEPTABLE
from catalog_service.output_formats import OutputFormat
from catalog_service.preferences import preferred, weighted
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
