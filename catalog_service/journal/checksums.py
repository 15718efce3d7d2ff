"""Checksums of the journal's small tables: sources, runs, tokens, verdicts, what it is.

They are written seldom, so each is summed whole, in the transaction that writes it, and the sum
is kept in ``meta``. A table that an earlier version of the program wrote last has none.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from catalog_service.journal.schema import dictionaries, meta, runs, sources, tokens, verdicts

PREFIX: Final = "sum:"
TABLES: Final = {
    table.name: table for table in (sources, runs, tokens, verdicts, dictionaries, meta)
}


def holding(connection: sa.Connection, names: Iterable[str]) -> list[str]:
    """Return those of some tables that hold what was noted; asked before they are written.

    The others are not noted anew: what is wrong with them would be taken for right.
    """
    amiss = set(wrong(connection, names))
    return [name for name in names if name not in amiss]


def note(connection: sa.Connection, names: Iterable[str]) -> None:
    """Note the checksums of tables that this transaction has written."""
    for name in names:
        key, value = f"{PREFIX}{name}", str(total(connection, name))
        changed = connection.execute(
            meta.update().where(meta.c.key == key).values(value=value)
        ).rowcount
        if not changed:
            connection.execute(meta.insert().values(key=key, value=value))


def total(connection: sa.Connection, name: str) -> int:
    """Return the checksum of a table's rows, in the order of its key."""
    table = TABLES[name]
    query = sa.select(*table.c).order_by(*table.primary_key.columns)
    if name == meta.name:
        query = query.where(meta.c.key.not_like(f"{PREFIX}%"))
    if name == tokens.name:
        # Noted by each use, once a day: nothing hangs on it.
        query = query.with_only_columns(*(c for c in tokens.c if c.name != "last_used"))
    crc = 0
    for row in connection.execute(query):
        crc = zlib.crc32(repr(tuple(row)).encode(), crc)
    return crc


def wrong(connection: sa.Connection, names: Iterable[str] = TABLES.keys()) -> list[str]:
    """Return the tables whose rows are not those that were noted."""
    query = sa.select(meta.c.key, meta.c.value).where(meta.c.key.like(f"{PREFIX}%"))
    noted = {key.removeprefix(PREFIX): value for key, value in connection.execute(query)}
    found = [name for name in noted if name not in TABLES]
    for name in noted.keys() & set(names) & TABLES.keys():
        if str(total(connection, name)) != noted[name]:
            found.append(name)
    return sorted(found)
