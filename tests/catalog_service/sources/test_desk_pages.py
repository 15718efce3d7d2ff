"""Sources on pages: added, tested, scheduled, paused and removed by who has the right."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from catalog_service.accounts.service import Role, owner_of
from ontology.terms import VOCAB
from tests.fixtures.people import Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import House, portal, served

TRANSPORT, CIVIL = f"{VOCAB}organization/transport", f"{VOCAB}organization/civil-affairs"
Desk = tuple[House, httpx.Client]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service; each test has sources of its own."""
    house = House(tmp_path_factory.mktemp("desk") / "var")
    with house.atlas:
        use_counting_hasher(house.atlas)
        house.submit("theirs", [portal("T1", "公交线路")])
        with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
            yield house, client


def browser(desk: Desk, login: str, role: Role, over: str | None = None) -> Browser:
    house, client = desk
    return signed_in(client, house.atlas, person(house.atlas, login, role, over))


def test_a_source_is_added_for_ones_own_organization_alone(desk: Desk) -> None:
    office = browser(desk, "office", Role.DISTRICT_OFFICE, "transport")
    given = {"id": "bus", "title": "公交平台", "type": "city", "url": "https://bus.example/"}
    refused = office.post("/workbench/sources/new?lang=en", **given, organization=CIVIL)
    assert refused.status_code == 403 and "公交平台" in refused.text
    refused = office.post("/workbench/sources/new?lang=en", **given, organization="")
    assert refused.status_code == 403
    added = office.post("/workbench/sources/new", **given, organization=TRANSPORT)
    assert (added.status_code, added.headers["location"]) == (303, "/workbench/sources/bus")
    house = desk[0]
    assert owner_of(house.atlas.journal, "bus") == TRANSPORT
    page = office.get("/workbench/sources/bus?lang=en").text
    assert "2. Test visit" in page and "bus.example" in page
    twice = office.post("/workbench/sources/new?lang=en", **given, organization=TRANSPORT)
    assert twice.status_code == 409


def test_types_that_read_this_machine_are_not_offered(desk: Desk) -> None:
    office = browser(desk, "city", Role.CITY_OFFICE)
    given = {"id": "etc", "title": "x", "type": "folder", "url": "/etc", "organization": ""}
    assert office.post("/workbench/sources/new", **given).status_code == 400
    assert desk[0].atlas.journal.source("etc") is None


def test_nobody_manages_the_source_of_another_organization(desk: Desk) -> None:
    other = browser(desk, "other", Role.DISTRICT_OFFICE, "transport")
    steward = browser(desk, "steward", Role.STEWARD, "transport")
    for who in (other, steward):
        assert who.get("/workbench/sources/theirs").status_code == 403
        refused = who.post("/workbench/sources/theirs", action="pause")
        assert refused.status_code == 403
    assert steward.get("/workbench/sources").status_code == 403
    source = desk[0].atlas.journal.source("theirs")
    assert source is not None and not source.paused


def test_a_source_is_scheduled_paused_and_removed(desk: Desk) -> None:
    house, _ = desk
    office = browser(desk, "keeper", Role.CITY_OFFICE)
    house.submit("gone", [portal("G1", "旧线路")])
    office.post(
        "/workbench/sources/new", id="cron", title="x", type="city", url="https://c.example/"
    )
    path = "/workbench/sources/cron"
    wrong = office.post(f"{path}?lang=en", action="schedule", schedule="sometimes")
    assert wrong.status_code >= 400 and "sometimes" in wrong.text
    assert office.post(path, action="schedule", schedule="15 2 * * *").status_code == 303
    assert "15 2 * * *" in office.get(path).text
    assert office.post(path, action="schedule", schedule="").status_code == 303
    assert office.post(path, action="pause").status_code == 303
    paused = house.atlas.journal.source("cron")
    assert paused is not None and paused.paused
    assert office.post(path, action="resume").status_code == 303
    kept = office.post("/workbench/sources/gone", action="remove", reason="停用")
    assert kept.status_code == 409
    office.post("/workbench/sources/gone", action="remove", reason="停用", withdraw="yes")
    removed = house.atlas.journal.source("gone")
    assert removed is not None and removed.removed is not None


def test_a_test_visit_shows_what_a_run_would_do_and_writes_nothing(desk: Desk) -> None:
    house, _ = desk
    office = browser(desk, "tester", Role.CITY_OFFICE)
    before = house.atlas.journal.head()
    office.post(
        "/workbench/sources/new", id="away", title="x", type="city", url="http://127.0.0.1:9/"
    )
    told = office.post("/workbench/sources/away?lang=en", action="test")
    # The guarded client reaches no inner address: what goes wrong is told on the page.
    assert "127.0.0.1" in told.text and told.status_code in (200, 400, 403, 422, 502)
    assert house.atlas.journal.head() == before


def test_the_system_is_shown_without_secrets(desk: Desk) -> None:
    admin = browser(desk, "admin", Role.ADMINISTRATOR)
    page = admin.get("/workbench/system?lang=en")
    assert page.status_code == 200
    assert "ATLAS_BASE_IRI" in page.text and "Who is signed in" in page.text
    auditor = browser(desk, "auditor", Role.AUDITOR).get("/workbench/system?lang=en")
    assert auditor.status_code == 200 and "Who is signed in" not in auditor.text
    assert browser(desk, "clerk", Role.STEWARD).get("/workbench/system").status_code == 403
