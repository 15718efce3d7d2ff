"""Which methods an address takes (RFC 9110, 10.2.1)."""

from __future__ import annotations

from typing import Final

from starlette.routing import Match, Mount
from starlette.types import Scope

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def allowed_methods(scope: Scope) -> tuple[str, ...]:
    """Return the methods that the application's routes take at a request's path; none: no route.

    Each is tried as the router would, which is asked only for OPTIONS and for refusals.
    """
    found = [method for method in _METHODS if _takes(scope, method)]
    if not found:
        return ()
    if "GET" in found:
        found.insert(1, "HEAD")
    return (*found, "OPTIONS")


def _takes(scope: Scope, method: str) -> bool:
    asked = {**scope, "method": method}
    for route in scope["app"].routes:
        if isinstance(route, Mount) and method != "GET":
            # Files.
            continue
        if route.matches(dict(asked))[0] is Match.FULL:
            return True
    return False
