"""Webhooks that lead inside or answer without end, and texts that would add to a mail's head."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from catalog_service.notices import webhook
from catalog_service.notices.delivery import SENDERS
from catalog_service.notices.organization_webhooks import OrganizationWebhooks
from catalog_service.notices.persons import Notice, PersonalNotices
from catalog_service.notices.service import deliver
from catalog_service.notices.webhook import post_webhook
from catalog_service.secret_keys import create_file
from harvesters.platforms.limits import RequestLimits
from ontology.errors import AtlasError
from tests.fixtures.mail import SENDER, MailServers
from tests.fixtures.people import ORGANIZATION, person
from tests.fixtures.web import House

HEALTH = f"{ORGANIZATION}health"
OTHER_SCHEMES = (
    *("file:///etc/passwd", "ftp://{0}/", "gopher://{0}/_x", "dict://{0}/", "ldap://{0}/"),
    *("data:text/plain,x", "javascript:alert(1)", "//{0}/", "/hook", "", " ", "http:{0}/"),
    *("http://me:secret@{0}/", "http://{0}@example.org/", "http://example.org@{0}/"),
    *("http://{0}\r\nX-More: 1/", "http://{0}/\r\nHost: inner", "http://{0}\\@example.org/"),
    *("http://{0}/\x00", "HTTP\t://{0}/", "http://[::1", "http://\uff11\uff12\uff17.0.0.1/"),
)
INNER = (
    *("http://127.0.0.1:{1}/", "http://localhost:{1}/", "http://127.1:{1}/", "http://0:{1}/"),
    *("http://2130706433:{1}/", "http://0x7f000001:{1}/", "http://0177.0.0.1:{1}/"),
    *("http://[::1]:{1}/", "http://[::ffff:127.0.0.1]:{1}/", "http://[::ffff:7f00:1]:{1}/"),
    *("http://localhost.:{1}/", "http://127.0.0.1.:{1}/", "https://127.0.0.1:{1}/"),
    *("http://169.254.169.254/latest/meta-data/", "http://10.0.0.1:{1}/", "http://192.168.1.1/"),
    *("http://100.100.100.200/", "http://[fd00:ec2::254]/", "http://0.0.0.0:{1}/"),
    *("http://224.0.0.1/", "http://255.255.255.255/", "http://198.18.0.1/", "http://[fe80::1]/"),
)


class Hostile(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_POST(self) -> None:
        self.server.got.append(self.path)  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["content-length"]))
        if self.path.startswith("/to/"):
            self.send_response(int(self.path[4:7]))
            self.send_header("location", self.path[8:])
            self.send_header("content-length", "0")
            self.end_headers()
        elif self.path == "/huge":
            self.send_response(200)
            self.send_header("content-length", str(10**9))
            self.end_headers()
            self._send(b"x" * 65_536, 1_000)
        elif self.path == "/slow":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
            stop: threading.Event = self.server.stop  # type: ignore[attr-defined]
            while not stop.wait(0.02) and self._send(b"x"):
                pass

    def _send(self, data: bytes, times: int = 1) -> bool:
        try:
            for _ in range(times):
                self.wfile.write(data)
                self.wfile.flush()
        except OSError:
            return False
        return True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def hostile() -> Iterator[Any]:
    found: Any = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    found.got, found.stop = [], threading.Event()
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.stop.set()
    found.shutdown()
    thread.join()
    found.server_close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    made = House(folder / "var", secret_file=folder / "keys")
    create_file(made.settings)
    with made.atlas:
        yield made


def refused(house: House, address: str, *allow: str) -> AtlasError:
    with pytest.raises(AtlasError) as caught:
        post_webhook(house.atlas, "msg", b"{}", address=address, key=b"k" * 32, allow=allow)
    for lang in ("zh", "en"):
        assert caught.value.message(lang)
    return caught.value


@pytest.mark.parametrize("address", OTHER_SCHEMES, ids=range(len(OTHER_SCHEMES)))
def test_addresses_that_are_not_plain_are_not_kept(house: House, address: str) -> None:
    hooks = OrganizationWebhooks(house.atlas.journal, house.settings)
    with pytest.raises(AtlasError) as caught:
        hooks.set(HEALTH, address.format("127.0.0.1"), reason="x")
    assert caught.value.code == "webhook-address-invalid"
    assert "secret" not in caught.value.message("en") and hooks.shown() == {}


def test_no_address_inside_is_reached(house: House, hostile: Any) -> None:
    hostile.got.clear()
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as inner:
        inner.setblocking(False)
        for address in INNER:
            error = refused(house, address.format("", inner.getsockname()[1]))
            assert error.code in ("address-forbidden", "address-not-plain"), address
        with pytest.raises(BlockingIOError):
            inner.accept()


def test_a_name_that_turns_inside_between_two_looks_is_not_reached(
    house: House, hostile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: what was checked is what is connected to, however the name resolves then."""
    port, looked = hostile.server_port, []
    resolve = socket.getaddrinfo

    def rebound(host: str, *given: Any, **named: Any) -> Any:
        if host != "turning.example":
            return resolve(host, *given, **named)
        looked.append(host)
        found = "127.0.0.1" if len(looked) > 1 else "8.8.8.8"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    connected: list[str] = []

    def connect(self: socket.socket, address: Any) -> None:
        connected.append(address[0])
        raise OSError(errno.ECONNREFUSED, "refused")

    hostile.got.clear()
    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    monkeypatch.setattr(socket.socket, "connect", connect)
    address = f"http://turning.example:{port}/hook"
    assert refused(house, address).code == "platform-unreachable"
    assert refused(house, address).code == "address-forbidden"
    assert connected == ["8.8.8.8"] and looked == ["turning.example"] * 2


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_takes_the_message_nowhere(house: House, hostile: Any, status: int) -> None:
    hostile.got.clear()
    port = hostile.server_port
    with socket.create_server(("127.0.0.1", 0)) as inner:
        inner.setblocking(False)
        for target in (
            f"http://127.0.0.1:{inner.getsockname()[1]}/",
            f"http://localhost:{port}/hook",
        ):
            path = f"/to/{status}/{target}"
            refused(house, f"http://127.0.0.1:{port}{path}", f"127.0.0.1:{port}")
        with pytest.raises(BlockingIOError):
            inner.accept()
    assert "/hook" not in hostile.got


@pytest.mark.parametrize(
    ("path", "code"), [("/huge", "answer-too-large"), ("/slow", "answer-too-slow")]
)
def test_answers_without_end_are_given_up(
    house: House, hostile: Any, monkeypatch: pytest.MonkeyPatch, path: str, code: str
) -> None:
    monkeypatch.setattr(webhook, "_LIMITS", RequestLimits(seconds=1, body=1_000_000))
    address = f"http://127.0.0.1:{hostile.server_port}{path}"
    assert refused(house, address, "127.0.0.1").code == code


TEXTS = (
    "x\r\nBcc: evil@example.org",
    "x\nTo: evil@example.org\n\nbody",
    "x\r\n.\r\nMAIL FROM:<evil@example.org>",
    "x\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029Bcc: evil@example.org",
    "=?utf-8?q?x?=\r\n =?utf-8?q?Bcc=3A_evil?=",
    "\x00\x01\x7f",
    "\u202egro.elpmaxe",
    "x" * 5_000,
)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_text_adds_to_the_head_of_a_mail(
    house: House, mail_servers: MailServers, text: str
) -> None:
    box = mail_servers.mailbox
    atlas = house.atlas
    given = {
        "smtp_url": SecretStr(f"smtp://localhost:{mail_servers.plain.port}?starttls=off"),
        "smtp_from": SENDER,
    }
    atlas.settings = house.settings.model_copy(update=given)
    who = person(atlas, f"mail-{TEXTS.index(text)}", email="li@data.example")
    box.got = []
    PersonalNotices(atlas.journal).tell_alone(
        Notice("draft.returned", {"title": text, "reason": text}, path="/workbench/datasets/1"),
        [who.id],
    )
    while deliver(atlas, SENDERS):
        pass
    (mail,) = box.got
    assert (mail["To"], mail["Bcc"], mail["Cc"]) == ("li@data.example", None, None)
    assert len(mail.get_all("To", [])) == len(mail.get_all("From", [])) == 1
    assert not set(str(mail["Subject"])) & set("\r\n\x00\x7f")


@pytest.mark.parametrize(
    "address",
    [
        *("a@b\r\nBcc: evil@example.org", "a@b,evil@example.org", "a@b;c@d", "<a@b>", "a@b@c"),
        *("a b@c", "@c", "a@", "a", "a@b\x00", "a@b\u2028c", "x" * 250 + "@b.example"),
    ],
    ids=range(12),
)
def test_an_address_is_one_address(house: House, address: str) -> None:
    with pytest.raises(AtlasError) as caught:
        house.atlas.accounts.people.create("who-else", "Who", email=address)
    assert caught.value.code == "illegal-person"


@pytest.mark.parametrize("name", ["x\r\nBcc: evil@example.org", "\x00", "", " ", "x" * 1_000])
def test_a_name_is_one_line(house: House, name: str) -> None:
    try:
        made = house.atlas.accounts.people.create(f"named-{len(name)}", name)
    except AtlasError as error:
        assert error.code == "illegal-person"
    else:
        assert made.name.isprintable() and "\n" not in made.name
