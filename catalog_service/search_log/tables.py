"""The tables of the log of searches: counts by day, of nobody."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

search_clicks = sa.Table(
    "search_clicks",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("query", sa.Text, primary_key=True),
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("band", sa.Text, primary_key=True),
    sa.Column("networks", sa.Integer, nullable=False),
)
"""From how many networks at least a dataset was opened from the results of a search."""

search_reformulations = sa.Table(
    "search_reformulations",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("query", sa.Text, primary_key=True),
    sa.Column("next", sa.Text, primary_key=True),
    sa.Column("networks", sa.Integer, nullable=False),
)
"""From how many networks at least one search followed another."""
