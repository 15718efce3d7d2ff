"""Kinds of errors of the sources."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

SOURCE_EXISTS: Final = ErrorKind(
    "source-exists",
    "Source {source!r} is there already. Change it with PUT /api/v1/sources/{source}.",
    status=409,
)
