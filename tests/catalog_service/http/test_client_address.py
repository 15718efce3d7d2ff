"""Whose budget a query uses, with a reverse proxy before the service and without one."""

from __future__ import annotations

from types import SimpleNamespace

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
    """Answer with the scheme, and the address that budgets go by."""
    client = client_address(Request(scope))
    await PlainTextResponse(f"{scope['scheme']} {client}")(scope, receive, send)


def asked(peer: str, *forwarded: str, proxies: str = PROXIES) -> str:
    """Return the client's address, asked through the server's configuration."""
    settings = Settings(trusted_proxies=proxies)
    state = SimpleNamespace(atlas=SimpleNamespace(settings=settings))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await tell_client({**scope, "app": SimpleNamespace(state=state)}, receive, send)

    config = configuration(app, "error")
    config.load()
    headers = [("X-Forwarded-For", value) for value in forwarded]

    async def ask() -> str:
        transport = httpx.ASGITransport(config.loaded_app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as web:
            said = [*headers, ("X-Forwarded-Proto", "https")]
            return (await web.get("/", headers=said)).text

    scheme, client = anyio.run(ask).split(" ")
    assert scheme == "http"  # nobody is believed to have come in otherwise
    return client


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
        # All whose addresses a proxy hides share its budget.
        ("127.0.0.1", ["203.0.113.7, unknown"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7, made-up, 10.1.2.3"], "10.1.2.3"),
        # One client, however its address is written.
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("127.0.0.1", ["::ffff:203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["[::ffff:203.0.113.7]:443"], "203.0.113.7"),
        ("127.0.0.1", ["2001:470:0::7"], "2001:470::7"),
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
