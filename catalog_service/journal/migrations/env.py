"""Runs the migrations over the connection that `catalog_service.journal.database` hands in."""

from __future__ import annotations

from alembic import context

from catalog_service.journal.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction holds the lock and covers all migrations: all of them or none.
    transactional_ddl=False,
)
context.run_migrations()
