"""What a step of a list tells: persons, the feed, linked data, and the graph."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.accounts.people import Account
from catalog_service.accounts.service import OPERATOR, Grant, Organizations, Person, Role
from catalog_service.notices.service import PersonalNotices
from catalog_service.open_list.differences import ItemChange, with_fields
from catalog_service.open_list.service import amend, draft, edit, get, propose, take
from ontology.terms import DCAT, DCT, FOAF, SHD
from tests.catalog_service.open_list.conftest import OWNERS, TRANSPORT
from tests.fixtures.people import person
from tests.fixtures.web import BASE, HTML, House, served

NAME = (TRANSPORT, 2026)
ATOM = "{http://www.w3.org/2005/Atom}"
LIST = f"{BASE}/id/open-list/2026/transport"


def acting(house: House, account: Account, role: Role, over: str | None = TRANSPORT) -> Person:
    hierarchy = Organizations(lambda: house.atlas.vocabulary)
    grants = (Grant(role, over),)
    return Person(account.id, account.login, account.name, None, grants, hierarchy, OWNERS.get)


def publish(house: House) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, *NAME, step)


def restrict(house: House) -> None:
    before = get(house.atlas, *NAME).content.items["transport/BUS"]
    after = with_fields(before, {"open_type": "有条件开放", "conditions": "签订协议"})
    propose(house.atlas, OPERATOR, NAME, frozenset({ItemChange(before, after)}), "改为有条件")
    amend(house.atlas, OPERATOR, *NAME)


def test_each_step_tells_who_is_next_and_who_wrote(house: House) -> None:
    atlas = house.atlas
    accounts = {
        "steward": person(atlas, "steward", Role.STEWARD, "transport"),
        "reviewer": person(atlas, "reviewer", Role.REVIEWER, "transport"),
        "city": person(atlas, "city", Role.CITY_OFFICE),
        "stranger": person(atlas, "stranger", Role.STEWARD, "health"),
    }
    steward = acting(house, accounts["steward"], Role.STEWARD)
    reviewer = acting(house, accounts["reviewer"], Role.REVIEWER)
    city = acting(house, accounts["city"], Role.CITY_OFFICE, None)
    notices = PersonalNotices(atlas.journal)
    read: set[str] = set()

    def told() -> dict[str, list[tuple[str, str]]]:
        """What each was told since it was asked last: kind and step."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name, account in accounts.items():
            for one in notices.of(account.id, limit=100):
                if one.id not in read and one.kind.startswith("open-list."):
                    found.setdefault(name, []).append((one.kind, one.data["step"]["en"]))
                    assert one.path == "/workbench/open-lists/2026/transport"
                read.add(one.id)
        return found

    draft(atlas, steward, *NAME)
    assert told() == {}
    take(atlas, steward, *NAME, "check")
    waits = ("open-list.waiting", "to be reviewed")
    assert told() == {"reviewer": [waits], "city": [waits]}
    take(atlas, reviewer, *NAME, "review")
    found = told()
    assert found["steward"] == [("open-list.waiting", "to be filed")]
    take(atlas, steward, *NAME, "file")
    assert told() == {"city": [("open-list.waiting", "to be accepted or returned")]}
    take(atlas, city, *NAME, "return", "补充条件")
    found = told()
    assert found["steward"] == [("open-list.returned", "to be mended and filed again")]
    everything = notices.of(accounts["steward"].id, limit=100)
    reasons = [one.data["reason"] for one in everything if one.kind == "open-list.returned"]
    assert reasons == ["补充条件"]
    before = get(atlas, *NAME).content.items["transport/BUS"]
    change = ItemChange(before, with_fields(before, {"note": "已补充"}))
    edit(atlas, steward, NAME, frozenset({change}), "补充")
    assert told() == {}
    for step in ("check", "review", "file"):
        take(atlas, steward if step != "review" else reviewer, *NAME, step)
    told()
    take(atlas, city, *NAME, "accept")
    assert told()["steward"] == [("open-list.step", "accepted")]
    take(atlas, OPERATOR, *NAME, "publish")
    assert told() == {"steward": [("open-list.step", "published")]}
    # Mail is written for who wants it at once; what waits is gathered once a day.
    with atlas.journal.reading_tables() as connection:
        mails = "SELECT target FROM outbox WHERE data LIKE '%open-list.%'"
        rows = connection.exec_driver_sql(mails).fetchall()
    assert {row[0] for row in rows} == {f"person:{accounts['steward'].id}"}


def test_the_feed_tells_versions_and_what_is_announced(house: House) -> None:
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        empty = client.get("/feeds/open-lists.atom?lang=en")
        assert empty.headers["content-type"].startswith("application/atom+xml")
        assert ET.fromstring(empty.content).findall(f"{ATOM}entry") == []
        publish(house)
        restrict(house)
        answer = client.get("/feeds/open-lists.atom?lang=en&organization=transport")
        entries = ET.fromstring(answer.content).findall(f"{ATOM}entry")
        texts = [(one.findtext(f"{ATOM}title"), one.findtext(f"{ATOM}summary")) for one in entries]
        assert [title for title, _ in texts] == [
            "Shanghai Municipal Transportation Commission, open list 2026, version 2",
            "Shanghai Municipal Transportation Commission, open list 2026, version 1",
        ]
        day = house.clock.today() + timedelta(1)
        assert texts[0][1] == f"In force from {day}.\nRestricted: 公交线路"
        assert "2 items" in str(texts[1][1])
        tag = answer.headers["ETag"]
        again = client.get(str(answer.url), headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert client.get("/feeds/open-lists.atom?organization=nobody").status_code == 404
        page = client.get("/open-list/2026/transport?lang=en", headers=HTML).text
        assert "/feeds/open-lists.atom?" in page


def test_a_list_is_linked_data(house: House) -> None:
    publish(house)
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        found = client.get("/id/open-list/2026/transport", headers={"Accept": "text/turtle"})
        assert found.status_code == 303
        answer = client.get(found.headers["Location"])
        assert answer.headers["content-type"].startswith("text/turtle")
        store = ox.Store()
        store.load(answer.content, ox.RdfFormat.TURTLE)
        query = f"""SELECT ?topic ?type WHERE {{
            <{LIST}> a <{DCAT.Catalog}>, <{SHD.OpenList}> ; <{DCAT.record}> ?item .
            ?item a <{DCAT.CatalogRecord}> ; <{FOAF.primaryTopic}> ?topic ;
                  <http://purl.org/dc/terms/accessRights> ?type }}"""
        rows = {(row["topic"].value, row["type"].value) for row in store.query(query)}  # type: ignore[index, union-attr]
        assert {topic.rpartition("/")[2] for topic, _ in rows} == {"BUS", "PARK"}
        assert {kind.rpartition("/")[2] for _, kind in rows} == {"conditional", "unconditional"}
        page = client.get("/id/open-list/2026/transport", headers=HTML)
        assert page.headers["Location"].startswith("/open-list/2026/transport")
        assert client.get("/id/open-list/2025/transport").status_code == 404
        for suffix, status in (("nt", 200), ("jsonld", 200), ("rdf", 200), ("exe", 404)):
            where = f"/api/v1/open-list/2026/transport/list.{suffix}"
            assert client.get(where).status_code == status


@pytest.mark.parametrize("running", [False, True], ids=["opened", "running"])
def test_the_lists_that_count_stand_in_the_graph(house: House, running: bool) -> None:
    ask = f"SELECT ?item WHERE {{ <{LIST}> <{DCAT.record}> ?item }}"

    def items() -> int:
        return len(list(house.atlas.graph.current().store.query(ask)))  # type: ignore[arg-type]

    with house.atlas.runner() as runner:
        runner.catch_up()
        assert items() == 0
        publish(house)
        if running:
            runner.catch_up()
    if not running:
        house.project()
    assert items() == 2
    restrict(house)
    house.project()
    # What is announced does not count yet.
    ask = f"SELECT ?type WHERE {{ <{LIST}/transport%2FBUS> <{DCT.accessRights}> ?type }}"
    (row,) = house.atlas.graph.current().store.query(ask)  # type: ignore[misc]
    assert row["type"].value.endswith("/unconditional")
