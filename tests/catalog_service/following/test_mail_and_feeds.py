"""News by a real mail server that is away and comes back, and by feeds of one's own."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from catalog_service.audit.service import Wanted
from catalog_service.following import service
from catalog_service.following.tables import follow_feeds
from catalog_service.notices.persons import Notice, PersonalNotices
from catalog_service.notices.tables import notices, outbox
from ontology.errors import AtlasError
from tests.catalog_service.following.conftest import TRANSPORT, Town
from tests.fixtures.mail import MailServers, free_port
from tests.fixtures.web import portal

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_mail_arrives_once_though_the_server_was_away(
    town: Town, mail_servers: MailServers
) -> None:
    town.mail_by(free_port())
    town.follow("li", "dataset", "city/BUS1", "each")
    town.follow("wang", "organization", TRANSPORT, "daily")
    town.follow("zhou", "dataset", "city/BUS1", "never")
    town.look()
    town.submit(portal("BUS1", "公交线路", fields=["甲"]), portal("NEW", "公交站点"))
    town.look()
    assert town.mails(mail_servers) == []
    town.mail_by(mail_servers.plain.port)
    town.house.clock.step(minutes=2)
    mails = [one for one in town.mails(mail_servers) if "动态" in str(one["Subject"])]
    assert [one["To"] for one in mails] == ["li@data.example"]
    body = mails[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "新增数据项：甲" in text and "data items added: 甲" in text
    assert "/dataset/city/BUS1" in text
    town.house.clock.step(minutes=24 * 60)
    (digest,) = town.mails(mail_servers)
    assert digest["To"] == "wang@data.example"
    body = digest.get_body(("plain",))
    assert body is not None and "1 个新增、1 个有变化" in body.get_content()
    town.look()
    assert town.mails(mail_servers) == []


def test_who_wants_no_mail_of_a_kind_gets_none(town: Town, mail_servers: MailServers) -> None:
    town.mail_by(mail_servers.plain.port)
    town.mails(mail_servers)
    town.follow("li", "dataset", "city/BUS1", "each")
    PersonalNotices(town.house.atlas.journal).prefer(
        town.people["li"].id, {"follow.dataset": "never"}
    )
    town.submit(portal("BUS1", "公交线路", fields=["甲"]))
    assert town.look() == 1
    assert town.mails(mail_servers) == [] and len(town.told("li")) == 1


def test_mail_that_waits_tells_nothing_of_what_was_closed(
    town: Town, mail_servers: MailServers
) -> None:
    town.mail_by(mail_servers.plain.port)
    town.mails(mail_servers)
    town.mail_by(free_port())
    town.follow("li", "dataset", "city/BUS1", "each")
    town.follow("wang", "dataset", "city/BUS1", "daily")
    town.submit(portal("BUS1", "公交线路", fields=["甲"]))
    town.look()
    town.house.clock.step(minutes=24 * 60)
    town.mails(mail_servers)  # the digest is in the outbox, too
    town.submit(portal("BUS1", "公交线路", is_open="非开放"))
    town.look()
    town.mail_by(mail_servers.plain.port)
    town.house.clock.step(minutes=24 * 60)
    mails = town.mails(mail_servers)
    assert sorted(str(one["To"]) for one in mails) == ["li@data.example", "wang@data.example"]
    assert all("公交线路" not in one.as_string() for one in mails)
    for one in mails:
        body = one.get_body(("plain",))
        assert body is not None and "公交线路" not in body.get_content()
        assert "city/BUS1" in body.get_content()


def test_what_is_erased_leaves_no_notice_and_no_mail(town: Town, mail_servers: MailServers) -> None:
    atlas, person = town.house.atlas, town.people["li"].id
    town.mail_by(mail_servers.plain.port)
    town.mails(mail_servers)
    for name in ("li", "wang"):
        town.follow(name, "search", "q=轮渡班次", "each")
        town.follow(name, "dataset", "city/BUS1", "daily")
    town.look()
    town.submit(portal("F", "轮渡班次"), portal("BUS1", "公交线路", fields=["甲"]))
    town.look()
    town.mails(mail_servers)  # those at once are sent, and are kept for a month
    town.mail_by(free_port())
    town.house.clock.step(minutes=24 * 60)
    town.mails(mail_servers)  # the digests wait
    returned = Notice("draft.returned", {"title": "草稿", "reason": "缺项"})
    PersonalNotices(atlas.journal).tell_alone(returned, [person])
    service.erase_all(atlas, person)
    with atlas.journal.reading_tables() as connection:
        own = [
            str(connection.execute(sa.select(*table.c).where(column == person)).all())
            for table, column in ((notices, notices.c.person), (outbox, outbox.c.about))
        ]
    assert "轮渡班次" not in str(own) and "公交线路" not in str(own) and "草稿" in str(own)
    assert town.told("li") == [] and len(town.told("wang")) == 2
    town.mail_by(mail_servers.plain.port)
    town.house.clock.step(minutes=24 * 60)
    sent = {(str(one["To"]), str(one["Subject"])) for one in town.mails(mail_servers)}
    assert [to for to, subject in sent if "草稿" not in subject] == ["wang@data.example"]


def test_a_feed_opens_ones_news_and_nothing_else(town: Town) -> None:
    atlas, person = town.house.atlas, town.people["li"].id
    town.follow("li", "dataset", "city/BUS1", "never")
    town.follow("wang", "organization", TRANSPORT)
    town.look()
    secret = service.make_feed(atlas, person, "en")
    town.submit(portal("BUS1", "公交线路", fields=["甲"]), portal("NEW", "公交站点"))
    town.look()
    answer = town.client.get(f"/follows/feed/{secret}.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert answer.headers["cache-control"] == "private, no-store"
    root = ET.fromstring(answer.content)
    (entry,) = root.findall("a:entry", ATOM)
    assert entry.findtext("a:title", None, ATOM) == "公交线路"
    assert entry.findtext("a:summary", None, ATOM) == (
        "Data items added: 甲; data items removed: 票价, 线路名称, 首末站"
    )
    for told in (secret, person, "li@data.example", "Li"):
        assert told not in answer.text
    again = {"If-None-Match": answer.headers["etag"]}
    assert town.client.get(f"/follows/feed/{secret}.atom", headers=again).status_code == 304
    with atlas.journal.reading_tables() as connection:
        assert secret not in str(connection.execute(sa.select(*follow_feeds.c)).all())
    (told_audit,) = atlas.audit.entries(Wanted(action="follow.share"))
    assert secret not in str(told_audit)


def test_a_feed_ends(town: Town) -> None:
    atlas, person = town.house.atlas, town.people["li"].id
    secret, other = (service.make_feed(atlas, person, "zh") for _ in range(2))
    feed = service.feeds_of(atlas, person)[0]
    with pytest.raises(AtlasError, match="unknown-follow-feed"):
        service.end_feed(atlas, town.people["wang"].id, feed.id)
    assert town.client.get(f"/follows/feed/{secret}.atom").status_code == 200
    opened = [one for one in (secret, other) if service.open_feed(atlas, one).id == feed.id]
    service.end_feed(atlas, person, feed.id)
    for address in (opened[0], "none", "", "x" * 5_000):
        assert town.client.get(f"/follows/feed/{address}.atom").status_code in (404, 414)
    for _ in range(4):
        service.make_feed(atlas, person, "zh")
    with pytest.raises(AtlasError, match="too-many-follow-feeds"):
        service.make_feed(atlas, person, "zh")
    atlas.accounts.people.disable(person)
    left = next(one for one in (secret, other) if one not in opened)
    assert town.client.get(f"/follows/feed/{left}.atom").status_code == 404
