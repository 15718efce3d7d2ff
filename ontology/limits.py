"""How long a text and a record may be: one bound for every form in which records come."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024
"""Bytes of a mebibyte."""

MAX_TEXT: Final = 1 * MIB
"""Bytes in UTF-8 of one value of a record: a title, a description, an address."""

MAX_RECORD: Final = 16 * MIB
"""Bytes of one record: in its canonical form, and on the line or in the JSON object that brings it.

A dataset with 10,000 distributions has about 8 MiB. What parsers hold of one value (pyoxigraph:
16 MiB) is never reached by what is within it.
"""
