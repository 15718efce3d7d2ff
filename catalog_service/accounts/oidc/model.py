"""What a provider says of itself and of people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from catalog_service.accounts.actions import Role
from catalog_service.accounts.errors import UNKNOWN_ROLE
from catalog_service.accounts.organizations import organization_named
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary

Purpose = Literal["sign-in", "link"]

SIGN_IN_MINUTES: Final = 10
"""How long somebody may take at the provider."""

CHECK_SECONDS: Final = 45
"""How old what is known of a person's groups may get before the provider is asked again. With
`REQUEST_SECONDS` it stays below a minute."""

REQUEST_SECONDS: Final = 10.0
"""For one request to the provider."""

LEASE_MINUTES: Final = 5
"""How long rights from groups last after the provider answered for the last time."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider's configuration says, as far as it is used (OpenID Connect Discovery)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    sends_issuer: bool
    """Whether every answer names its issuer (RFC 9207), so that one without is refused."""
    algorithms: tuple[str, ...]
    """With which it signs, of those that are accepted."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave; neither ``repr`` nor errors show it."""

    access: str = field(repr=False)
    identity: str | None = field(repr=False)
    """The ID token; a refresh may come without."""
    refresh: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider, after all checks."""

    issuer: str
    subject: str
    login: str
    """The name to sign in with there, or else the subject."""
    name: str
    """How the person is called there, or else the login."""
    groups: frozenset[str]
    sid: str | None
    """The session at the provider, which logout tokens name."""


@dataclass(frozen=True, slots=True)
class GroupRole:
    """A group whose members have a role over an organization; None: the whole city."""

    group: str
    role: Role
    organization: str | None


def group_role(
    vocabulary: Vocabulary, group: str, role: str, organization: str | None
) -> GroupRole:
    """Return what somebody wants to map, by the names that they typed.

    Raises ``unknown-role``, ``unknown-organization``.
    """
    known = next((known for known in Role if known.value == role), None)
    if known is None:
        raise AtlasError(UNKNOWN_ROLE, role=role[:80], roles=", ".join(Role))
    over = None if organization is None else organization_named(vocabulary, organization)
    return GroupRole(group, known, over)
