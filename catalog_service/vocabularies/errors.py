"""Kinds of errors of vocabularies and of the ontology."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_SCHEME: Final = ErrorKind(
    "unknown-scheme",
    "There is no vocabulary {name!r}. Available: {known}.",
    status=404,
)
UNKNOWN_TERM: Final = ErrorKind(
    "unknown-term",
    "The ontology has no term {name!r}. All terms are at /def/.",
    status=404,
)
