"""Kinds of errors of the audit."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

HEAD_INVALID: Final = ErrorKind(
    "audit-head-invalid",
    "{value!r} is no head of an audit: give the 64 hexadecimal digits that `atlas audit head` "
    "printed.",
    status=422,
)
