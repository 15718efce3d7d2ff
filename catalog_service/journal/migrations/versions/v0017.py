"""People, their credentials and roles, delegations and sessions; to whom a source belongs.

Revision: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, all empty."""
    op.create_table(
        "people",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("disabled", sa.BigInteger),
        sa.Column("successor", sa.Text),
        sa.Column("rights", sa.Integer, nullable=False),
        sa.UniqueConstraint("login", name="uq_people_login"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_email", "people", ["email"])
    op.create_table(
        "credentials",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_credentials"),
    )
    op.create_table(
        "totp",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("confirmed", sa.BigInteger),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_totp"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("used", sa.BigInteger),
        sa.PrimaryKeyConstraint("person", "digest", name="pk_recovery_codes"),
    )
    op.create_table(
        "reset_links",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger),
        sa.PrimaryKeyConstraint("digest", name="pk_reset_links"),
    )
    op.create_index("ix_reset_links_person", "reset_links", ["person"])
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("until", sa.BigInteger),
        sa.Column("granted", sa.BigInteger, nullable=False),
        sa.Column("granted_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("revoked", sa.BigInteger),
        sa.Column("revoked_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_role_grants"),
    )
    op.create_index("ix_role_grants_person", "role_grants", ["person"])
    op.create_table(
        "delegations",
        sa.Column("id", sa.Text, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
    )
    op.create_index("ix_delegations_from_person", "delegations", ["from_person"])
    op.create_index("ix_delegations_to_person", "delegations", ["to_person"])
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("rights", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("provider_session", sa.Text),
        sa.UniqueConstraint("id", name="uq_sessions_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_index("ix_sessions_issuer_subject", "sessions", ["issuer", "subject"])
    op.create_index(
        "ix_sessions_issuer_provider_session", "sessions", ["issuer", "provider_session"]
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sign_in_attempts"),
    )
    op.create_index("ix_sign_in_attempts_account_time", "sign_in_attempts", ["account", "time"])
    op.create_index("ix_sign_in_attempts_network_time", "sign_in_attempts", ["network", "time"])
    op.create_table(
        "external_identities",
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("linked", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_external_identities"),
    )
    op.create_index("ix_external_identities_person", "external_identities", ["person"])
    op.create_table(
        "group_roles",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("group_name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_group_roles"),
    )
    op.create_index("ix_group_roles_issuer_group_name", "group_roles", ["issuer", "group_name"])
    op.create_table(
        "source_organizations",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_source_organizations"),
    )
    op.create_table(
        "organization_settings",
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("four_eyes", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("organization", name="pk_organization_settings"),
    )
