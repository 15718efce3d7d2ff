"""The tables of what stewards decided about pairs of records, and about sources."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

duplicate_decisions = sa.Table(
    "duplicate_decisions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("one", sa.Text, nullable=False),
    sa.Column("other", sa.Text, nullable=False),
    sa.Column("relation", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "one"),
    sa.Index(None, "other"),
)
"""Append-only: the last decision about a pair holds, those before it stay with their reasons."""

duplicate_sources = sa.Table(
    "duplicate_sources",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("repeats", sa.Text, nullable=False),
)
"""What is done with records of a source that repeat the city's; a source without a row: flag."""
