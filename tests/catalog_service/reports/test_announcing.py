"""Reports are announced once their period is over: to whom, how often, and as a feed."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree as ET

import httpx

from catalog_service.accounts.service import Role
from catalog_service.audit.model import Wanted
from catalog_service.notices.service import PersonalNotices
from catalog_service.reports.announcing import announce
from tests.catalog_service.reports.conftest import measured, on
from tests.fixtures.people import person
from tests.fixtures.web import House, served

ATOM = "{http://www.w3.org/2005/Atom}"


def test_chief_data_officers_are_told_once(house: House) -> None:
    atlas = house.atlas
    city = person(atlas, "city", Role.CHIEF_DATA_OFFICER)
    own = person(atlas, "own", Role.CHIEF_DATA_OFFICER, "transport")
    other = person(atlas, "other", Role.CHIEF_DATA_OFFICER, "civil-affairs")
    steward = person(atlas, "steward", Role.STEWARD, "transport")
    measured(house, date(2026, 9, 29))
    assert announce(atlas) == 0
    on(house, date(2026, 10, 1))
    # The month and the quarter.
    assert announce(atlas) == 2
    assert announce(atlas) == 0
    notices = PersonalNotices(atlas.journal)

    def paths(who: str) -> list[str]:
        told = notices.of(who, limit=20)
        return sorted(one.path or "" for one in told if one.kind == "report.ready")

    assert paths(city.id) == ["/reports/2026-09/city", "/reports/2026-Q3/city"]
    assert paths(own.id) == ["/reports/2026-09/transport", "/reports/2026-Q3/transport"]
    assert paths(steward.id) == []
    # Nothing was counted of it: it has no report to read.
    assert paths(other.id) == []
    found = [one for one in atlas.audit.walk(Wanted()) if one.action == "report.announce"]
    assert [json.loads(one.details)["persons"] for one in found] == [2, 2]


def test_old_periods_are_announced_no_more(house: House) -> None:
    measured(house, date(2026, 3, 2))
    on(house, date(2026, 9, 1))
    assert announce(house.atlas) == 0


def test_the_feed_has_what_is_over(house: House) -> None:
    measured(house, date(2026, 9, 29))
    on(house, date(2026, 10, 1))
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        answer = client.get("/feeds/reports.atom?lang=en")
        assert answer.headers["content-type"].startswith("application/atom+xml")
        root = ET.fromstring(answer.content)
        titles = [one.findtext(f"{ATOM}title") for one in root.findall(f"{ATOM}entry")]
        assert titles == [
            "Monthly report on open data, 2026-09: The whole city",
            "Quarterly report on open data, 2026-Q3: The whole city",
        ]
        links = [one.get("href") or "" for one in root.findall(f"{ATOM}entry/{ATOM}link")]
        assert any(one.endswith("/reports/2026-09/city.docx") for one in links)
        own = client.get("/feeds/reports.atom?organization=transport").text
        assert "上海市交通委员会" in own and "/reports/2026-09/transport" in own
        assert client.get("/feeds/reports.atom?organization=nobody").status_code == 404
