"""Sort keys as strings whose order by code point is the order people expect."""

from __future__ import annotations

import re
from zlib import crc32

from search.analysis.normal import normal

_TITLE_CHARACTERS = 60
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2})?")


def title_key(title: str, iri: str) -> str:
    """Return a key that sorts titles by pinyin, equal ones in an order of their own.

    GB 18030 keeps the order of GB 2312, whose 3,755 everyday characters stand by pinyin; rarer
    ones follow by radical. Its bytes are carried as characters U+0000–U+00FF, whose order in
    UTF-8 is the same.
    """
    head = normal(title).strip()[:_TITLE_CHARACTERS].encode("gb18030", "replace")
    return f"{head.decode('latin-1')}\x00{_last(iri)}"


def date_key(date: str | None, iri: str) -> str:
    """Return a key that sorts by the date; a record without one comes first, thus last of all
    where the newest lead."""
    match = _DATE.match(date) if date else None
    return f"{match.group() if match else ''}\x00{_last(iri)}"


def _last(iri: str) -> str:
    # Without it, equal titles or days would change places with every commit, and pages would
    # repeat records. A checksum is enough, and a third of the cost of the IRI in an index.
    return f"{crc32(iri.encode('utf-8', 'replace')):08x}"
