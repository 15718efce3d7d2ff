"""The tables of people, their credentials and roles, and of sessions.

Times are microseconds since 1970 UTC. Organizations are IRIs; NULL is the whole city.
"""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.journal.schema import metadata

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    # In lower case, as it is compared.
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("disabled", sa.BigInteger),
    # To whom the work of one who left has passed.
    sa.Column("successor", sa.Text),
    # Counted up with each change of rights or credentials: sessions of an earlier count are
    # rotated or end.
    sa.Column("rights", sa.Integer, nullable=False),
    sa.UniqueConstraint("login"),
    sa.Index(None, "email"),
)

credentials = sa.Table(
    "credentials",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
)
"""Passwords as argon2id made them; a person who signs in elsewhere has none."""

totp = sa.Table(
    "totp",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    # Encrypted (`catalog_service.accounts.second_factor`).
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("confirmed", sa.BigInteger),
    # The last step that was used: a code is good once.
    sa.Column("last_step", sa.BigInteger, nullable=False),
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("used", sa.BigInteger),
)

reset_links = sa.Table(
    "reset_links",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("used", sa.BigInteger),
    sa.Index(None, "person"),
)

role_grants = sa.Table(
    "role_grants",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("organization", sa.Text),
    sa.Column("until", sa.BigInteger),
    sa.Column("granted", sa.BigInteger, nullable=False),
    # An actor, as in `changes`.
    sa.Column("granted_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    # manual, or group: from an identity provider's, and as long as the person is in it.
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("revoked", sa.BigInteger),
    sa.Column("revoked_by", sa.Text),
    sa.Index(None, "person"),
)

delegations = sa.Table(
    "delegations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("from_person", sa.Text, nullable=False),
    sa.Column("to_person", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("organization", sa.Text),
    sa.Column("until", sa.BigInteger, nullable=False),
    sa.Column("granted", sa.BigInteger, nullable=False),
    sa.Column("granted_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("revoked", sa.BigInteger),
    sa.Column("revoked_by", sa.Text),
    sa.Index(None, "from_person"),
    sa.Index(None, "to_person"),
)
"""A role that another has for a while; it holds as long as whoever delegates it has it."""

sessions = sa.Table(
    "sessions",
    metadata,
    # SHA-256 of what the cookie holds, as of tokens.
    sa.Column("digest", sa.Text, primary_key=True),
    # Names it to its person; opens nothing.
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    # Of `people` when it was last rotated.
    sa.Column("rights", sa.Integer, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("ended", sa.BigInteger),
    # password, or oidc.
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("network", sa.Text, nullable=False),
    sa.Column("user_agent", sa.Text, nullable=False),
    # Of the identity provider: whose session there, so that a logout there ends this one.
    sa.Column("issuer", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("provider_session", sa.Text),
    sa.UniqueConstraint("id"),
    sa.Index(None, "person"),
    sa.Index(None, "issuer", "subject"),
    sa.Index(None, "issuer", "provider_session"),
)

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    # SHA-256 of the account's name as typed: what was typed by mistake may be a password.
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("network", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Index(None, "account", "time"),
    sa.Index(None, "network", "time"),
)
"""Attempts that failed; those of a day ago are deleted."""

external_identities = sa.Table(
    "external_identities",
    metadata,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("linked", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Index(None, "person"),
)

group_roles = sa.Table(
    "group_roles",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("group_name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("organization", sa.Text),
    sa.Index(None, "issuer", "group_name"),
)
"""What membership of an identity provider's group gives."""

source_organizations = sa.Table(
    "source_organizations",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("organization", sa.Text, nullable=False),
)
"""To whom a source belongs; one without a row is the whole city's."""

organization_settings = sa.Table(
    "organization_settings",
    metadata,
    sa.Column("organization", sa.Text, primary_key=True),
    sa.Column("four_eyes", sa.Boolean, nullable=False),
)
"""Whether what one drafts another must release."""

token_owners = sa.Table(
    "token_owners",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("organization", sa.Text),
    # When the owner was told that it ends soon.
    sa.Column("told", sa.BigInteger),
    sa.Index(None, "person"),
)
"""Whose a token is. Not in `tokens`, whose checksum holds what earlier versions wrote."""

organization_links = sa.Table(
    "organization_links",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # below: the organization lies below the other; followed: the other took its place.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("organization", sa.Text, nullable=False),
    sa.Column("other", sa.Text, nullable=False),
    sa.Column("day", sa.Date),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)
"""What lies below what and what followed upon what, beside the shipped vocabulary."""

organization_link_events = sa.Table(
    "organization_link_events",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("link", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    # Microseconds since 1970 UTC.
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index(None, "link"),
)
"""Append-only: who proposed, released, refused or undid a link, when and why."""
