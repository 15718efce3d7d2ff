"""The tables of following. Times are microseconds since 1970 UTC."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

follow_targets = sa.Table(
    "follow_targets",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    # dataset, organization, topic or search.
    sa.Column("kind", sa.Text, nullable=False),
    # The IRI, or the query string of a search.
    sa.Column("value", sa.Text, nullable=False),
    # Number of its last piece of news; 0: there is none.
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("kind", "value"),
)
"""What somebody follows; a row goes with its last follower."""

follows = sa.Table(
    "follows",
    metadata,
    sa.Column("target", sa.Integer, primary_key=True, autoincrement=False),
    # Identifier of the person.
    sa.Column("person", sa.Text, primary_key=True),
    # each, daily, weekly, or never: the feed alone.
    sa.Column("how", sa.Text, nullable=False),
    # application or objection: as long as that runs; NULL: chosen.
    sa.Column("why", sa.Text),
    sa.Column("time", sa.BigInteger, nullable=False),
    # Number of the journal's last change when it began.
    sa.Column("begun", sa.BigInteger, nullable=False),
    # Number of the last piece of news when it began, and of the last one that was told.
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("told", sa.BigInteger, nullable=False),
    sa.Index(None, "person"),
)
"""Who follows what, and how far they were told."""

follow_news = sa.Table(
    "follow_news",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("target", sa.Integer, nullable=False),
    # What it comes from, such as ``change:12``: once for each target.
    sa.Column("origin", sa.Text, nullable=False),
    # IRI of the dataset.
    sa.Column("subject", sa.Text, nullable=False),
    # new, changed, ended, corrected, late or announced.
    sa.Column("kind", sa.Text, nullable=False),
    # A JSON object: what of a public version changed.
    sa.Column("details", sa.Text, nullable=False),
    # The harvest that brought it, whose news are told together.
    sa.Column("run", sa.Text),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("origin", "target"),
    sa.Index(None, "target", "number"),
    sa.Index(None, "subject"),
    sa.Index(None, "time"),
)
"""What became of what is followed; nothing of persons. What is no longer public keeps its end."""

follow_feeds = sa.Table(
    "follow_feeds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    # SHA-256 of what stands in the address, as of tokens.
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    # The day on which it was read last.
    sa.Column("used", sa.Date),
    sa.UniqueConstraint("digest"),
    sa.Index(None, "person"),
)
"""Addresses under which news readers read a person's news; each opens nothing else."""
