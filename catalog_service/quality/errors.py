"""What goes wrong with measuring the data itself."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

FETCH_NOT_ALLOWED: Final = ErrorKind(
    "fetch-not-allowed",
    "Files of publishers are not fetched here. Set ATLAS_QUALITY_FETCH to true, and see "
    "docs/quality.md for what is fetched then.",
    status=409,
)
