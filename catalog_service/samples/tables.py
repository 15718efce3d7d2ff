"""The tables of samples. Both are append-only."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

dataset_samples = sa.Table(
    "dataset_samples",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # IRI of the record.
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    # SHA-256 of the sample's file, and its bytes.
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    # SHA-256 of the file that it was drawn from, which is not kept.
    sa.Column("origin", sa.Text, nullable=False),
    # JSON objects: how it was drawn, and how it stands to the whole.
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sa.Index(None, "dataset", "number"),
)
"""Samples, as they were drawn."""

sample_steps = sa.Table(
    "sample_steps",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sample", sa.Integer, nullable=False),
    # drawn, asked, released, withdrawn or discarded.
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index(None, "sample", "number"),
)
"""What was done with them: the last step of a sample counts."""
