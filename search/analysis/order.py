"""Sort keys whose plain order is the order people expect, equal ones in an order of their own.

Without the latter, equal titles or days would change places with every commit, and pages would
repeat records. A checksum of the IRI is enough, and costs a fraction of the IRI in an index.
"""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

from search.analysis.normal import normal

_TITLE_CHARACTERS = 60
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2}))?")
_TIE_BITS = 24


def title_key(title: str, iri: str) -> str:
    """Return a key that sorts titles by pinyin.

    GB 18030 keeps the order of GB 2312, whose 3,755 everyday characters stand by pinyin; rarer
    ones follow by radical. Its bytes are carried as characters U+0000–U+00FF, whose order in
    UTF-8 is the same.
    """
    head = normal(title).strip()[:_TITLE_CHARACTERS].encode("gb18030", "replace")
    return f"{head.decode('latin-1')}\x00{_checksum(iri):08x}"


def date_key(date: str | None, iri: str) -> int:
    """Return a key of 63 bits that sorts by date and time of day; without a date it is least.

    The time zone is not looked at: it shifts a day's order by hours at most.
    """
    return (_seconds(date) if date else 0) << _TIE_BITS | _checksum(iri) >> (32 - _TIE_BITS)


@lru_cache(maxsize=4096)
def _seconds(date: str) -> int:
    match = _DATE.match(date)
    if match is None:
        return 0
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    # Months and years of equal length: only the order matters, and impossible days have one too.
    days = (year * 13 + month) * 32 + day
    return 1 + days * 86_400 + min((hour * 60 + minute) * 60 + second, 86_399)


def _checksum(iri: str) -> int:
    return crc32(iri.encode("utf-8", "replace"))


def day_number(date: str) -> int:
    """Return a number that sorts days; 0 for what is no date. Months and years count 31 × 12."""
    match = _DATE.match(date)
    if match is None:
        return 0
    year, month, day = (int(part) for part in match.groups()[:3])
    return (year * 13 + month) * 32 + day
