"""The table of personal addresses of the calendar."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

calendar_feeds = sa.Table(
    "calendar_feeds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    # SHA-256 of what stands in the address, as of tokens.
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("lang", sa.Text, nullable=False),
    # Microseconds since 1970 UTC, here and below.
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("revoked", sa.BigInteger),
    # The day on which it was read last.
    sa.Column("used", sa.Date),
    sa.UniqueConstraint("digest"),
    sa.Index(None, "person"),
)
"""Addresses under which calendars read a person's deadlines; each opens nothing else."""
