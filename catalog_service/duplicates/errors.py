"""Kinds of errors of duplicates."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

SAME_RECORD: Final = ErrorKind(
    "same-record",
    "Both names mean the record {iri}. Give two different records to decide about.",
    status=422,
)
NOT_LISTED_YET: Final = ErrorKind(
    "not-listed-yet",
    "The search index does not hold {iri}: it is not public, or was just published. Duplicates "
    "are looked for among public records; `atlas index status` says whether the index is behind.",
    status=409,
)
