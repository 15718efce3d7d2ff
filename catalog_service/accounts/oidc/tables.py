"""The tables of sessions that an OpenID provider began, and of logout tokens that came."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

provider_sessions = sa.Table(
    "provider_sessions",
    metadata,
    # `sessions.id`
    sa.Column("session", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    # When the provider was last asked who this is; whoever sets it asks.
    sa.Column("asked", sa.BigInteger, nullable=False),
    # Access, ID and refresh token, encrypted (`provider_sessions.py`).
    sa.Column("tokens", sa.LargeBinary, nullable=False),
    sa.Index(None, "person"),
)

logout_tokens = sa.Table(
    "logout_tokens",
    metadata,
    # SHA-256 of issuer and ``jti``.
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("until", sa.BigInteger, nullable=False),
)
"""Those that came, as long as they would still be believed: each of them is good once."""
