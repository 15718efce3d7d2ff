"""The tables of what reports are made from, beside measured quality."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

report_figures = sa.Table(
    "report_figures",
    metadata,
    sa.Column("figure", sa.Text, primary_key=True),
    # IRI; empty for the whole city.
    sa.Column("organization", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("counted", sa.Integer, nullable=False),
    # NULL of a plain count.
    sa.Column("whole", sa.Integer),
    # The version of the figure's definition by which it was counted.
    sa.Column("definition", sa.Integer, nullable=False, server_default="1"),
    sa.Index(None, "day"),
)
"""What was counted on each day. A day is written while it lasts, and never once it is over."""

report_names = sa.Table(
    "report_names",
    metadata,
    sa.Column("iri", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("zh", sa.Text, nullable=False),
    sa.Column("en", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    # A JSON list of IRIs.
    sa.Column("above", sa.Text, nullable=False),
)
"""What organizations were called, and lay below, from a day on: a row where that changed."""
