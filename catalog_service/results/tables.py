"""The tables of results that are shown. Until then, and where they are not, cases keep them."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

results = sa.Table(
    "results",
    metadata,
    # The number of its case, and the number that people quote.
    sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("title_en", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("summary_en", sa.Text, nullable=False),
    sa.Column("does", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    # Empty without its maker's consent.
    sa.Column("contact", sa.Text, nullable=False),
    # IRI of a data domain, as its case has it.
    sa.Column("topic", sa.Text),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Index(None, "topic"),
    sa.Index(None, "made"),
    sa.Index(None, "year"),
)
"""What everybody reads; a row goes when its maker takes it back, or it is taken down."""

result_datasets = sa.Table(
    "result_datasets",
    metadata,
    sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
    # 0, 1, 2, … as its maker named them.
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    # IRI of a record.
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Index(None, "dataset"),
)
"""What they were made of."""
