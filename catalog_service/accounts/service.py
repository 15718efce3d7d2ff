"""What the bearer of a token may do with the records of a source."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from catalog_service.accounts.tokens import Token
from catalog_service.errors import NOT_AUTHENTICATED
from ontology.errors import AtlasError

Principal = Token
"""The bearer of a valid token."""


OPERATOR: Final = Principal(
    "cli", "cli", ("admin",), datetime(1970, 1, 1, tzinfo=UTC), None, None, None
)
"""Whoever runs commands on the machine itself, and reads all of the journal there."""


def may_read(principal: Principal | None, source: str) -> bool:
    """Tell whether held and closed records of ``source`` may be shown."""
    return principal is not None and principal.allows(f"steward:{source}")


def require_write(principal: Principal | None, source: str) -> Principal:
    """Return who writes to ``source``; raises ``not-authenticated`` or ``not-allowed``."""
    return require(principal, f"write:{source}")


def require_steward(principal: Principal | None, source: str) -> Principal:
    """Return who decides over ``source``; raises ``not-authenticated`` or ``not-allowed``."""
    return require(principal, f"steward:{source}")


def require_admin(principal: Principal | None) -> Principal:
    """Return the administrator; raises ``not-authenticated`` or ``not-allowed``."""
    return require(principal, "admin")


def require(principal: Principal | None, scope: str) -> Principal:
    """Return who has a scope; raises ``not-authenticated`` or ``not-allowed``."""
    if principal is None:
        raise AtlasError(NOT_AUTHENTICATED)
    principal.require(scope)
    return principal
