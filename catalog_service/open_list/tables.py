"""The tables of open lists, and of working days that an operator set."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

open_list_contents = sa.Table(
    "open_list_contents",
    metadata,
    # SHA-256 of the canonical form.
    sa.Column("hash", sa.Text, primary_key=True),
    # The canonical form, packed by zlib.
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""What lists say or said, by content: never changed, never removed."""

open_list_steps = sa.Table(
    "open_list_steps",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # IRI.
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    # In which the list stands after it.
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC, here and below.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    # A JSON object.
    sa.Column("details", sa.Text, nullable=False),
    sa.Index(None, "organization", "year", "number"),
)
"""Append-only: a list stands as its last step left it."""

open_list_filings = sa.Table(
    "open_list_filings",
    metadata,
    sa.Column("organization", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    # 1, 2, 3 … for each organization and year.
    sa.Column("filing_number", sa.Integer, primary_key=True),
    sa.Column("step", sa.Integer, nullable=False, unique=True),
)
"""The numbers under which lists were filed, without gaps."""

open_list_versions = sa.Table(
    "open_list_versions",
    metadata,
    sa.Column("organization", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    # The day in Shanghai from which on it counts.
    sa.Column("in_force", sa.Date, nullable=False),
    sa.Column("published", sa.BigInteger, nullable=False),
    sa.Index(None, "year"),
)
"""What was published. Nothing is changed: an amendment is another version."""

open_list_checks = sa.Table(
    "open_list_checks",
    metadata,
    # The step that checked: a check, a filing, or an amendment.
    sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
    # IRI.
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    # What was checked: a version has the findings of the last check of its content.
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    # The findings as JSON, packed by zlib.
    sa.Column("findings", sa.LargeBinary, nullable=False),
    sa.Index(None, "organization", "year", "content"),
)
"""Append-only: what the rules found in a list when it was checked."""

open_list_decisions = sa.Table(
    "open_list_decisions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "organization", "year"),
)
"""Append-only: what was decided about items in the year's evaluation; the last one counts."""

open_list_workbooks = sa.Table(
    "open_list_workbooks",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    # IRI.
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    # Of the file.
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC, here and below.
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    # What stands in the sheet, as JSON, packed by zlib.
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index(None, "organization", "year"),
)
"""Workbooks that were sent and are being looked at; they are forgotten when they expire."""
