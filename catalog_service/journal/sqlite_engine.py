"""The engine of a journal in an SQLite file: durability, locks, and files that are replaced."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from catalog_service.errors import JOURNAL_REPLACED, STORAGE_FAILED
from catalog_service.journal.location import FILES, IS_SURE, LOCATION, WRITES, FileLocation
from catalog_service.journal.schema import SCHEMA_VERSION
from ontology.errors import AtlasError

BUSY_SECONDS: Final = 60
"""How long a writer waits for another; a batch holds the lock for tens of milliseconds."""

_LEAST_PAGE: Final = 512
"""Bytes of SQLite's smallest page: the size of each database is a multiple of it."""


def sqlite_engine(address: sa.URL, path: Path, shown: str) -> sa.Engine:
    """Return the engine; the file is made where there is none. Raises ``storage-failed``."""
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    location = FileLocation(shown, path)
    engine.update_execution_options(**{LOCATION: location})
    if not path.exists():
        # Created here only: a connection never creates a file.
        try:
            _create(path)
        except (OSError, sqlite3.Error) as error:
            raise AtlasError(STORAGE_FAILED, path=shown, reason=error) from error

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, record: Any, _names: object, options: dict[str, Any]) -> Any:
        location.there()
        location.check_log()
        before = location.files()[0]
        connection = dialect.connect(location.uri, uri=True, **options)
        try:
            _configure(connection)
            # The first read opens the log and its shared index, which stay from here on.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            record.info[FILES] = location.files()
            location.look({FILES: (before, *record.info[FILES][1:])})
            location.found(before, lambda: _is_sure(connection, shown))
        except BaseException:
            connection.close()
            raise
        return connection

    def _configure(connection: Any) -> None:
        # The driver's own transactions begin late and deferred; `_begin` begins them instead.
        connection.isolation_level = None
        # FULL: each commit is on the disk before it is acknowledged, so that it outlives a power
        # cut and not only a killed process (NORMAL would do for that). One sync a batch is cheap.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32768"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "checkout")
    def _look(_connection: object, record: Any, _proxy: object) -> None:
        location.look(record.info)

    @event.listens_for(engine, "checkin")
    def _let_go(_connection: object, record: Any) -> None:
        # A connection whose log was deleted is closed at once: the last process to do so copies
        # the log into the database. A deleted database is kept open: its data may be lost else.
        opened, now = record.info.get(FILES), location.files()
        if opened is not None and opened[0] == now[0] and opened != now:
            record.invalidate()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A write transaction takes SQLite's one write lock at its start: what it reads cannot
        # change before it writes, and it waits instead of failing half-way.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _create(path: Path) -> None:
    """Create an empty database that has a write-ahead log from the first look at it.

    Two processes that switched a visible file to the log at once would find it locked, or take
    the log that the other one began for a change of the files that they had opened.
    """
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
        new = Path(folder) / path.name
        with closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA journal_mode=WAL").close()
        with suppress(FileExistsError):
            path.hardlink_to(new)


def _is_sure(connection: Any, shown: str) -> bool:
    """Return whether a database that replaced the journal needs no confirmation (`IS_SURE`).

    Raises `AtlasError` (``journal-replaced``) where it is no journal, or of another schema.
    """
    reason = None
    try:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if found is not None and found[0] == SCHEMA_VERSION:
            return bool(connection.execute(IS_SURE).fetchone()[0])
        reason = f"its schema is {found and found[0]}, not {SCHEMA_VERSION}"
    except sqlite3.DatabaseError as error:
        reason = str(error)
    raise AtlasError(JOURNAL_REPLACED, url=shown, reason=reason)


def is_other_file(address: sa.URL, error: DBAPIError) -> bool:
    """Tell whether a file never was a database, unlike one whose first bytes are damaged."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_NOTADB and bool(
        Path(str(address.database)).stat().st_size % _LEAST_PAGE
    )
