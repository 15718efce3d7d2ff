"""Whose budget a query uses, with a reverse proxy before the service and without one."""

from __future__ import annotations

import anyio
import httpx
import pytest
from fastapi import Request
from pydantic import ValidationError
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from catalog_service.http.access import client_address
from catalog_service.http.server import configuration
from catalog_service.settings import Settings

PROXIES = "127.0.0.1, 10.0.0.0/8, 2001:db8::/32"


async def tell_client(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address that budgets go by."""
    await PlainTextResponse(client_address(Request(scope)))(scope, receive, send)


def asked(peer: str, *forwarded: str, proxies: str = PROXIES) -> str:
    """Return the client's address as the server's configuration has it."""
    config = configuration(tell_client, "error", Settings(trusted_proxies=proxies).proxies)
    config.load()
    headers = [("X-Forwarded-For", value) for value in forwarded]

    async def ask() -> str:
        transport = httpx.ASGITransport(config.loaded_app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as web:
            return (await web.get("/", headers=headers)).text

    return anyio.run(ask)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        # What the client wrote itself stands before what the proxy added.
        ("127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        ("::ffff:127.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        ("2001:db8::1", ["[2001:470::7]:443"], "2001:470::7"),
        ("10.0.0.1", ["10.0.0.9"], "10.0.0.9"),
        # Said by a proxy of ours: all whose addresses it hides share one budget.
        ("127.0.0.1", ["203.0.113.7, unknown"], "unknown"),
        ("127.0.0.1", [], "127.0.0.1"),
        # Not a proxy of ours: whatever it says.
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
    ],
)
def test_the_client_is_the_last_address_not_trusted(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert asked(peer, *forwarded) == client


def test_by_default_no_proxy_is_trusted() -> None:
    assert Settings().trusted_proxies == ""
    assert asked("127.0.0.1", "203.0.113.7", proxies="") == "127.0.0.1"


def test_only_addresses_and_networks_can_be_trusted() -> None:
    with pytest.raises(ValidationError, match="proxy"):
        Settings(trusted_proxies="127.0.0.1, proxy")
