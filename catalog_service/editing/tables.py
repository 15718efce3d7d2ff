"""The tables of drafts."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("remote_id", sa.Text, nullable=False),
    # The record that an open draft is of, so that each has one; null when it is closed.
    sa.Column("open_record", sa.Text, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("begun_from", sa.Text),
    # Microseconds since 1970 UTC.
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("submitted_by", sa.Text),
    sa.Index(None, "organization", "state"),
)
"""One row for each draft, as it stands."""

draft_versions = sa.Table(
    "draft_versions",
    metadata,
    sa.Column("draft_id", sa.Text, primary_key=True),
    # 0: what the draft began from.
    sa.Column("version", sa.Integer, primary_key=True),
    # The canonical form, packed by zlib.
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
)
"""What a draft said after each saving, for as long as somebody may still edit from it."""

draft_events = sa.Table(
    "draft_events",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("draft_id", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "draft_id"),
)
"""Append-only: begun, submitted, returned, released, discarded."""
