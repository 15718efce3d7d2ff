"""Notices to persons: on the pages, as single mails and digests, through a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from catalog_service.accounts.tables import people
from catalog_service.audit.service import Wanted
from catalog_service.notices.delivery import SENDERS
from catalog_service.notices.digests import gather
from catalog_service.notices.kinds import KINDS
from catalog_service.notices.outbox import Outbox
from catalog_service.notices.person_mail import told_in
from catalog_service.notices.persons import NOTICE, Notice, PersonalNotices
from catalog_service.notices.service import deliver
from ontology.errors import AtlasError
from tests.fixtures.mail import SENDER, Mailbox, MailServers, free_port
from tests.fixtures.web import House

RETURNED = Notice(
    "draft.returned",
    {"title": "公交线路 <b>", "reason": "缺少更新频率"},
    path="/workbench/datasets/1",
)
RELEASED = Notice("draft.released", {"title": "停车场"}, path="/dataset/city/P")


@dataclass
class Desk:
    """A house with three people, and a mailbox."""

    house: House
    personal: PersonalNotices
    mailbox: Mailbox

    def tell(self, notice: Notice, *persons: str) -> None:
        self.personal.tell_alone(notice, persons)

    def deliver(self) -> list[EmailMessage]:
        self.mailbox.got = []
        while deliver(self.house.atlas, SENDERS):
            pass
        return self.mailbox.got

    def states(self, person: str) -> list[str]:
        outbox = Outbox(self.house.atlas.journal, self.house.clock)
        return [one.state for kind in SENDERS for one in outbox.about(kind, person)]

    def mail_by(self, port: int) -> None:
        url = SecretStr(f"smtp://localhost:{port}?starttls=off")
        given = {"smtp_url": url, "smtp_from": SENDER}
        self.house.atlas.settings = self.house.settings.model_copy(update=given)


@pytest.fixture
def desk(mail_servers: MailServers, tmp_path: Path) -> Iterator[Desk]:
    mail_servers.mailbox.got = []
    house = House(tmp_path)
    with house.atlas:
        with house.atlas.journal.writing_tables() as connection:
            for person, language in (("li", "zh"), ("ann", "en"), ("wu", None), ("mute", None)):
                connection.execute(
                    people.insert().values(
                        id=person,
                        login=person,
                        name=person.title(),
                        email=None if person == "mute" else f"{person}@data.example",
                        language=language,
                        created=0,
                        rights=0,
                    )
                )
        made = Desk(house, PersonalNotices(house.atlas.journal), mail_servers.mailbox)
        made.mail_by(mail_servers.plain.port)
        yield made


def text_of(mail: EmailMessage, subtype: str = "plain") -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


def test_a_notice_stands_on_the_page_until_it_is_read(desk: Desk) -> None:
    desk.tell(RETURNED, "li", "ann", "li")
    assert [desk.personal.unread(one) for one in ("li", "ann", "wu")] == [1, 1, 0]
    (own,) = desk.personal.of("li", limit=10)
    assert (own.kind, own.path, own.read) == ("draft.returned", "/workbench/datasets/1", None)
    desk.personal.mark_read("ann", own.id)
    assert desk.personal.unread("li") == 1, "another's notice is not theirs to mark"
    desk.personal.mark_read("li", own.id)
    desk.personal.mark_read("ann")
    assert [desk.personal.unread(one) for one in ("li", "ann")] == [0, 0]


def test_mail_is_in_the_language_of_the_person_or_in_both(desk: Desk) -> None:
    desk.tell(RETURNED, "li", "ann", "wu", "mute")
    by_person = {str(mail["To"]).partition("@")[0]: mail for mail in desk.deliver()}
    assert by_person.keys() == {"li", "ann", "wu"}
    assert desk.states("mute") == ["dropped"]
    chinese, english, both = (text_of(by_person[one]) for one in ("li", "ann", "wu"))
    assert "已退回" in chinese and "Dear" not in chinese
    assert "was returned. Reason: 缺少更新频率" in english and "退回" not in english
    assert "已退回" in both and "was returned" in both
    html = text_of(by_person["ann"], "html")
    assert "公交线路 &lt;b&gt;" in html and "<b>" not in html
    assert (
        "/workbench/datasets/1" in html and by_person["ann"]["Subject"] == "Returned: 公交线路 <b>"
    )


def test_a_mail_server_that_is_away_loses_nothing(desk: Desk, mail_servers: MailServers) -> None:
    desk.mail_by(free_port())
    desk.tell(RETURNED, "li")
    assert desk.deliver() == [] and desk.states("li") == ["waiting"]
    desk.mail_by(mail_servers.plain.port)
    desk.house.clock.step(minutes=2)
    (mail,) = desk.deliver()
    assert mail["Message-ID"] and desk.states("li") == ["sent"]
    assert desk.deliver() == []


def test_one_click_ends_mail_of_a_kind_and_no_other(desk: Desk) -> None:
    desk.tell(RETURNED, "li")
    (mail,) = desk.deliver()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = urlsplit(str(mail["List-Unsubscribe"]).strip("<>"))
    given = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.path == "/notices/unsubscribe"
    for wrong in ({"kind": "role.granted"}, {"person": "ann"}, {"token": "x"}):
        with pytest.raises(AtlasError, match="unsubscribe-invalid"):
            desk.personal.unsubscribe(**{**given, **wrong})
    desk.personal.unsubscribe(**given)
    desk.tell(RETURNED, "li")
    assert desk.deliver() == [] and desk.personal.unread("li") == 2
    role = {"role": "复核员", "organization": "市交通委", "reason": "新任"}
    desk.tell(Notice("role.granted", role), "li")
    assert len(desk.deliver()) == 1
    (entry,) = desk.house.atlas.audit.entries(Wanted(action="notice.preferences"))
    assert entry.subject == "person:li"


def test_a_digest_a_day_tells_what_was_not_read(desk: Desk) -> None:
    desk.tell(RELEASED, "li", "ann")  # daily where nobody chose
    desk.tell(RELEASED, "li")
    desk.personal.prefer("li", {"draft.returned": "daily"})
    desk.tell(RETURNED, "li")
    desk.personal.mark_read("ann")
    journal = desk.house.atlas.journal
    assert (gather(journal), desk.deliver()) == (0, [])
    desk.house.clock.step(minutes=20 * 60)  # after eight in the morning
    assert gather(journal) == 1
    assert gather(journal) == 0
    (mail,) = desk.deliver()
    assert (mail["To"], mail["Subject"]) == ("li@data.example", "3 条通知")
    text = text_of(mail)
    assert text.count("停车场") == 4 and "缺少更新频率" in text
    assert "kind=%2A" in str(mail["List-Unsubscribe"])


def test_a_weekly_digest_waits_for_monday(desk: Desk) -> None:
    desk.personal.prefer("ann", {"*": "weekly"})
    desk.tell(RELEASED, "ann")  # on a Tuesday
    for _ in range(5):
        desk.house.clock.step(minutes=24 * 60)
        assert gather(desk.house.atlas.journal) == 0
    desk.house.clock.step(minutes=24 * 60)
    assert gather(desk.house.atlas.journal) == 1
    (mail,) = desk.deliver()
    assert mail["Subject"] == "1 notice"


def test_a_link_comes_at_once_whatever_was_chosen(desk: Desk) -> None:
    desk.personal.prefer("li", {"*": "never"})
    link = {"login": "li", "expires": "2026-09-01 13:00"}
    desk.tell(Notice("account.reset", link, path="/reset/s3cr3t"), "li")
    assert desk.personal.of("li", limit=10) == [], "a secret stands on no page"
    (mail,) = desk.deliver()
    assert "/reset/s3cr3t" in text_of(mail) and mail["List-Unsubscribe"] is None
    outbox = Outbox(desk.house.atlas.journal, desk.house.clock)
    assert [one.data for one in outbox.about(NOTICE, "li")] == [{}], "it is kept no longer"
    with pytest.raises(AtlasError, match="unknown-notice-kind"):
        desk.personal.prefer("li", {"account.reset": "never"})
    with pytest.raises(AtlasError, match="unknown-notice-kind"):
        desk.personal.prefer("li", {"*": "sometimes"})


def test_a_person_who_left_gets_none(desk: Desk) -> None:
    desk.tell(RETURNED, "li")
    with desk.house.atlas.journal.writing_tables() as connection:
        connection.execute(people.update().values(disabled=1))
    assert desk.deliver() == [] and desk.states("li") == ["dropped"]


def test_a_notice_ends_with_its_transaction(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), desk.house.atlas.journal.writing_tables() as connection:
        desk.personal.tell(connection, RETURNED, ["li"])
        _ = 1 / 0
    assert desk.personal.unread("li") == 0 and desk.states("li") == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_in_both_languages(kind: str) -> None:
    words = (
        "title",
        "reason",
        "role",
        "organization",
        "login",
        "expires",
        "source",
        "run",
        "day",
        "name",
        "count",
        "all",
        "kind",
        "period",
        "year",
        "step",
        "state",
        "code",
        "followed",
        "what",
    )
    data = {name: f"«{name}»" for name in words}
    told = {"notice": kind, "data": data, "path": "/x"}
    chinese, english = (told_in(lang, "https://x", told) for lang in ("zh", "en"))
    assert chinese.title != english.title and chinese.text != english.text
    assert "{" not in f"{chinese}{english}" and chinese.url == "https://x/x"
    with pytest.raises(ValueError, match="needs"):
        Notice(kind, {})
