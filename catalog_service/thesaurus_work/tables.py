"""The tables of edits of the thesaurus."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

thesaurus_edits = sa.Table(
    "thesaurus_edits",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("official", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("weight", sa.Float, nullable=False),
    sa.Column("is_new", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)

thesaurus_edit_events = sa.Table(
    "thesaurus_edit_events",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("edit", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index(None, "edit"),
)
"""Append-only: who proposed, released, refused or undid an edit, when and why."""
