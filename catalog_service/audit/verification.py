"""Checking the chain: each entry by its hash, its number, and the hash of the one before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.audit.chain import hash_of
from catalog_service.audit.model import GENESIS
from catalog_service.audit.tables import audit_entries
from catalog_service.journal import Journal
from ontology.errors import Phrase

AT_ONCE: Final = 1_000
"""Entries read in one query."""
MOST: Final = 1_000
"""Faults listed at most; all are counted."""
_HASH: Final = 64


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and with which entry."""

    number: int
    what: Phrase


@dataclass(slots=True)
class Verification:
    """What was checked, up to which head, and what is wrong."""

    entries: int = 0
    head: str = GENESIS
    faults: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, number: int, what: Phrase) -> None:
        """Note a fault."""
        self.count += 1
        if len(self.faults) < MOST:
            self.faults.append(Fault(number, what))


def verify(journal: Journal, head: str | None = None) -> Verification:
    """Check the whole chain; ``head``: the hash of an entry that was kept elsewhere.

    Without a head that was kept elsewhere nobody can tell that the end is missing.
    """
    found = Verification()
    last: dict[str, Any] | None = None
    kept = head is None or head == GENESIS
    while True:
        query = sa.select(*audit_entries.c).order_by(audit_entries.c.number).limit(AT_ONCE)
        if last is not None:
            query = query.where(audit_entries.c.number > last["number"])
        with journal.reading_tables() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]
        for values in rows:
            _check(found, last, values)
            kept = kept or values["hash"] == head
            found.entries += 1
            found.head = values["hash"]
            last = values
        if len(rows) < AT_ONCE:
            break
    if not kept:
        cut_off = Phrase(
            "no entry has the hash {head}: entries were cut off or written anew since it was kept",
            {"head": head},
        )
        found.add(found.entries, cut_off)
    return found


def is_hash(text: str) -> bool:
    """Tell whether a text can be a head."""
    return len(text) == _HASH and set(text) <= set("0123456789abcdef")


def _check(found: Verification, last: dict[str, Any] | None, values: dict[str, Any]) -> None:
    number = values["number"]
    expected = 1 if last is None else last["number"] + 1
    before = GENESIS if last is None else last["hash"]
    if number != expected:
        missing = {"first": expected, "last": number - 1}
        found.add(number, Phrase("entries {first} to {last} are missing before it", missing))
        before = values["previous"]
    right = _is_right(values)
    if values["previous"] == before:
        if not right:
            found.add(number, Phrase("its content is not what its hash was made of"))
    elif right:
        # It was written after an entry with another hash: that one was changed with its hash.
        found.add(number, Phrase("the entry before it is not the one that it was written after"))
    elif _is_right({**values, "previous": before}):
        found.add(number, Phrase("what it names as the hash before its own was changed"))
    else:
        found.add(
            number, Phrase("its content, or the hash that it names before its own, was changed")
        )


def _is_right(values: dict[str, Any]) -> bool:
    try:
        return bool(hash_of(values) == values["hash"])
    except TypeError:
        # A type that no entry has, or text that is no Unicode.
        return False
