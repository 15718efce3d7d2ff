"""From the end of a run to a receiver of webhooks and a mail server, both real and local."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from catalog_service.notices.outbox import LEASE, MOST_ATTEMPTS, Outbox
from catalog_service.notices.service import Message, secret_text
from catalog_service.notices.tables import outbox as outbox_table
from catalog_service.secret_keys import create_file
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.connection.secrets import SourceSecrets, new_secret
from catalog_service.sources.connection.webhook_receivers import WebhookReceivers
from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.notices.model import KIND, Report
from catalog_service.sources.notices.reporting import notices_of, tell_not_begun
from catalog_service.sources.notices.sender import deliver
from catalog_service.sources.notices.webhook import shown_secret
from catalog_service.sources.tables import harvest_sources
from harvesters.platforms.guarded_list import GuardedList
from ontology.errors import AtlasError
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.fixtures.mail import SENDER, Mailbox, MailServers
from tests.fixtures.web import House


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Told:
    """A house with one source, and those who get its notices."""

    house: House
    receiver: Any
    mailbox: Mailbox
    tls: Controller
    plain: Controller
    platform: MemoryPlatform

    def connect(self, **given: Any) -> None:
        connect(self.house.atlas, "pudong", given=given)

    def harvest(self, **more: Any) -> str:
        guarded = GuardedList(self.platform, "https://pudong.example/")
        result = harvest(self.house.atlas, "pudong", actor="test", platform=guarded, **more)
        assert result.run is not None
        return result.run

    def settings(self) -> HarvestSettings:
        store = HarvestStore(self.house.atlas.journal, self.house.clock)
        return store.source("pudong").settings

    def notices(self) -> list[Message]:
        return notices_of(self.house.atlas.journal, "pudong")

    def mail_by(self, server: str) -> None:
        given = {"smtp_url": SecretStr(server), "smtp_from": SENDER}
        self.house.atlas.settings = self.house.settings.model_copy(update=given)


@pytest.fixture(scope="module")
def servers(mail_servers: MailServers) -> Iterator[tuple[Any, ...]]:
    receiver: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver, mail_servers.mailbox, mail_servers.tls, mail_servers.plain
    receiver.shutdown()
    thread.join()
    receiver.server_close()


@pytest.fixture
def told(servers: tuple[Any, ...], tmp_path: Path) -> Iterator[Told]:
    receiver, mailbox, tls, plain = servers
    receiver.got, receiver.status, mailbox.got = [], 204, []
    house = House(tmp_path / "var", secret_file=tmp_path / "keys")
    create_file(house.settings)
    platform = MemoryPlatform("pudong")
    platform.put("A1", "A2", update_time="2026-08-20")
    with house.atlas:
        one = Told(house, receiver, mailbox, tls, plain, platform)
        connect(
            house.atlas,
            "pudong",
            kind="district",
            title="浦东",
            url="https://pudong.example/",
            given={"allow": ("127.0.0.1",)},
        )
        yield one


def test_a_webhook_is_signed_repeated_and_told_once(told: Told) -> None:
    url = f"http://127.0.0.1:{told.receiver.server_port}/hook"
    told.connect(notify_webhook=url)
    told.harvest()
    assert told.notices() == []  # nothing that a person must know
    told.platform.broken_page = 0
    run = told.harvest(full=True)
    told.receiver.status = 503
    assert (deliver(told.house.atlas), deliver(told.house.atlas)) == (1, 0)
    (waiting,) = told.notices()
    assert waiting.error is not None and waiting.error["code"] == "platform-refused"
    told.receiver.status = 204
    told.house.clock.step(minutes=2)
    assert deliver(told.house.atlas) == 1
    (first, body), (second, again) = told.receiver.got
    assert first["webhook-id"] == second["webhook-id"] and body == again
    secret = shown_secret(told.house.atlas, "pudong")
    assert secret is not None
    signed = f"{second['webhook-id']}.{second['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert second["webhook-signature"] == f"v1,{expected}"
    data = orjson.loads(body)["data"]
    assert (data["run"], data["status"], data["error"]["code"]) == (run, "failed", "broken")
    told.house.clock.step(minutes=60)
    assert (deliver(told.house.atlas), told.notices()[0].state) == (0, "sent")


def stored(told: Told) -> str:
    """Everything that the tables of harvests hold, as text."""
    with told.house.atlas.journal.reading_tables() as connection:
        rows = [
            tuple(row)
            for table in (harvest_sources, outbox_table)
            for row in connection.execute(sa.select(*table.c))
        ]
    return repr(rows)


def test_the_address_of_a_webhook_is_shown_nowhere(
    told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    origin = f"http://127.0.0.1:{told.receiver.server_port}"
    told.connect(notify_webhook=f"{origin}/robot/s3cr3t?access_token=t0k3n", notify_on="always")
    told.harvest()
    told.receiver.status = 404
    deliver(told.house.atlas)
    (notice,) = told.notices()
    assert (notice.target, notice.error is not None) == (f"{origin}/…", True)
    source = told.settings()
    assert source.notify_webhook == f"{origin}/…"
    shown = f"{stored(told)} {notice} {source} {capsys.readouterr()}"
    assert "s3cr3t" not in shown and "t0k3n" not in shown
    # Whoever changes something else sends back what was shown.
    key = shown_secret(told.house.atlas, "pudong")
    told.connect(notify_webhook=f"{origin}/…", grace_days=3)
    told.receiver.status = 204
    told.house.clock.step(minutes=2)
    deliver(told.house.atlas)
    assert told.notices()[0].state == "sent" and len(told.receiver.got) == 2
    assert shown_secret(told.house.atlas, "pudong") == key
    told.connect(notify_webhook=f"{origin}/other")
    assert shown_secret(told.house.atlas, "pudong") != key
    for wrong in ("https://hooks.example/…", "https://user:s3cr3t@hooks.example/"):
        with pytest.raises(AtlasError, match="webhook-not-plain") as raised:
            told.connect(notify_webhook=wrong)
        assert "s3cr3t" not in str(raised.value)
    told.connect(notify_webhook="none")
    assert shown_secret(told.house.atlas, "pudong") is None


def test_an_address_that_an_earlier_version_stored_is_hidden(told: Told) -> None:
    url = f"http://127.0.0.1:{told.receiver.server_port}/robot/s3cr3t"
    told.connect(notify_webhook=url, notify_on="always")
    atlas, key = told.house.atlas, new_secret()
    settings = told.settings().model_copy(update={"notify_webhook": url})
    SourceSecrets(atlas.journal, atlas.settings).write("pudong", "webhook_secret", key)
    with atlas.journal.writing_tables() as connection:
        connection.execute(harvest_sources.update().values(settings=settings.model_dump_json()))
    told.harvest()
    with atlas.journal.writing_tables() as connection:
        connection.execute(outbox_table.update().values(target=url))
    for _ in range(2):
        WebhookReceivers(atlas.journal, atlas.settings).hide_all()
        assert "s3cr3t" not in stored(told)
    assert (deliver(atlas), told.notices()[0].state) == (1, "sent")
    assert shown_secret(atlas, "pudong") == secret_text(key)


def test_mail_goes_over_tls_in_both_languages(told: Told) -> None:
    told.connect(notify_emails=("steward@data.example",), notify_on="always")
    told.mail_by(f"smtp://me%40x:p%40ss%2Fw%3Ard@localhost:{told.tls.port}")
    run = told.harvest()
    assert deliver(told.house.atlas) == 1
    assert [(one.state, one.error) for one in told.notices()] == [("sent", None)]
    (mail,) = told.mailbox.got
    assert (mail["From"], mail["To"]) == (SENDER, "steward@data.example")
    assert mail["Message-ID"] == f"<{told.notices()[0].id}@data.example>"
    text = mail.get_content()
    chinese, english = text.split("----")
    assert "浦东" in chinese and "采集完成" in chinese and "harvest done" not in chinese
    assert "created 2" in english and f"/sources/pudong/runs/{run}" in english


def test_what_the_mail_server_says_decides_on_another_try(told: Told) -> None:
    told.connect(notify_emails=("nobody@data.example",), notify_on="always")
    told.harvest()
    by_code = {}
    for server in (
        f"smtp://localhost:{told.plain.port}",  # offers no STARTTLS
        f"smtp://me:wrong@localhost:{told.tls.port}",
        f"smtp://localhost:{told.plain.port}?starttls=off",
    ):
        told.mail_by(server)
        told.house.clock.step(minutes=60)
        assert deliver(told.house.atlas) == 1
        (notice,) = told.notices()
        assert notice.error is not None
        by_code[notice.error["code"]] = notice.state
    assert by_code == {"mail-not-sent": "waiting", "mail-refused": "given-up"}
    assert "wrong" not in str(told.notices())


def test_each_attempt_is_one_process_and_the_last_gives_up(told: Told) -> None:
    told.connect(notify_emails=("a@data.example", "b@data.example"))
    source = told.house.atlas
    outbox = Outbox(source.journal, source.clock)
    store_source = connect(source, "pudong", given={})[1]
    assert store_source is not None
    error = {"code": "credentials-elsewhere", "message": {"zh": "别处。", "en": "Elsewhere."}}
    tell_not_begun(source, store_source, error)
    told.connect(notify_emails=("a@data.example",))
    claimed = outbox.claim(10, {KIND})
    assert (len(claimed), outbox.claim(10, {KIND})) == (2, [])
    # The process died: after its lease others try, and it has no say any more.
    told.house.clock.step(minutes=int(LEASE.total_seconds() // 60))
    assert deliver(source) == 2
    for one in claimed:
        outbox.end(one, "sent")
    states = {one.target: (one.state, one.attempts) for one in told.notices()}
    assert states == {"a@data.example": ("waiting", 2), "b@data.example": ("dropped", 2)}
    for _ in range(MOST_ATTEMPTS):
        told.house.clock.step(minutes=10 * 60)
        deliver(source)
    last = {one.target: (one.state, one.attempts) for one in told.notices()}["a@data.example"]
    assert last == ("given-up", MOST_ATTEMPTS)
    told.house.clock.step(minutes=31 * 24 * 60)
    outbox.forget_old()
    assert told.notices() == []


def test_what_is_told_of() -> None:
    def ended(status: str, code: str | None = None, **counters: int) -> str:
        error = None if code is None else {"code": code, "message": {}}
        report = Report("a", "A", "a-1", status, "", counters, error, None)
        levels = [on for on in ("failure", "held", "always") if report.is_told(on)]  # type: ignore[arg-type]
        return levels[0] if levels else "never"

    assert ended("done", created=3) == "always"
    assert ended("done", held=1) == "held"
    assert ended("done", "entries-unreadable") == "held"
    assert ended("waiting", "removals-wait") == "held"
    assert ended("failed", "list-too-short") == "failure"
    assert ended("stopped", "run-too-long") == "failure"
    assert ended("cancelled", "run-stopped") == "always"
    assert ended("stopped", "run-interrupted") == "never"
