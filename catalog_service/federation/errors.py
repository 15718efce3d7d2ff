"""Kinds of errors of the federation."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

FRAGMENT_NOT_FOUND: Final = ErrorKind(
    "fragment-not-found",
    "The event stream has no fragment {first}. Begin at /ldes, and follow its relations.",
    status=404,
)
CATALOG_PAGE_NOT_FOUND: Final = ErrorKind(
    "catalog-page-not-found",
    "The catalogue has no page that begins at {page}. Begin without `page`, and follow the links.",
    status=404,
)
