"""The tables of notices. Times are microseconds since 1970 UTC."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # Of the next attempt; NULL: there is none.
    sa.Column("due", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Index(None, "due"),
    sa.Index(None, "about"),
)
"""Messages that wait to be sent, and for a month what became of them."""

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("organization", sa.Text),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("read", sa.BigInteger),
    # daily or weekly: waits for the next digest; NULL: it does not.
    sa.Column("digest", sa.Text),
    sa.Index(None, "person", "created"),
    sa.Index(None, "digest"),
)
"""What a person is told on the pages."""

notice_preferences = sa.Table(
    "notice_preferences",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    # each, daily, weekly or never.
    sa.Column("mail", sa.Text, nullable=False),
)
"""How a person wants mail of a kind; without a row as the kind says."""

notice_keys = sa.Table(
    "notice_keys",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)
"""By which the links of a person's mails prove that they end that person's mails, and no more."""

told_once = sa.Table(
    "told_once",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    # How far it was told, such as the number of a change.
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
)
"""What somebody was told of already, where it goes on waiting."""

organization_webhooks = sa.Table(
    "organization_webhooks",
    metadata,
    sa.Column("organization", sa.Text, primary_key=True),
    # Encrypted: the address, which often holds a token, the key that signs, what may be reached.
    sa.Column("secret", sa.LargeBinary, nullable=False),
    # Its origin.
    sa.Column("shown", sa.Text, nullable=False),
)
"""Where an organization wants its notices, beside the persons who work for it."""
