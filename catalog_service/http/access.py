"""Who asks: the client's address, bearer tokens and what their scopes allow."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Annotated, Any, ClassVar, Final

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from catalog_service.accounts.accounts import Accounts
from catalog_service.accounts.service import (
    Action,
    Principal,
    require,
    require_over,
    require_somewhere,
)
from catalog_service.accounts.tokens import Tokens
from catalog_service.errors import NOT_AUTHENTICATED
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.sessions import carries_csrf, cookie_secret, read_csrf, session_of
from catalog_service.settings import Network
from ontology.errors import AtlasError

BEARER_REQUIRED: Final = "bearer_required"
"""In a request's state: its answer depends on the token."""


_SUBSCRIBER: Final = 56
"""Bits of an IPv6 address that name a subscriber."""

_KEPT: Final = 1_024
"""Addresses that are remembered as they were read: whoever asks mostly asks again."""

_SHORT: Final = 200
"""Characters of a field whose reading is remembered."""


def client_address(request: Request) -> str:
    """Return the client's address, by which it is given its share.

    The connection's, unless a proxy of ``ATLAS_TRUSTED_PROXIES`` holds it: then the last address
    in ``X-Forwarded-For`` that is not such a proxy's. What stands before that one the client may
    have written itself, and what is no address is passed over with all before it.
    """
    peer = request.client.host if request.client else "unknown"
    trusted: str = request.app.state.atlas.settings.trusted_proxies
    if not trusted:
        return _nearest(peer, "", ())
    named = ",".join(request.headers.getlist("x-forwarded-for"))
    read = _nearest if len(named) <= _SHORT else _nearest.__wrapped__
    return read(peer, named, request.app.state.atlas.settings.proxies)


@lru_cache(_KEPT)
def _nearest(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Return the address that is named last and is no proxy's; reading it costs more than that."""
    nearest = _address(peer)
    if nearest is None:
        return peer
    named = forwarded.split(",")
    while named and any(nearest in network for network in proxies):
        found = _address(named.pop())
        if found is None:
            break
        nearest = found
    return str(nearest)


def client_network(request: Request) -> str:
    """Return the network by which a client is given its share: one subscriber has all of it.

    An IPv4 address is its own; of an IPv6 one it is the /56 that providers assign (RFC 6177).
    """
    return network_of(client_address(request))


@lru_cache(_KEPT)
def network_of(address: str) -> str:
    """Return the network of an address, as `client_network` does."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, _SUBSCRIBER), strict=False))
    return address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address with or without a port, an IPv4 one as such; None for anything else."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


def authenticate(request: Request) -> Principal | None:
    """Return the bearer of a token or the person whose session it is, or None for the public.

    A token that is not valid is an error even where none is needed: silence would show its owner
    a public view that looks like everything. Raises `AtlasError` (``not-authenticated``).
    """
    known: Principal | None = getattr(request.state, "principal", None)
    if known is not None:
        return known
    header = request.headers.get("authorization")
    if header is None:
        return _signed_in(request)
    kind, _, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise AtlasError(NOT_AUTHENTICATED)
    tokens: Tokens = request.app.state.atlas.tokens
    found = tokens.authenticate(secret.strip())
    # For this request alone: the check before the body, and the route behind it.
    request.state.principal = found
    return found


def _signed_in(request: Request) -> Principal | None:
    """Return the person whose session the cookie names.

    None where it names none, and where the request writes without showing that it comes from a page
    of that session: then it is the public's.
    """
    session = session_of(request)
    if session is None or not carries_csrf(request, session):
        return None
    accounts: Accounts = request.app.state.atlas.accounts
    found = accounts.signed_in(session)
    request.state.principal = found
    return found


def depend_on_token(request: Request) -> None:
    """Note that the answer depends on who asks; `RequestMiddleware` tells caches.

    Called where a token is read, so that no route can forget it.
    """
    request.scope.setdefault("state", {})[BEARER_REQUIRED] = True


async def _bearer(request: Request) -> Principal | None:
    depend_on_token(request)
    await read_csrf(request)
    # A thread is asked only where there is something to look up: the guard of a route that
    # writes has done it before.
    if getattr(request.state, "principal", None) or not (
        "authorization" in request.headers or cookie_secret(request)
    ):
        return authenticate(request)
    return await run_in_threadpool(authenticate, request)


Bearer = Annotated[Principal | None, Depends(_bearer)]
"""A route's parameter of this type is who asks."""


class Guarded(APIRoute):
    """A route that checks rights before it reads body or query.

    Who may not write is told so, and not what is wrong with the body or the query.
    """

    demanded: ClassVar[Action]
    whole_city: ClassVar[bool] = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler behind the check."""
        handle = super().get_route_handler()

        async def check_and_handle(request: Request) -> Response:
            depend_on_token(request)
            await run_in_threadpool(self._check, request)
            return await handle(request)

        return check_and_handle

    def _check(self, request: Request) -> None:
        source = request.path_params.get("source")
        if self.whole_city:
            require(authenticate(request), self.demanded, None)
        elif source is None:
            require_somewhere(authenticate(request), self.demanded)
        else:
            require_over(authenticate(request), self.demanded, decode_segment(source))


@cache
def guarded(action: Action, *, whole_city: bool = False) -> type[Guarded]:
    """Return the class of routes for those who may do something over the source of the path.

    Where the path names none: for those who may over any, and the route itself checks over which;
    with ``whole_city`` for those who may over the whole city alone.
    """
    values = {"demanded": action, "whole_city": whole_city}
    return type(f"Guarded{action.name.title()}", (Guarded,), values)
