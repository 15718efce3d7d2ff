"""The tables of the source catalogue."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata


def _texts() -> list[sa.Column[str]]:
    names = ("item", "department", "source", "mechanism", "quality", "use")
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


source_catalog_items = sa.Table(
    "source_catalog_items",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("department_key", sa.Text, nullable=False),
    *_texts(),
    # Counts the changes of the claim, from 1 on; a claim that comes back goes on counting.
    sa.Column("version", sa.Integer, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("key", "department_key"),
)
"""One row for each claim of a department on a data item; two claims on one are a conflict."""

source_catalog_changes = sa.Table(
    "source_catalog_changes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    *_texts(),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "item_id"),
)
"""Append-only: each claim as it stood after every change, or before it was removed."""
