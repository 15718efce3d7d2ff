"""The table of the audit."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    # SQLite's rowid is named by INTEGER alone; there it has 64 bits anyway.
    sa.Column(
        "number",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("organization", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("network", sa.Text),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index(None, "actor"),
    sa.Index(None, "subject"),
    sa.Index(None, "time"),
)
"""Append-only: triggers refuse UPDATE and DELETE; each row holds the hash of the one before."""
