"""Kinds of errors of the dumps."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

DUMP_NOT_FOUND: Final = ErrorKind(
    "dump-not-found",
    "There is no dump or file {name}. See /dumps/ for those that there are.",
    status=404,
)
DUMP_RENEWED: Final = ErrorKind(
    "dump-renewed",
    "The dump {name} holds a record that is no longer public, and is being made anew without it. "
    "Try again later, or take another one from /dumps/.",
    status=503,
)
DUMPS_BUSY: Final = ErrorKind(
    "dumps-busy",
    "Another process is working on the dumps in {folder}. Wait until it is done, and see "
    "`atlas dump list`.",
    status=409,
)
