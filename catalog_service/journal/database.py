"""The journal's database: opening it, and transactions of readers and writers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError

from catalog_service.errors import (
    JOURNAL_MISSING,
    JOURNAL_REPLACED,
    JOURNAL_UNREACHABLE,
    JOURNAL_UNSUPPORTED,
    JOURNAL_VANISHED,
)
from catalog_service.journal.database_errors import named_error
from catalog_service.journal.location import IS_SURE, LOCATION, WRITES, FileLocation, Location
from catalog_service.journal.sqlite_engine import is_other_file, sqlite_engine
from catalog_service.journal.upgrade import migrate
from catalog_service.journal.write_turns import in_turn, writes_with, written_with
from ontology.errors import AtlasError

POOL_SECONDS: Final = 10
"""How long to wait for a connection to PostgreSQL where all are in use."""

APPEND_LOCK: Final = 0x41544C41
"""The PostgreSQL advisory lock that serialises appends."""


def connect(url: str, *, create: bool, folders: bool = True) -> sa.Engine:
    """Return an engine for an SQLite file or a PostgreSQL database, migrated to this program.

    Without ``folders`` the folder of an SQLite file must exist: a mistyped address must not create
    folders.
    Raises `AtlasError` (``journal-unsupported``, ``journal-missing``, ``journal-unreachable``,
    ``journal-too-new``, ``journal-damaged``, ``storage-failed``).
    """
    try:
        address = sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        raise AtlasError(JOURNAL_UNSUPPORTED, url="?") from error
    shown = _shown(address)
    match address.get_backend_name():
        case "sqlite" if address.database not in (None, "", ":memory:"):
            path = Path(str(address.database))
            if not path.exists():
                if not create:
                    raise AtlasError(JOURNAL_MISSING, url=shown)
                if not folders and not path.parent.is_dir():
                    missing = f"there is no folder {path.parent}"
                    raise AtlasError(JOURNAL_UNREACHABLE, url=shown, reason=missing)
                path.parent.mkdir(parents=True, exist_ok=True)
            engine = sqlite_engine(address, path, shown)
        case "postgresql":
            # Readers must not wait for a silent server: they get an error within seconds.
            waiting = {"connect_timeout": 5, "keepalives_idle": 10, "tcp_user_timeout": 10_000}
            engine = sa.create_engine(
                address.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                pool_timeout=POOL_SECONDS,
                connect_args={k: v for k, v in waiting.items() if k not in address.query},
            )
            _watch_server(engine, shown)
        case _:
            raise AtlasError(JOURNAL_UNSUPPORTED, url=shown)
    try:
        migrate(engine, shown, create=create)
        _settle(engine)
    except DBAPIError as error:
        engine.dispose()
        if is_other_file(address, error):
            raise AtlasError(JOURNAL_UNREACHABLE, url=shown, reason=str(error.orig)) from error
        raise named_error(shown, error) from error
    except AtlasError:
        engine.dispose()
        raise
    return engine


def location_of(engine: sa.Engine) -> Location:
    """Return the location of an engine that `connect` made."""
    return cast("Location", engine.get_execution_options()[LOCATION])


def _watch_server(engine: sa.Engine, shown: str) -> None:
    """Check with each new connection which journal is at the address of a server."""
    location = Location(shown)
    engine.update_execution_options(**{LOCATION: location})

    @event.listens_for(engine, "connect")
    def _which(connection: Any, _record: object) -> None:
        if location.settled is None:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute(_IDENTITY)
                identity = cursor.fetchone()
                cursor.execute(IS_SURE)
                sure = bool(cursor.fetchone()[0])
        except engine.dialect.loaded_dbapi.ProgrammingError as error:
            raise AtlasError(JOURNAL_VANISHED, url=shown, path=shown) from error
        finally:
            connection.rollback()
        location.found(None if identity is None else identity[0], lambda: sure)


_IDENTITY: Final = "SELECT value FROM meta WHERE key = 'identity'"


def _settle(engine: sa.Engine) -> None:
    """Record what was opened, so that a replacement is noticed."""
    location = location_of(engine)
    if isinstance(location, FileLocation):
        location.settled = location.files()[0]
    else:
        with engine.connect() as connection:
            location.settled = connection.execute(sa.text(_IDENTITY)).scalar()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a write transaction that holds the append lock until it is committed.

    PostgreSQL would let two writers commit in the other order than they drew their numbers; a
    reader that had seen the higher one would then miss the lower for ever. The lock makes the
    order of ``seq`` the order of commits. It is released after the commit can be seen.

    What its thread reads meanwhile, it reads over the same connection (`reading`). Raises
    `RuntimeError` where it writes already: the second would wait for the first for ever.
    """
    if written_with(engine) is not None:
        raise RuntimeError("a write transaction is open in this thread")
    with (
        _named(engine),
        in_turn(engine),
        engine.connect().execution_options(**{WRITES: True}) as connection,
    ):
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(APPEND_LOCK)))
            with writes_with(engine, connection):
                yield connection
        # A commit into a file that is gone must not be acknowledged.
        location_of(engine).look(connection.info)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a read transaction that sees one state of the journal throughout.

    Within a write transaction of the same thread it is that one, and sees what it has written: a
    second connection might have to wait for one that waits for this transaction's end.
    """
    own = written_with(engine)
    if own is not None:
        # What fails in a read must not end the write: PostgreSQL would refuse all that follows.
        savepoint = own.begin_nested() if engine.dialect.name == "postgresql" else nullcontext()
        with _named(engine), savepoint:
            yield own
        return
    with _named(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection


def glance(engine: sa.Engine, statement: str) -> Any:
    """Return the one value of a plain statement, at a tenth of what a transaction costs.

    For what is asked beside every search.
    """
    own = written_with(engine)
    if own is not None:
        with reading(engine) as within:
            return within.exec_driver_sql(statement).scalar()
    with _named(engine):
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            row = cursor.fetchone()
        except engine.dialect.loaded_dbapi.Error as error:
            connection.invalidate()
            raise DBAPIError(statement, None, error) from error
        finally:
            connection.close()
    return None if row is None else row[0]


@contextmanager
def _named(engine: sa.Engine) -> Iterator[None]:
    """Turn errors of the database (full disk, lost connection, damage) into typed ones."""
    location = location_of(engine)
    location.there()
    try:
        yield
    except DBAPIError as error:
        named = named_error(location.shown, error)
        if named is error:
            raise
        raise named from error
    except AtlasError as error:
        if error.kind in (JOURNAL_VANISHED, JOURNAL_REPLACED):
            _let_go_of_what_is_lost(engine, location)
        raise
    except sa.exc.TimeoutError as error:
        reason = "all connections are taken"
        raise AtlasError(JOURNAL_UNREACHABLE, url=location.shown, reason=reason) from error


def _let_go_of_what_is_lost(engine: sa.Engine, location: Location) -> None:
    """Close the connections to files that are gone, so that new ones can be opened.

    The last process to do so copies a deleted log into the database. Where the database itself is
    gone they stay open: as long as a process has it open, it can be recovered.
    """
    try:
        location.there()
    except AtlasError:
        return
    engine.dispose()


def _shown(address: sa.URL) -> str:
    # The query may hold a password too.
    return address.set(query={}).render_as_string(hide_password=True)
