"""Kinds of errors of samples."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_COLUMN: Final = ErrorKind(
    "sample-column",
    "The file has no column {column!r}; it has: {known}. Name columns as its first row does.",
    status=422,
)
PERSONAL_HEADER: Final = ErrorKind(
    "sample-header",
    "The first row of the file is no header: {reason}. Put the names of the columns into its "
    "first row, each once.",
    status=422,
)
TOO_MANY_GROUPS: Final = ErrorKind(
    "sample-groups",
    "The columns {columns} have more than {limit} different values together. Name columns that "
    "have fewer.",
    status=422,
)
TOO_LARGE: Final = ErrorKind(
    "sample-too-large",
    "A sample has {least} to {limit} rows, and {size} were asked for. Ask for fewer or more.",
    status=422,
)
NO_ROWS: Final = ErrorKind(
    "sample-empty",
    "No row is left to draw: the file has {rows}, and groups of fewer than {smallest} are left "
    "out. Name columns with fewer values, or give the whole file.",
    status=422,
)
