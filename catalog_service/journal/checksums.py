"""Checksums of the journal's small tables: sources, runs, tokens, verdicts, dictionaries, meta.

They are seldom written, so the checksum is computed over the whole table, in the transaction that
writes it, and stored in ``meta``. A table last written by an earlier version has none.
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
    """Return those of some tables whose checksum is right; called before they are written.

    The others get no new checksum: it would hide what is wrong with them.
    """
    amiss = set(wrong(connection, names))
    return [name for name in names if name not in amiss]


def note(connection: sa.Connection, names: Iterable[str]) -> None:
    """Store the checksums of tables that this transaction has written."""
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
        # Updated once a day by each use, and not worth a checksum.
        query = query.with_only_columns(*(c for c in tokens.c if c.name != "last_used"))
    crc = 0
    for row in connection.execute(query):
        crc = zlib.crc32(repr(tuple(row)).encode(), crc)
    return crc


def wrong(connection: sa.Connection, names: Iterable[str] = TABLES.keys()) -> list[str]:
    """Return the tables whose checksum is not the stored one."""
    query = sa.select(meta.c.key, meta.c.value).where(meta.c.key.like(f"{PREFIX}%"))
    noted = {key.removeprefix(PREFIX): value for key, value in connection.execute(query)}
    found = [name for name in noted if name not in TABLES]
    for name in noted.keys() & set(names) & TABLES.keys():
        if str(total(connection, name)) != noted[name]:
            found.append(name)
    return sorted(found)
