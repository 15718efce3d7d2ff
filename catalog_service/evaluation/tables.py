"""The tables of judgements and of kept results."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

search_judgements = sa.Table(
    "search_judgements",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("dataset", sa.Text, nullable=False),
    # NULL: what was said before is taken back.
    sa.Column("grade", sa.Integer),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
)
"""Append-only: the last judgement about a search and a dataset holds."""

search_evaluations = sa.Table(
    "search_evaluations",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("collection", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    # JSON.
    sa.Column("result", sa.Text, nullable=False),
    sa.Index(None, "collection", "number"),
)
"""Results of measuring the search; the newest of each collection are kept."""
