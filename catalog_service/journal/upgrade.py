"""The journal's database brought to the schema of this program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from catalog_service.errors import JOURNAL_MISSING, JOURNAL_TOO_NEW
from catalog_service.journal import checksums
from catalog_service.journal.location import WRITES
from catalog_service.journal.schema import SCHEMA_VERSION
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATION_LOCK: Final = 0x41544C42
"""The PostgreSQL advisory lock that serialises migrations."""


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        sa.text("SELECT version_num FROM alembic_version")
    ).scalar()
    return found


def migrate(engine: sa.Engine, shown: str, *, create: bool) -> None:
    """Create the schema, or bring an older one up.

    Raises `AtlasError`: ``journal-missing`` where it is to be created without ``create``,
    ``journal-too-new``.
    """
    with engine.connect() as connection:
        found = _version(connection)
    if found == SCHEMA_VERSION:
        return
    if found is None and not create:
        raise AtlasError(JOURNAL_MISSING, url=shown)
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
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
