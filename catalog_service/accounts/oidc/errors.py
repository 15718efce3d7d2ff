"""Kinds of errors of signing in by an OpenID provider."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

OIDC_OFF: Final = ErrorKind(
    "oidc-off",
    "No OpenID provider is set up here. Sign in with an account of this catalogue; an operator "
    "sets up a provider by ATLAS_OIDC_ISSUER.",
    status=404,
)
SIGN_IN_EXPIRED: Final = ErrorKind(
    "sign-in-expired",
    "This answer of the OpenID provider belongs to no sign-in that this browser began in the last "
    "{minutes} minutes. Begin to sign in again, in one window, and allow cookies of this site.",
    status=400,
)
PROVIDER_REFUSED: Final = ErrorKind(
    "provider-refused",
    "The OpenID provider did not sign you in: {reason}. Try again, or ask whoever runs it.",
    status=403,
)
PROVIDER_AWAY: Final = ErrorKind(
    "provider-away",
    "The OpenID provider does not answer ({reason}). Try again in a minute; rights that come from "
    "its groups end {minutes} minutes after it last answered.",
    status=503,
)
PROVIDER_INVALID: Final = ErrorKind(
    "provider-invalid",
    "The OpenID provider {issuer} cannot be used: {reason}. An operator checks ATLAS_OIDC_ISSUER "
    "and the provider's configuration.",
    status=502,
)
CLIENT_REFUSED: Final = ErrorKind(
    "client-refused",
    "The OpenID provider does not accept this catalogue as its client. An operator checks "
    "ATLAS_OIDC_CLIENT_ID, ATLAS_OIDC_CLIENT_SECRET_FILE and how the client is to authenticate.",
    status=502,
)
IDENTITY_INVALID: Final = ErrorKind(
    "identity-invalid",
    "What the OpenID provider says of you cannot be trusted: {reason}. Nothing was changed; begin "
    "to sign in again, and tell an administrator if it happens again.",
    status=400,
)
CLOCKS_DIFFER: Final = ErrorKind(
    "clocks-differ",
    "What the OpenID provider says is not valid at this server's time, {now}. Begin to sign in "
    "again; if it happens again, an operator compares the clocks of both servers.",
    status=400,
)
ACCOUNT_NOT_ALLOWED: Final = ErrorKind(
    "account-not-allowed",
    "The OpenID provider knows you as {name}, but none of your groups there has a role here. Ask "
    "an administrator for a role, or to map one of your groups.",
    status=403,
)
IDENTITY_LINKED: Final = ErrorKind(
    "identity-linked",
    "This identity of the OpenID provider belongs to another account already, or this account to "
    "another identity. Sign in with that one, or have its owner unlink it first.",
    status=409,
)
LOGOUT_TOKEN_INVALID: Final = ErrorKind(
    "logout-token-invalid",
    "The logout token is not valid: {reason}. No session was ended.",
    status=400,
)
GROUP_INVALID: Final = ErrorKind(
    "illegal-group",
    "{group} is no name of a group. Give the name as the OpenID provider sends it, 1 to {limit} "
    "printable characters.",
    status=422,
)
GROUP_ROLE_UNKNOWN: Final = ErrorKind(
    "unknown-group-role",
    "The group {group} has not this role over this organization. `atlas role mapped` lists what "
    "is mapped.",
    status=404,
)
ACCOUNT_ENDED: Final = ErrorKind(
    "account-ended",
    "Your account here was ended, whatever the OpenID provider says. Ask an administrator.",
    status=403,
)
LAST_WAY_IN: Final = ErrorKind(
    "last-way-in",
    "This identity is your only way to sign in. Set a password first, then unlink it.",
    status=409,
)
