"""A house with datasets, and people who follow them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from catalog_service.accounts.people import Account
from catalog_service.accounts.service import Principal, Role
from catalog_service.following import service
from catalog_service.following.upkeep import follow_up
from catalog_service.notices.delivery import SENDERS
from catalog_service.notices.digests import gather
from catalog_service.notices.person_mail import told_in
from catalog_service.notices.persons import PersonalNotices
from catalog_service.notices.service import deliver
from ontology.record import mint_iri
from tests.fixtures.mail import SENDER, MailServers
from tests.fixtures.people import ORGANIZATION, Browser, acting, person, started
from tests.fixtures.prepared_houses import prepared
from tests.fixtures.web import BASE, House, portal, served

TRANSPORT = ORGANIZATION + "transport"
ITEMS = ["线路名称", "首末站", "票价"]


def iri(remote_id: str) -> str:
    return mint_iri(BASE, "city", remote_id)


@dataclass
class Town:
    """A house and its people."""

    house: House
    client: httpx.Client
    people: dict[str, Account]

    def who(self, name: str) -> Principal:
        return acting(self.house.atlas, self.people[name])

    def browser(self, name: str) -> Browser:
        return Browser(self.client, started(self.house.atlas, self.people[name]).secret)

    def follow(self, name: str, kind: str, value: str, how: str = "each") -> int:
        return service.follow(self.house.atlas, self.who(name), kind, value, how).target.id

    def submit(self, *payloads: dict[str, object], run: str | None = None) -> None:
        self.house.submit("city", payloads, run=run)
        self.house.project()

    def look(self) -> int:
        return follow_up(self.house.atlas)

    def told(self, name: str) -> list[str]:
        """Return what somebody was told in Chinese, the oldest first."""
        found = PersonalNotices(self.house.atlas.journal).of(self.people[name].id, limit=100)
        found.sort(key=lambda one: one.created)
        return [
            told_in("zh", "", {"notice": one.kind, "data": one.data, "path": one.path}).text
            for one in found
            if one.kind.startswith("follow.")
        ]

    def mails(self, servers: MailServers) -> list[EmailMessage]:
        """Send what is due, and return what arrived."""
        servers.mailbox.got = []
        gather(self.house.atlas.journal)
        while deliver(self.house.atlas, SENDERS):
            pass
        return servers.mailbox.got

    def mail_by(self, port: int) -> None:
        url = SecretStr(f"smtp://localhost:{port}?starttls=off")
        given = {"smtp_url": url, "smtp_from": SENDER}
        self.house.atlas.settings = self.house.settings.model_copy(update=given)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with (
        prepared(tmp_path, _fill) as (house, people),
        served(house) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        yield Town(house, client, people)


def _fill(house: House) -> dict[str, Account]:
    house.submit(
        "city",
        [
            portal("BUS1", "公交线路", fields=ITEMS),
            portal("PARK", "停车场车位", is_open="有条件开放"),
            portal("CLOSED", "内部线路", is_open="非开放"),
        ],
    )
    house.project()
    people = {
        name: person(house.atlas, name, email=f"{name}@data.example")
        for name in ("li", "wang", "zhou")
    }
    people["steward"] = person(house.atlas, "steward", Role.STEWARD, "transport")
    return people
