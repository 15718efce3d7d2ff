"""Opening the journal's database: engine, durability, locks, migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError

from catalog_service.errors import (
    JOURNAL_MISSING,
    JOURNAL_REPLACED,
    JOURNAL_TOO_NEW,
    JOURNAL_UNREACHABLE,
    JOURNAL_UNSUPPORTED,
    JOURNAL_VANISHED,
    STORAGE_FAILED,
)
from catalog_service.journal import checksums
from catalog_service.journal.database_errors import named_error
from catalog_service.journal.location import FILES, IS_SURE, FilePlace, Place
from catalog_service.journal.schema import SCHEMA_VERSION
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from alembic.config import Config

POOL_SECONDS: Final = 10
"""How long one waits for a connection to PostgreSQL where all are in use."""

BUSY_SECONDS: Final = 60
"""How long a writer waits for another; a batch holds the lock for some tens of milliseconds."""

APPEND_LOCK: Final = 0x41544C41
"""The PostgreSQL advisory lock that serialises appends."""

MIGRATION_LOCK: Final = 0x41544C42

_WRITES: Final = "journal_writes"
_PLACE: Final = "journal_place"
_LEAST_PAGE: Final = 512
"""Bytes of SQLite's smallest page: each database is a multiple of it."""


def connect(url: str, *, create: bool, folders: bool = True) -> sa.Engine:
    """Return an engine for an SQLite file or a PostgreSQL database, migrated to this program.

    Without ``folders`` the folder of an SQLite file must be there: a mistyped address must not
    grow folders somewhere.
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
            engine = _sqlite(address, path, shown)
        case "postgresql":
            # A server that is silent must not keep readers waiting: who asks is told in seconds.
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
        _migrate(engine, shown, create=create)
        _settle(engine)
    except DBAPIError as error:
        engine.dispose()
        if _is_other_file(address, error):
            raise AtlasError(JOURNAL_UNREACHABLE, url=shown, reason=str(error.orig)) from error
        raise named_error(shown, error) from error
    except AtlasError:
        engine.dispose()
        raise
    return engine


def _is_other_file(address: sa.URL, error: DBAPIError) -> bool:
    """Tell a file that never was a database from one whose first bytes are damaged."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_NOTADB and bool(
        Path(str(address.database)).stat().st_size % _LEAST_PAGE
    )


def place_of(engine: sa.Engine) -> Place:
    """Return what watches the address of an engine that `connect` made."""
    return cast("Place", engine.get_execution_options()[_PLACE])


def _sqlite(address: sa.URL, path: Path, shown: str) -> sa.Engine:
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    place = FilePlace(shown, path)
    engine.update_execution_options(**{_PLACE: place})
    if not path.exists():
        # Made here and nowhere else: a connection never makes a file.
        try:
            path.touch()
        except OSError as error:
            raise AtlasError(STORAGE_FAILED, path=shown, reason=error) from error

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, record: Any, _names: object, options: dict[str, Any]) -> Any:
        place.there()
        place.check_log()
        before = place.files()[0]
        connection = dialect.connect(place.uri, uri=True, **options)
        try:
            _configure(connection)
            # The first read opens the log, and shares its index: from here on they stay.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            record.info[FILES] = place.files()
            place.look({FILES: (before, *record.info[FILES][1:])})
            place.found(before, lambda: _is_sure(connection, shown))
        except BaseException:
            connection.close()
            raise
        return connection

    def _configure(connection: Any) -> None:
        # The driver's own transactions begin late and deferred; `_begin` does it instead.
        connection.isolation_level = None
        # FULL: each commit is on the disk before it is acknowledged, so that it outlives a power
        # cut and not only a killed process (NORMAL would do for that). One sync a batch is cheap.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32768"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "checkout")
    def _look(_connection: object, record: Any, _proxy: object) -> None:
        place.look(record.info)

    @event.listens_for(engine, "checkin")
    def _let_go(_connection: object, record: Any) -> None:
        # What was deleted beside the database is closed at once: the last process to do so
        # carries it over. The database itself is kept open: it may be all that is left of it.
        opened, now = record.info.get(FILES), place.files()
        if opened is not None and opened[0] == now[0] and opened != now:
            record.invalidate()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A write transaction takes SQLite's one write lock at its start: what it reads cannot
        # change before it writes, and it waits instead of failing half-way.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _is_sure(connection: Any, shown: str) -> bool:
    """Look at a database that came in the journal's place (`catalog_service.journal.location`).

    Raises `AtlasError` (``journal-replaced``) where it is none, or not for this program.
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


def _watch_server(engine: sa.Engine, shown: str) -> None:
    """See with each new connection which journal answers at the address of a server."""
    place = Place(shown)
    engine.update_execution_options(**{_PLACE: place})

    @event.listens_for(engine, "connect")
    def _which(connection: Any, _record: object) -> None:
        if place.settled is None:
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
        place.found(None if identity is None else identity[0], lambda: sure)


_IDENTITY: Final = "SELECT value FROM meta WHERE key = 'identity'"


def _settle(engine: sa.Engine) -> None:
    """Note what was opened: from here on another one is noticed."""
    place = place_of(engine)
    if isinstance(place, FilePlace):
        place.settled = place.files()[0]
    else:
        with engine.connect() as connection:
            place.settled = connection.execute(sa.text(_IDENTITY)).scalar()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a write transaction that holds the append lock until it is committed.

    PostgreSQL would let two writers commit in the other order than they drew their numbers; a
    reader that had seen the higher one would then miss the lower for ever. The lock makes the
    order of ``seq`` the order of commits. It is released after the commit can be seen.
    """
    with (
        _named(engine),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
    ):
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(APPEND_LOCK)))
            yield connection
        # Committed, but into what? Nobody is told of a write into a file that is gone.
        place_of(engine).look(connection.info)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a read transaction that sees one state of the journal throughout."""
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
    """Give what befalls a database (full disk, lost connection, damage) its typed error."""
    place = place_of(engine)
    place.there()
    try:
        yield
    except DBAPIError as error:
        named = named_error(place.shown, error)
        if named is error:
            raise
        raise named from error
    except AtlasError as error:
        if error.kind in (JOURNAL_VANISHED, JOURNAL_REPLACED):
            _let_go_of_what_is_lost(engine, place)
        raise
    except sa.exc.TimeoutError as error:
        reason = "all connections are taken"
        raise AtlasError(JOURNAL_UNREACHABLE, url=place.shown, reason=reason) from error


def _let_go_of_what_is_lost(engine: sa.Engine, place: Place) -> None:
    """Close the connections to files that are not there any more, so that others can be opened.

    The last process to do so carries a deleted log over into the database. Where the database is
    gone itself, they stay: as long as somebody has it open, it can be got back.
    """
    try:
        place.there()
    except AtlasError:
        return
    engine.dispose()


def _shown(address: sa.URL) -> str:
    # A query may carry a password too.
    return address.set(query={}).render_as_string(hide_password=True)


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        sa.text("SELECT version_num FROM alembic_version")
    ).scalar()
    return found


def _migrate(engine: sa.Engine, shown: str, *, create: bool) -> None:
    with engine.connect() as connection:
        found = _version(connection)
    if found == SCHEMA_VERSION:
        return
    if found is None and not create:
        raise AtlasError(JOURNAL_MISSING, url=shown)
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        _upgrade(connection)
        checksums.note(connection, checksums.TABLES)


def configuration() -> Config:
    """Return alembic's configuration, which has no file of its own."""
    # Loaded here and below: alembic doubles the time that a command takes to start, and most
    # starts find nothing to migrate.
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = configuration()
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = _version(connection)
    if found is not None and found not in known:
        raise AtlasError(JOURNAL_TOO_NEW, found=found, known=SCHEMA_VERSION)
    command.upgrade(config, "head")
