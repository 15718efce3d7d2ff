"""Kinds of errors of reconciliation."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

QUERY_INVALID: Final = ErrorKind(
    "reconcile-query-invalid",
    "The parameter {name} is no JSON of the reconciliation API, version 0.2. Send what its "
    "specification describes.",
    status=400,
)
TOO_MANY_QUERIES: Final = ErrorKind(
    "reconcile-too-many",
    "The parameter {name} holds {count} items; at most {limit} are taken at a time. Send them in "
    "several requests.",
    status=413,
)
ENTITY_UNKNOWN: Final = ErrorKind(
    "reconcile-entity-unknown",
    "There is nothing with the identifier {value!r} here. Take identifiers from the results of "
    "reconciliation.",
    status=404,
)
