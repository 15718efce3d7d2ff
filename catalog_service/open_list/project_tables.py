"""The table of pilot projects (试点项目)."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

pilot_projects = sa.Table(
    "pilot_projects",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # IRI.
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # The period, first and last day; NULL: no end is set.
    sa.Column("begins", sa.Date, nullable=False),
    sa.Column("ends", sa.Date),
    # planned, running, ended, or withdrawn: entered by mistake, or given up.
    sa.Column("state", sa.Text, nullable=False),
    # Of which text, or decision, it is a project.
    sa.Column("article", sa.Text, nullable=False),
    # Their IRIs, one a line.
    sa.Column("datasets", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "organization"),
)
"""Append-only: a project stands as its last row says."""
