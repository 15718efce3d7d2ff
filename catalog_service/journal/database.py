"""Opening the journal's database: engine, durability, locks, migrations."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
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
from catalog_service.journal.location import FILES, IS_SURE, FileLocation, Location
from catalog_service.journal.schema import SCHEMA_VERSION
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from alembic.config import Config

POOL_SECONDS: Final = 10
"""How long to wait for a connection to PostgreSQL where all are in use."""

BUSY_SECONDS: Final = 60
"""How long a writer waits for another; a batch holds the lock for tens of milliseconds."""

APPEND_LOCK: Final = 0x41544C41
"""The PostgreSQL advisory lock that serialises appends."""

MIGRATION_LOCK: Final = 0x41544C42

_WRITES: Final = "journal_writes"
_LOCATION: Final = "journal_location"
_LEAST_PAGE: Final = 512
"""Bytes of SQLite's smallest page: the size of each database is a multiple of it."""


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
            engine = _sqlite(address, path, shown)
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
    """Tell whether a file never was a database, unlike one whose first bytes are damaged."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_NOTADB and bool(
        Path(str(address.database)).stat().st_size % _LEAST_PAGE
    )


def location_of(engine: sa.Engine) -> Location:
    """Return the location of an engine that `connect` made."""
    return cast("Location", engine.get_execution_options()[_LOCATION])


def _sqlite(address: sa.URL, path: Path, shown: str) -> sa.Engine:
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    location = FileLocation(shown, path)
    engine.update_execution_options(**{_LOCATION: location})
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
        writes = connection.get_execution_options().get(_WRITES, False)
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


def _watch_server(engine: sa.Engine, shown: str) -> None:
    """Check with each new connection which journal is at the address of a server."""
    location = Location(shown)
    engine.update_execution_options(**{_LOCATION: location})

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
    """
    with (
        _named(engine),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
    ):
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(APPEND_LOCK)))
            yield connection
        # A commit into a file that is gone must not be acknowledged.
        location_of(engine).look(connection.info)


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
    # Imported here and below: alembic doubles the start-up time of a command, and is seldom needed.
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
