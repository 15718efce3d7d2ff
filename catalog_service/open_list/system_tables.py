"""The table of information systems."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

open_list_systems = sa.Table(
    "open_list_systems",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # IRI.
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # The day on which its building began.
    sa.Column("begun", sa.Date, nullable=False),
    # What it opens, and when, or where that is written; empty: there is none yet.
    sa.Column("plan", sa.Text, nullable=False),
    # It was entered by mistake, or is not built.
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "organization"),
)
"""Append-only: a system stands as its last row says."""
