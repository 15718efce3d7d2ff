"""The table of days on which an operator knows better than the calendar."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

working_day_overrides = sa.Table(
    "working_day_overrides",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, nullable=False),
    # NULL: as the calendar says, again.
    sa.Column("works", sa.Boolean),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "day"),
)
"""Append-only: days on which an operator knows better than the calendar; the last row counts."""
