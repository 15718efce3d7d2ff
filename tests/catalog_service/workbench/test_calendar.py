"""The calendar of deadlines, and the personal addresses under which other calendars read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import icalendar
import pytest

from catalog_service.accounts.service import Role, set_owner
from catalog_service.workbench.feeds import CalendarFeeds
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from tests.fixtures.people import person, signed_in, use_counting_hasher
from tests.fixtures.web import House, portal, served

TRANSPORT = f"{VOCAB}organization/transport"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "var")
    with made.atlas:
        use_counting_hasher(made.atlas)
        made.submit("desk", [portal("NOW", "公交站点", update_time="2026-08-20")])
        made.submit("desk", [portal("HELD", "等待", is_open="")], gate="enforce")
        set_owner(made.atlas.journal, made.atlas.vocabulary, "desk", TRANSPORT)
        made.project()
        yield made


def events(text: str) -> dict[str, date]:
    calendar = icalendar.Calendar.from_ical(text)
    return {str(one["summary"]): one.decoded("dtstart") for one in calendar.walk("VEVENT")}


def test_a_person_reads_the_deadlines_in_a_calendar_of_their_own(house: House) -> None:
    li = person(house.atlas, "li", Role.STEWARD, "transport")
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        browser = signed_in(client, house.atlas, li)
        page = browser.post("/workbench/calendar?lang=en", make="yes")
        found = re.search(r"https://data\.example(/calendar/\S+\.ics)", page.text)
        assert found is not None, page.text
        path = urlsplit(found[1]).path
        answer = client.get(path)
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["cache-control"] == "private, no-store"
        told = events(answer.text)
        assert told["Updates promised: 公交站点"] == date(2026, 9, 20)
        assert told["Held versions to be decided: desk"] == date(2026, 9, 11)
        again = client.get(path)
        assert re.findall("UID:.*", again.text) == re.findall("UID:.*", answer.text)
        # It goes by the rights of the day, and ends with the account or by hand.
        (feed,) = CalendarFeeds(house.atlas.journal, house.clock).of(li.id)
        assert feed.used == date(2026, 9, 1)
        house.atlas.accounts.grants.revoke_all(li.id, by="test")
        assert events(client.get(path).text) == {}
        browser = signed_in(client, house.atlas, li)
        ended = browser.post("/workbench/calendar?lang=en", end=feed.id)
        assert ended.status_code == 403
        CalendarFeeds(house.atlas.journal, house.clock).revoke(li.id, feed.id)
        assert client.get(path).status_code == 404
        assert client.get("/calendar/guessed.ics").status_code == 404


def test_nobody_ends_the_address_of_another(house: House) -> None:
    feeds = CalendarFeeds(house.atlas.journal, house.clock)
    secret = feeds.make("one", "zh")
    (feed,) = feeds.of("one")
    with pytest.raises(AtlasError) as caught:
        feeds.revoke("other", feed.id)
    assert caught.value.code == "unknown-feed"
    assert feeds.opened(secret).person == "one"
    for _ in range(9):
        feeds.make("one", "zh")
    with pytest.raises(AtlasError) as caught:
        feeds.make("one", "zh")
    assert caught.value.code == "too-many-feeds"


def test_a_disabled_persons_address_opens_nothing(house: House) -> None:
    li = person(house.atlas, "li", Role.STEWARD, "transport")
    secret = CalendarFeeds(house.atlas.journal, house.clock).make(li.id, "zh")
    house.atlas.accounts.disable(li, by="test", successor=None, reason="离岗")
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        assert client.get(f"/calendar/{secret}.ics").status_code == 404


def test_a_role_that_ends_is_a_deadline(house: House) -> None:
    li = person(house.atlas, "li")
    house.atlas.accounts.grants.grant(
        li.id,
        Role.STEWARD,
        TRANSPORT,
        by="test",
        reason="test",
        until=datetime(2026, 9, 30, 15, 0, tzinfo=UTC),
    )
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        page = signed_in(client, house.atlas, li).get("/workbench/calendar?lang=en").text
    assert "Role or delegation that ends" in page and "2026-09-30" in page


def test_a_form_of_another_page_makes_nothing(house: House) -> None:
    li = person(house.atlas, "li", Role.STEWARD, "transport")
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        browser = signed_in(client, house.atlas, li)
        refused = browser.post("/workbench/calendar", csrf="guessed", make="yes")
        assert refused.status_code == 403
        changes = browser.get("/workbench/changes?lang=en")
        assert changes.status_code == 200 and "公交站点" in changes.text
        assert browser.get("/workbench/keys").status_code == 200
    assert CalendarFeeds(house.atlas.journal, house.clock).of(li.id) == []
