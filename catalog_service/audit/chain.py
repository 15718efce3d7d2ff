"""The chain: the canonical form of an entry, and its hash.

The form is one JSON object (RFC 8259) with the keys sorted, no blanks and in UTF-8: ``action``,
``actor``, ``details`` (the JSON text as it is stored, as a string), ``network``, ``number``,
``organization``, ``previous``, ``reason``, ``subject``, and ``time`` in microseconds since 1970.
Whatever reads JSON can compute it anew, and an export carries all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

HASHED: Final = (
    "number",
    "time",
    "actor",
    "action",
    "subject",
    "organization",
    "reason",
    "network",
    "details",
    "previous",
)
"""Columns that the hash is made of."""


def canonical(values: Mapping[str, Any]) -> bytes:
    """Return the canonical form of an entry, given by its columns."""
    return orjson.dumps({name: values[name] for name in HASHED}, option=orjson.OPT_SORT_KEYS)


def hash_of(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an entry in hexadecimal."""
    return hashlib.sha256(canonical(values)).hexdigest()


def details_text(details: Mapping[str, object]) -> str:
    """Return details as they are stored and hashed."""
    return orjson.dumps(
        details, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str
    ).decode()
