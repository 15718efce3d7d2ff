"""Kinds of errors of the federation."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

FRAGMENT_NOT_FOUND: Final = ErrorKind(
    "fragment-not-found",
    "The event stream has no fragment {first}. Begin at /ldes, and follow its relations.",
    status=404,
)
