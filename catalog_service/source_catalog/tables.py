"""The table of the source catalogue."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

source_catalog_items = sa.Table(
    "source_catalog_items",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("department_key", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("mechanism", sa.Text, nullable=False),
    sa.Column("quality", sa.Text, nullable=False),
    sa.Column("use", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("changed", sa.BigInteger, nullable=False),
)
"""One row for each claim of a department on a data item; two claims on one are a conflict."""
