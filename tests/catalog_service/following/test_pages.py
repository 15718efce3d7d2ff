"""The pages of following: from a button to the list, without script, each for oneself."""

from __future__ import annotations

import re
from html import unescape

import orjson
import pytest
import sqlalchemy as sa

from catalog_service.following import service
from catalog_service.following.tables import follow_feeds, follows
from tests.catalog_service.following.conftest import TRANSPORT, Town, iri
from tests.fixtures.web import HTML, portal


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("/dataset/city/BUS1", "Follow a dataset"),
        ("/organization/transport", "Follow an organization"),
        ("/theme/4", "Follow a data domain"),
        ("/datasets?q=公交&open_type=unconditional", "Follow a search"),
        ("/datasets?q=轮渡", "Follow a search"),
    ],
)
def test_a_page_leads_to_following_it(town: Town, page: str, title: str) -> None:
    lang = "&lang=en" if "?" in page else "?lang=en"
    text = town.client.get(page + lang, headers=HTML).text
    (address,) = re.findall(r'href="(/follows/new[^"]+)"', text)
    address = unescape(address)
    signed_out = town.client.get(address, headers=HTML)
    assert signed_out.status_code == 200 and title in signed_out.text
    assert "/login?next=" in signed_out.text and '<form method="post"' not in signed_out.text
    browser = town.browser("li")
    form = browser.get(address).text
    fields = dict(re.findall(r'name="(kind|value)" value="([^"]*)"', form))
    sent = browser.post(
        "/follows/new?lang=en", **{n: unescape(v) for n, v in fields.items()}, how="weekly"
    )
    assert sent.status_code == 303 and sent.headers["location"].startswith("/follows")
    (own,) = service.own(town.house.atlas, town.who("li"))
    assert own.how == "weekly"
    listed = browser.get("/follows?lang=en").text
    assert "once a week" in listed
    assert "You follow it already" in browser.get(address).text


def test_the_list_changes_and_ends_what_is_followed(town: Town) -> None:
    target = str(town.follow("li", "dataset", "city/BUS1"))
    town.follow("li", "organization", TRANSPORT)
    browser = town.browser("li")
    assert browser.post("/follows", action="how", target=target, how="never").status_code == 303
    assert browser.post("/follows", action="how", target=target, how="x").status_code == 422
    assert browser.post("/follows", action="how", target="x", how="each").status_code == 404
    assert browser.post("/follows", action="none").status_code == 400
    assert browser.post("/follows", action="leave", target=target).status_code == 303
    assert browser.post("/follows", action="leave", target=target).status_code == 404
    assert [one.target.kind for one in service.own(town.house.atlas, town.who("li"))] == [
        "organization"
    ]
    wrong = browser.post("/follows/new", kind="dataset", value="city/CLOSED", how="each")
    assert wrong.status_code == 422 and "内部线路" not in wrong.text
    personal = browser.post("/follows/new", kind="search", value="q=张敏 13800138000")
    assert personal.status_code == 422


def test_a_feed_is_made_shown_once_and_ended(town: Town) -> None:
    browser = town.browser("li")
    made = browser.post("/follows?lang=en", action="feed")
    (address,) = re.findall(r"<code>https://data\.example(/follows/feed/[^<]+)</code>", made.text)
    assert town.client.get(address).status_code == 200
    page = browser.get("/follows").text
    assert address not in page
    (feed,) = re.findall(r'name="feed" value="(\w+)"', page)
    other = town.browser("wang").post("/follows", action="feed-end", feed=feed)
    assert other.status_code == 404
    assert browser.post("/follows", action="feed-end", feed=feed).status_code == 303
    assert town.client.get(address).status_code == 404


def test_news_are_ones_own(town: Town) -> None:
    target = town.follow("li", "dataset", "city/BUS1")
    town.submit(portal("BUS1", "公交线路", fields=["甲"]))
    town.look()
    assert "新增数据项：甲" in town.browser("li").get("/follows/news").text
    assert "新增数据项：甲" in town.browser("li").get(f"/follows/news?target={target}").text
    for path in ("/follows/news", f"/follows/news?target={target}", "/follows"):
        assert "公交线路" not in town.browser("wang").get(path).text


@pytest.mark.parametrize(
    "path", ["/follows", "/follows/news", "/follows/export.json", "/follows/news?target=1"]
)
def test_who_is_signed_out_is_led_to_signing_in(town: Town, path: str) -> None:
    answer = town.client.get(path, headers=HTML)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/login")
    token = town.house.token("admin")
    assert town.client.get(path, headers={**HTML, **token}).status_code == 303


def test_forms_of_elsewhere_are_refused(town: Town) -> None:
    target = str(town.follow("li", "dataset", "city/BUS1"))
    browser = town.browser("li")
    for path, fields in (
        ("/follows", {"action": "leave", "target": target}),
        ("/follows", {"action": "erase"}),
        ("/follows/new", {"kind": "dataset", "value": "city/PARK"}),
    ):
        assert browser.post(path, csrf="x", **fields).status_code == 403
        assert town.client.post(path, data=fields).status_code == 303
    assert len(service.own(town.house.atlas, town.who("li"))) == 1


def test_ones_data_are_taken_along_and_erased(town: Town) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.follow("li", "search", "q=公交")
    town.follow("wang", "dataset", "city/BUS1")
    browser = town.browser("li")
    browser.post("/follows", action="feed")
    found = orjson.loads(browser.get("/follows/export.json").content)
    assert {one["value"] for one in found["follows"]} == {iri("BUS1"), "q=%E5%85%AC%E4%BA%A4"}
    assert len(found["feeds"]) == 1
    assert browser.post("/follows", action="erase").status_code == 303
    with town.house.atlas.journal.reading_tables() as connection:
        assert connection.execute(sa.select(follow_feeds.c.id)).all() == []
        left = connection.execute(sa.select(follows.c.person)).scalars().all()
    assert left == [town.people["wang"].id]


def test_nobody_else_learns_who_follows_what(town: Town, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither pages, machine forms, graph and index nor logs and the audit tell."""
    town.follow("li", "dataset", "city/BUS1")
    town.follow("li", "search", "q=公交+站点+首末班")
    town.submit(portal("BUS1", "公交线路", fields=["甲"]))
    secret = service.make_feed(town.house.atlas, town.people["li"].id, "zh")
    town.look()
    town.client.get(f"/follows/feed/{secret}.atom")
    town.browser("li").get("/follows")
    person = town.people["li"].id
    told = [
        town.client.get(path, headers=HTML).text
        for path in ("/dataset/city/BUS1", "/datasets?q=公交", "/organization/transport", "/")
    ]
    told += [
        town.client.get(path).text
        for path in (
            "/dataset/city/BUS1.ttl",
            "/api/v1/datasets/city/BUS1",
            "/feeds/datasets.atom",
            "/api/v1/search?q=公交",
        )
    ]
    query = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    told.append(town.client.get("/sparql", params={"query": query}).text)
    out, err = capfd.readouterr()
    told += [out, err]
    for text in told:
        assert person not in text and secret not in text and "首末班" not in text
    home = town.house.settings.home
    for file in home.rglob("*"):
        if file.is_file() and "journal" not in file.name:
            content = file.read_bytes()
            assert person.encode() not in content and secret.encode() not in content, file
            assert "首末班".encode() not in content, file
