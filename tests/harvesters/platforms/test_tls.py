"""TLS is verified against the name that was asked for, whatever address it is at."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harvesters.platforms import transport
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.politeness import HostTurns, Politeness
from ontology.errors import AtlasError
from tests.fixtures.certificate import self_signed
from tests.harvesters.platforms.conftest import answer


@dataclass
class Secure:
    port: int
    certificate: Path
    names: list[str | None] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """A server that calls itself a.example, by a certificate that it signed itself."""
    certificate, key = self_signed(tmp_path_factory.mktemp("tls"), "a.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told = Secure(listener.getsockname()[1], certificate)
        context.sni_callback = lambda _, name, __: told.names.append(name)

        def run() -> None:
            while True:
                try:
                    accepted, _ = listener.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(accepted, server_side=True) as connection:
                        told.heads.append(connection.recv(65_536))
                        connection.sendall(answer(b"ok", "Connection: close"))
                except OSError:
                    pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield told
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(20)


def client(secure: Secure) -> GuardedClient:
    return GuardedClient(
        "https://a.example/",
        turns=HostTurns(),
        agent="t",
        allow=["127.0.0.1"],
        politeness=Politeness(per_second=None, attempts=1),
        resolve=lambda host, port: ["127.0.0.1"],
    )


def test_the_name_is_asked_for_and_verified(
    secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=secure.certificate)
    monkeypatch.setattr(transport, "_tls", lambda: trusting)
    with client(secure) as visitor:
        found = visitor.request("GET", f"https://a.example:{secure.port}/x")
        assert found.content == b"ok" and secure.names == ["a.example"]
        assert f"host: a.example:{secure.port}".encode() in secure.heads[0].lower()
        for other in ("b.example", "127.0.0.1"):
            with pytest.raises(AtlasError, match="certificate-refused"):
                visitor.request("GET", f"https://{other}:{secure.port}/x")
    assert len(secure.heads) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Secure) -> None:
    before = len(secure.heads)
    with client(secure) as visitor, pytest.raises(AtlasError) as raised:
        visitor.request("GET", f"https://a.example:{secure.port}/x")
    assert raised.value.code == "certificate-refused" and len(secure.heads) == before


def test_a_server_without_tls_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def run() -> None:
            accepted, _ = plain.accept()
            with accepted:
                accepted.recv(1024)
                accepted.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        secure = Secure(plain.getsockname()[1], Path())
        with client(secure) as visitor, pytest.raises(AtlasError, match="platform-unreachable"):
            visitor.request("GET", f"https://a.example:{secure.port}/x")
        thread.join(20)
