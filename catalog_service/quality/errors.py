"""What goes wrong with asking addresses, and with measuring the data itself."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

FETCH_NOT_ALLOWED: Final = ErrorKind(
    "fetch-not-allowed",
    "Files of publishers are not fetched here. Set ATLAS_QUALITY_FETCH to true, and see "
    "docs/quality.md for what is fetched then.",
    status=409,
)
LINKS_NOT_ALLOWED: Final = ErrorKind(
    "links-not-allowed",
    "Addresses of records are not asked here. Name hosts in ATLAS_QUALITY_LINKS, and see "
    "docs/quality.md for what is asked then.",
    status=409,
)
QUALITY_STOPPED: Final = ErrorKind(
    "quality-stopped",
    "It was broken off because the service stops; what was done is kept. Start it again: it goes "
    "on where it was.",
    status=503,
)
