"""Kinds of errors of validation."""

from __future__ import annotations

from typing import Final

from ontology.errors import CountedErrorKind, ErrorKind

VALIDATION_TOO_LARGE: Final = ErrorKind(
    "validation-too-large",
    "Without a token {engine} checks at most {records} records and {size} MiB at a time. Send "
    "fewer at once, or any token as Authorization: Bearer.",
    status=413,
)
VALIDATION_TOO_SLOW: Final = CountedErrorKind(
    "validation-too-slow",
    "Only {count} record was checked in {seconds} s, then it was stopped. Send fewer at once, or "
    "use atlas validate for large files.",
    "Only {count} records were checked in {seconds} s, then it was stopped. Send fewer at once, or "
    "use atlas validate for large files.",
    status=413,
)
