"""The tables of measurements, by record and by publisher, and of addresses that were asked."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

quality_measurements = sa.Table(
    "quality_measurements",
    metadata,
    sa.Column("iri", sa.Text, primary_key=True),
    sa.Column("metric", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
"""What was measured of a record from a day on: a row for each day on which that changed."""

quality_days = sa.Table(
    "quality_days",
    metadata,
    sa.Column("metric", sa.Text, primary_key=True),
    # IRI; empty for all public records together.
    sa.Column("publisher", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("records", sa.Integer, nullable=False),
    # Of these as many as can be judged.
    sa.Column("judged", sa.Integer, nullable=False),
    sa.Column("passed", sa.Integer, nullable=False),
    sa.Index(None, "day"),
)
"""How many public records passed on each day."""

quality_organization_days = sa.Table(
    "quality_organization_days",
    metadata,
    sa.Column("metric", sa.Text, primary_key=True),
    # IRI; empty for all public records together.
    sa.Column("organization", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("records", sa.Integer, nullable=False),
    sa.Column("judged", sa.Integer, nullable=False),
    sa.Column("passed", sa.Integer, nullable=False),
    sa.Index(None, "day"),
)
"""The same of an organization with what lies below it and what it took over, in distinct records.

Days before there was this table have no rows.
"""

quality_profiles = sa.Table(
    "quality_profiles",
    metadata,
    sa.Column("iri", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    # The last day on which the same was found.
    sa.Column("seen", sa.Date, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    # Empty where there is a profile.
    sa.Column("reason", sa.Text, nullable=False),
    # What the publisher says of the last change, as it says it.
    sa.Column("modified", sa.Text),
    # JSON of `quality.data.model.Profile`.
    sa.Column("details", sa.Text),
)
"""What was found in a dataset's file from a day on: a row for each day on which that changed."""

quality_points = sa.Table(
    "quality_points",
    metadata,
    sa.Column("iri", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("points", sa.Integer, nullable=False),
    # Those that hang on addresses that were not asked.
    sa.Column("unknown", sa.Integer, nullable=False),
    # Names of indicators, separated by blanks.
    sa.Column("missing", sa.Text, nullable=False),
    # From this day on the record was no longer public.
    sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""The points of MQA that a record has from a day on: a row for each day on which they changed."""

quality_point_days = sa.Table(
    "quality_point_days",
    metadata,
    # IRI; empty for all public records together.
    sa.Column("publisher", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("records", sa.Integer, nullable=False),
    # Of all of them together.
    sa.Column("points", sa.BigInteger, nullable=False),
)
"""The points of all public records on each day."""

quality_addresses = sa.Table(
    "quality_addresses",
    metadata,
    # SHA-256 of the address, which may hold a key.
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("outcome", sa.Text, nullable=False),
    # Of HTTP.
    sa.Column("status", sa.Integer),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("seen", sa.Date, nullable=False),
    # The last day on which it was its turn.
    sa.Column("tried", sa.Date, nullable=False),
    # The last day on which it answered, and on which it failed since then, so many in all.
    sa.Column("good", sa.Date),
    sa.Column("failed", sa.Date),
    sa.Column("failed_days", sa.Integer, nullable=False),
)
"""What was last heard of each address."""

quality_hosts = sa.Table(
    "quality_hosts",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    # UTC, RFC 3339, to the second.
    sa.Column("closed_until", sa.Text, nullable=False),
)
"""Hosts that asked to be left alone."""
