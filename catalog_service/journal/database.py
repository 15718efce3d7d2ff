"""Opening the journal's database: engine, durability, locks, migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from catalog_service.errors import (
    JOURNAL_MISSING,
    JOURNAL_TOO_NEW,
    JOURNAL_UNREACHABLE,
    JOURNAL_UNSUPPORTED,
    STORAGE_FAILED,
)
from catalog_service.journal.schema import SCHEMA_VERSION
from ontology.errors import AtlasError
from ontology.storage import refuses

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


def connect(url: str, *, create: bool, folders: bool = True) -> sa.Engine:
    """Return an engine for an SQLite file or a PostgreSQL database, migrated to this program.

    Without ``folders`` the folder of an SQLite file must be there: a mistyped address must not
    grow folders somewhere.
    Raises `AtlasError` (``journal-unsupported``, ``journal-missing``, ``journal-unreachable``,
    ``journal-too-new``).
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
            engine = _sqlite(address)
        case "postgresql":
            # A server that is silent must not keep readers waiting: who asks is told in seconds.
            waiting = {"connect_timeout": 5, "keepalives_idle": 10, "tcp_user_timeout": 10_000}
            engine = sa.create_engine(
                address.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                pool_timeout=POOL_SECONDS,
                connect_args={k: v for k, v in waiting.items() if k not in address.query},
            )
        case _:
            raise AtlasError(JOURNAL_UNSUPPORTED, url=shown)
    try:
        _migrate(engine, shown, create=create)
    except DBAPIError as error:
        engine.dispose()
        raise _failed(shown, error) from error
    except AtlasError:
        engine.dispose()
        raise
    return engine


def _sqlite(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # The driver's own transactions begin late and deferred; `_begin` does it instead.
        connection.isolation_level = None
        # FULL: each commit is on the disk before it is acknowledged, so that it outlives a power
        # cut and not only a killed process (NORMAL would do for that). One sync a batch is cheap.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32768"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A write transaction takes SQLite's one write lock at its start: what it reads cannot
        # change before it writes, and it waits instead of failing half-way.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


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
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(APPEND_LOCK)))
        yield connection


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
            raise OperationalError(statement, None, error) from error
        finally:
            connection.close()
    return None if row is None else row[0]


@contextmanager
def _named(engine: sa.Engine) -> Iterator[None]:
    """Give what befalls a database (full disk, lost connection, endless lock) its typed error."""
    try:
        yield
    except OperationalError as error:
        shown = _shown(engine.url)
        raise _failed(shown, error) from error
    except sa.exc.TimeoutError as error:
        reason = "all connections are taken"
        raise AtlasError(JOURNAL_UNREACHABLE, url=_shown(engine.url), reason=reason) from error


def _failed(shown: str, error: DBAPIError) -> AtlasError:
    reason = str(error.orig)
    if shown.startswith("sqlite") and refuses(error.orig or error):
        return AtlasError(STORAGE_FAILED, path=shown, reason=reason)
    return AtlasError(JOURNAL_UNREACHABLE, url=shown, reason=reason)


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
