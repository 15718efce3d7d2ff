"""Kinds of errors of serving."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

CHILD_KEEPS_ENDING: Final = ErrorKind(
    "child-keeps-ending",
    "The process {child} ended {times} times in a row as soon as it was started: {reason}. "
    "Nothing is served; mend the cause and start again (`atlas doctor` helps to find it).",
    status=422,
)
CHILD_CANNOT_WORK: Final = ErrorKind(
    "child-cannot-work",
    "The process {child} cannot do its work: {reason}. Another start would not help, and nothing "
    "is served; mend the cause and start again.",
    status=422,
)
CANNOT_LISTEN: Final = ErrorKind(
    "cannot-listen",
    "Cannot listen on {host}:{port}: {reason}. Choose another --port, or stop what uses it.",
    status=422,
)
ALREADY_SERVED: Final = ErrorKind(
    "already-served",
    "The data folder {home} is served by another `atlas serve`. Stop it first; for more web "
    "processes use --workers, or start them with --role web.",
    status=422,
)
