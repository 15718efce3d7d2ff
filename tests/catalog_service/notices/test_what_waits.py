"""What waits is told once, to everybody who may do it: on pages, by mail and by webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from catalog_service.accounts.people import Account
from catalog_service.accounts.service import Action, Role, set_owner
from catalog_service.audit.service import Wanted
from catalog_service.notices.delivery import SENDERS
from catalog_service.notices.digests import gather
from catalog_service.notices.organization_webhooks import ORGANIZATION_NOTICE, OrganizationWebhooks
from catalog_service.notices.outbox import Outbox
from catalog_service.notices.persons import PersonalNotices, StoredNotice
from catalog_service.notices.service import deliver
from catalog_service.secret_keys import create_file
from catalog_service.sources.telling import tell_what_waits
from catalog_service.waiting import Deadline, DeadlineKind
from catalog_service.workbench.deadline_notices import MOST, tell_deadlines
from catalog_service.workbench.service import DEADLINES
from ontology.errors import AtlasError
from tests.fixtures.mail import SENDER, MailServers
from tests.fixtures.organizations import vocabulary_with_below
from tests.fixtures.people import ORGANIZATION, person, signed_in
from tests.fixtures.web import House, portal, served

HEALTH, BELOW, WATER = (ORGANIZATION + name for name in ("health", "shenkang", "water"))


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(204)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def receiver() -> Iterator[Any]:
    found: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "var", secret_file=tmp_path / "keys")
    create_file(made.settings)
    made.atlas.shipped_vocabulary = vocabulary_with_below(shenkang="health")
    with made.atlas:
        for source, owner in (("clinic", BELOW), ("river", WATER)):
            made.submit(source, [portal("FINE", "门诊")])
            set_owner(made.atlas.journal, made.atlas.vocabulary, source, owner)
        yield made


def hold(house: House, source: str, *names: str) -> None:
    house.submit(source, [portal(name, "等待的数据", is_open="") for name in names], gate="enforce")


def told(house: House, account: Account) -> list[StoredNotice]:
    found = PersonalNotices(house.atlas.journal).of(account.id, limit=50)
    return [one for one in found if one.kind != "role.granted"]


def test_everybody_who_may_is_found_and_nobody_else(house: House) -> None:
    atlas, who = house.atlas, house.atlas.accounts.who_may
    below = person(atlas, "below", Role.STEWARD, "shenkang")
    above = person(atlas, "above", Role.REVIEWER, "health")
    city = person(atlas, "city", Role.CITY_OFFICE)
    person(atlas, "elsewhere", Role.STEWARD, "water")
    person(atlas, "reads", Role.AUDITOR)
    gone = person(atlas, "gone", Role.STEWARD, "health")
    atlas.accounts.people.disable(gone.id)
    assert who.over(Action.HELD_DECIDE, BELOW) == [*sorted((below.id, above.id)), city.id]
    assert who.over(Action.HELD_DECIDE, HEALTH) == [above.id, city.id]
    assert who.over(Action.HELD_DECIDE, None) == [city.id]
    deputy = person(atlas, "deputy")
    atlas.accounts.grants.delegations.begin(
        above.id,
        deputy.id,
        Role.REVIEWER,
        BELOW,
        until=house.clock.now() + timedelta(days=2),
        by="test",
        reason="出差",
    )
    assert deputy.id in who.over(Action.HELD_DECIDE, BELOW)
    assert deputy.id in who.somewhere(Action.WORKBENCH_READ)
    assert deputy.id not in who.over(Action.HELD_DECIDE, HEALTH)
    (role,) = atlas.accounts.grants.of(above.id)
    atlas.accounts.grants.revoke(role.id, by="test")
    assert who.over(Action.HELD_DECIDE, BELOW) == [below.id, city.id]


def test_held_versions_and_runs_are_told_once_for_all_of_a_source(house: House) -> None:
    atlas = house.atlas
    steward = person(atlas, "steward", Role.STEWARD, "health")
    other = person(atlas, "other", Role.STEWARD, "water")
    hold(house, "clinic", "A", "B")
    run = atlas.journal.start_run("clinic")
    atlas.journal.finish_run(run.id, {"read": 3}, status="waiting")
    assert (tell_what_waits(atlas), tell_what_waits(atlas)) == (2, 0)
    by_kind = {one.kind: one for one in told(house, steward)}
    assert by_kind.keys() == {"held.waiting", "run.waiting"}
    held, waits = by_kind["held.waiting"], by_kind["run.waiting"]
    assert (held.data["count"], held.data["all"]) == (2, 2)
    assert (held.path, waits.path) == (
        "/workbench/held?source=clinic",
        f"/sources/clinic/runs/{run.id}",
    )
    assert told(house, other) == []
    # One more within the hour waits for the next notice, which tells of it alone.
    hold(house, "clinic", "C")
    assert tell_what_waits(atlas) == 0
    house.clock.step(61)
    assert tell_what_waits(atlas) == 1
    newest = told(house, steward)[0]
    assert (newest.data["count"], newest.data["all"]) == (1, 3)


def near(_atlas: object, _who: object, first: date, last: date) -> list[Deadline]:
    days = [Deadline(date(2026, 9, 3), "年度清单", "/x"), Deadline(date(2026, 9, 9), "季报", "/y")]
    return [one for one in days if first <= one.day <= last]


def away(*_: object) -> list[Deadline]:
    from catalog_service.errors import NOT_AUTHENTICATED

    raise AtlasError(NOT_AUTHENTICATED)


def test_a_day_that_comes_near_is_told_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas = house.atlas
    steward, citizen = person(atlas, "steward", Role.STEWARD, "health"), person(atlas, "citizen")
    kinds = [DeadlineKind("gone", "Calendar", away), DeadlineKind("list", "Calendar", near)]
    assert (tell_deadlines(atlas, kinds), tell_deadlines(atlas, kinds)) == (1, 0)
    (found,) = told(house, steward)
    assert (found.kind, found.path, found.data["day"]) == ("deadline.near", "/x", "2026-09-03")
    assert found.data["title"]["en"] == "Calendar: 年度清单"
    assert told(house, citizen) == []
    monkeypatch.setattr(house.clock, "today", lambda: date(2026, 9, 2))
    assert tell_deadlines(atlas, kinds) == 0
    monkeypatch.setattr(house.clock, "today", lambda: date(2026, 9, 7))
    assert tell_deadlines(atlas, kinds) == 1


def test_what_falls_due_is_named_with_whose_it_is_and_linked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas = house.atlas
    given = {"update_time": "2026-08-20", "department": "上海市审计局"}
    house.submit("desk", [portal("A", "发热门诊", **given)])
    house.project()
    steward = person(atlas, "steward", Role.STEWARD, "audit")
    monkeypatch.setattr(house.clock, "today", lambda: date(2026, 9, 18))
    tell_deadlines(atlas, DEADLINES)
    (found,) = told(house, steward)
    assert found.data["title"]["zh"] == "承诺的更新：发热门诊（上海市审计局）"
    assert found.data["title"]["en"] == "Updates promised: 发热门诊 (上海市审计局)"
    assert found.path == "/dataset/desk/A"

    # Of several the first are named, the others counted; it is told once, whichever stand first.
    more = [portal(f"B{n}", f"门诊{n}", **given | {"update_time": "2026-08-22"}) for n in range(3)]
    house.submit("desk", more)
    house.project()
    monkeypatch.setattr(house.clock, "today", lambda: date(2026, 9, 19))
    tell_deadlines(atlas, DEADLINES)
    # Both at one moment of the clock: neither is the newer one.
    (newest,) = [one for one in told(house, steward) if one.id != found.id]
    assert newest.data["title"]["en"].endswith("(上海市审计局, 3 in all)")
    assert newest.data["title"]["zh"].endswith("（上海市审计局、共 3 项）")
    assert newest.path == "/workbench/my-datasets?of=published"
    held = Deadline(date(2026, 9, 20), "别的", "/z", 3)
    kinds = [DeadlineKind("list", "Calendar", lambda *_: [held])]
    monkeypatch.setattr(house.clock, "today", lambda: date(2026, 9, 20))
    assert tell_deadlines(atlas, kinds) == 1


def test_days_that_were_too_many_are_told_the_day_after(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def many(*_: object) -> list[Deadline]:
        return [Deadline(date(2026, 9, 3), f"清单{n}", f"/{n}") for n in range(MOST + 5)]

    person(house.atlas, "steward", Role.STEWARD, "health")
    kinds = [DeadlineKind("list", "Calendar", many)]
    assert tell_deadlines(house.atlas, kinds) == MOST
    monkeypatch.setattr(house.clock, "today", lambda: date(2026, 9, 2))
    assert tell_deadlines(house.atlas, kinds) == 5


def test_it_comes_by_mail_as_each_wants_it(house: House, mail_servers: MailServers) -> None:
    atlas, box = house.atlas, mail_servers.mailbox
    url = SecretStr(f"smtp://localhost:{mail_servers.plain.port}?starttls=off")
    given = {"smtp_url": url, "smtp_from": SENDER}
    atlas.settings = house.settings.model_copy(update=given)
    personal = PersonalNotices(atlas.journal)
    wants = {"each": "each", "daily": "daily", "never": "never"}
    for login, mail in wants.items():
        account = person(atlas, login, Role.STEWARD, "health", email=f"{login}@data.example")
        personal.prefer(account.id, {"*": "never", "held.waiting": mail})
    while deliver(atlas, SENDERS):
        pass
    box.got = []
    hold(house, "clinic", "A")
    tell_what_waits(atlas)
    while deliver(atlas, SENDERS):
        pass
    assert [str(one["To"]) for one in box.got] == ["each@data.example"]
    body = box.got[0].get_body(("plain",))
    assert body is not None and "1 new, 1 in all" in body.get_content()
    house.clock.step(24 * 60)
    gather(atlas.journal)
    while deliver(atlas, SENDERS):
        pass
    assert [str(one["To"]) for one in box.got[1:]] == ["daily@data.example"]


def test_an_organization_is_told_by_its_webhook(house: House, receiver: Any) -> None:
    atlas, receiver.got = house.atlas, []
    address = f"http://127.0.0.1:{receiver.server_port}/hook?token=geheim"
    webhooks = OrganizationWebhooks(atlas.journal, atlas.settings)
    key = webhooks.set(HEALTH, address, reason="接入工单系统", allow=["127.0.0.1"])
    (entry,) = atlas.audit.entries(Wanted(action="settings.change"))
    assert (entry.organization, entry.reason) == (HEALTH, "接入工单系统")
    assert "geheim" not in entry.details and "geheim" not in repr(webhooks.of(HEALTH))
    for source in ("clinic", "river"):
        hold(house, source, "A")
    tell_what_waits(atlas)
    while deliver(atlas, SENDERS):
        pass
    ((path, headers, body),) = receiver.got
    said = orjson.loads(body)
    assert (path, said["type"]) == ("/hook?token=geheim", "held.waiting")
    assert said["data"]["organization"] == BELOW
    assert said["data"]["url"] == "https://data.example/workbench/held?source=clinic"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = hmac.digest(base64.b64decode(key.removeprefix("whsec_")), signed, hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(wanted).decode()}"
    # Another address gets nothing that was meant for the former one.
    house.clock.step(61)
    hold(house, "clinic", "B")
    tell_what_waits(atlas)
    webhooks.set(HEALTH, address.replace("hook", "other"), reason="迁移", allow=["127.0.0.1"])
    house.clock.step(61)
    hold(house, "clinic", "C")
    tell_what_waits(atlas)
    while deliver(atlas, SENDERS):
        pass
    assert [one[0] for one in receiver.got[1:]] == ["/other?token=geheim"]
    webhooks.remove(HEALTH, reason="停用")
    assert webhooks.shown() == {} and webhooks.of(HEALTH) is None


def test_inner_addresses_are_reached_by_none_that_a_page_set(house: House, receiver: Any) -> None:
    atlas, receiver.got = house.atlas, []
    office = person(atlas, "office", Role.CITY_OFFICE)
    officer = person(atlas, "officer", Role.CHIEF_DATA_OFFICER, "health")
    fields = {"action": "webhook", "organization": HEALTH, "reason": "接入"}
    address = f"http://127.0.0.1:{receiver.server_port}/hook?token=geheim"
    here = "/workbench/organizations?lang=en"
    with served(house) as base, httpx.Client(base_url=base, timeout=60) as client:
        refused = signed_in(client, atlas, officer).post(here, **fields, address=address)
        assert refused.status_code == 403
        browser = signed_in(client, atlas, office)
        wrong = browser.post(here, **fields, address="javascript:alert(1)")
        assert wrong.status_code == 422 and "cannot get notices" in wrong.text
        page = browser.post(here, **fields, address=address)
        assert page.status_code == 200 and "whsec_" in page.text and "geheim" not in page.text
        again = browser.get(here).text
        assert "whsec_" not in again and f"127.0.0.1:{receiver.server_port}" in again
        hold(house, "clinic", "A")
        tell_what_waits(atlas)
        deliver(atlas, SENDERS)
        (failed,) = Outbox(atlas.journal, house.clock).about(ORGANIZATION_NOTICE, HEALTH)
        assert failed.error is not None and "geheim" not in str(failed.error)
        assert receiver.got == []
        ended = browser.post(here, action="webhook-end", organization=HEALTH, reason="停用")
        assert ended.status_code == 303
