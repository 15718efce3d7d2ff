"""Error kinds of searching."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

FILTER_INVALID: Final = ErrorKind(
    "filter-invalid",
    "The filter {value!r} is not valid. Write facet=value; the facets are: {known}.",
    status=400,
)
TOO_MANY_VALUES: Final = ErrorKind(
    "too-many-values",
    "The filter {name} was given {count} different values; at most {limit} are taken. Give fewer, "
    "or ask several times.",
    status=400,
)
VALUE_UNKNOWN: Final = ErrorKind(
    "value-unknown",
    "The filter {name} has no value {value!r}, which therefore matches no dataset. Known: {known}.",
    status=400,
)
