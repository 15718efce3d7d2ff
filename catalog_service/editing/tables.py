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

workbook_imports = sa.Table(
    "workbook_imports",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    # What stands in its sheets, as JSON, packed by zlib.
    sa.Column("body", sa.LargeBinary, nullable=False),
    # Which sheet, header and columns are meant, as JSON.
    sa.Column("match", sa.Text, nullable=False),
    sa.Index(None, "organization"),
)
"""Workbooks that were sent and are being looked at."""

workbook_headings = sa.Table(
    "workbook_headings",
    metadata,
    sa.Column("organization", sa.Text, primary_key=True),
    # As `harvesters.readers.open_list_header.heading_key` makes it.
    sa.Column("heading", sa.Text, primary_key=True),
    # Empty: not taken.
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
)
"""Which column a heading means in the workbooks of an organization, as somebody chose."""
