"""The tables of exceptions from rules, of publishers, and of what rules found day by day."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

rule_exceptions = sa.Table(
    "rule_exceptions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("remote_id", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    # The last day, in Shanghai.
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    # Microseconds since 1970 UTC, here and below.
    sa.Column("asked", sa.BigInteger, nullable=False),
    # NULL: it waits for somebody else.
    sa.Column("released_by", sa.Text),
    sa.Column("released", sa.BigInteger),
    # NULL: it was neither refused nor revoked.
    sa.Column("ended_by", sa.Text),
    sa.Column("ended", sa.BigInteger),
    sa.Column("ended_reason", sa.Text),
    sa.Index(None, "source", "remote_id"),
)
"""Records that are excepted from a rule, or were. Nothing is removed: what ended stays readable."""

record_publishers = sa.Table(
    "record_publishers",
    metadata,
    sa.Column("iri", sa.Text, primary_key=True),
    sa.Column("publisher", sa.Text, primary_key=True),
    sa.Index(None, "publisher", "iri"),
)
"""Who publishes what, as the newest good version of each record says; follows the journal."""

rule_days = sa.Table(
    "rule_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    # IRI; empty for all public records together.
    sa.Column("publisher", sa.Text, primary_key=True),
    sa.Column("records", sa.Integer, nullable=False),
)
"""How many public records were judged on a day, by publisher."""

rule_day_findings = sa.Table(
    "rule_day_findings",
    metadata,
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("publisher", sa.Text, primary_key=True),
    sa.Column("found", sa.Integer, nullable=False),
)
"""In how many of them a rule found something; where that was none there is no row."""

rule_work_state = sa.Table(
    "rule_work_state",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""How far the journal was followed, and of which state of it the last day was measured."""
