"""Who asks: bearer tokens and what their scopes allow."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from catalog_service.accounts import Token
from catalog_service.api.context import service
from catalog_service.errors import NOT_AUTHENTICATED
from ontology.errors import AtlasError

Principal = Token
"""The bearer of a valid token."""


def authenticate(request: Request) -> Principal | None:
    """Return the bearer, or None for the public.

    A token that is not valid is an error even where none is needed: silence would show its owner
    a public view that looks like everything. Raises `AtlasError` (``not-authenticated``).
    """
    header = request.headers.get("authorization")
    if header is None:
        return None
    kind, _, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise AtlasError(NOT_AUTHENTICATED)
    atlas = service(request)
    return atlas.tokens.authenticate(secret.strip())


Bearer = Annotated[Principal | None, Depends(authenticate)]
"""A route's parameter of this type is who asks."""


def may_read(principal: Principal | None, source: str) -> bool:
    """Tell whether held and closed records of ``source`` may be shown."""
    return principal is not None and principal.allows(f"steward:{source}")


def require_write(principal: Principal | None, source: str) -> Principal:
    """Return who writes to ``source``; raises ``not-authenticated`` or ``not-allowed``."""
    return _require(principal, f"write:{source}")


def require_steward(principal: Principal | None, source: str) -> Principal:
    """Return who decides over ``source``; raises ``not-authenticated`` or ``not-allowed``."""
    return _require(principal, f"steward:{source}")


def require_admin(principal: Principal | None) -> Principal:
    """Return the administrator; raises ``not-authenticated`` or ``not-allowed``."""
    return _require(principal, "admin")


def _require(principal: Principal | None, scope: str) -> Principal:
    if principal is None:
        raise AtlasError(NOT_AUTHENTICATED)
    principal.require(scope)
    return principal
