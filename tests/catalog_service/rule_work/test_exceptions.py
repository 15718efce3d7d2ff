"""Exceptions from rules: asked for, released, honoured by the gate, told, and over in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import Grant, Organizations, Person, Role, set_owner
from catalog_service.audit.service import Wanted
from catalog_service.rule_work.exceptions import ExceptionFilter
from catalog_service.rule_work.service import (
    all_excepted,
    ask,
    count_listed,
    end,
    excepted_by_rule,
    last_day,
    listed,
    release,
)
from catalog_service.rule_work.waiting import DEADLINES, WAITING
from ontology.errors import AtlasError
from ontology.record import mint_iri
from ontology.terms import VOCAB
from tests.fixtures.web import BASE, HTML, House, portal, served

TRANSPORT, CIVIL = f"{VOCAB}organization/transport", f"{VOCAB}organization/civil-affairs"
OWNERS = {"transport": TRANSPORT, "civil": CIVIL}
TODAY = date(2026, 9, 1)
UNTIL = TODAY + timedelta(30)
NAME = ("transport", "NEW")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A version of one's department waits that has no open type (R01); one of another's, too."""
    made = House(tmp_path / "var")
    with made.atlas:
        made.submit("transport", [portal("FINE", "停车场")])
        made.submit("transport", [portal("NEW", "轨道站点", is_open="")], gate="enforce")
        made.submit("civil", [portal("C1", "养老机构", is_open="")], gate="enforce")
        for source, owner in OWNERS.items():
            set_owner(made.atlas.journal, made.atlas.vocabulary, source, owner)
        yield made


def person(house: House, name: str, role: Role, over: str | None = TRANSPORT) -> Person:
    hierarchy = Organizations(lambda: house.atlas.vocabulary)
    return Person(name, name, name, None, (Grant(role, over),), hierarchy, OWNERS.get)


def is_public(house: House, remote_id: str = "NEW") -> bool:
    found = house.atlas.journal.get(mint_iri(BASE, "transport", remote_id))
    assert found is not None
    return found.public


def violated(house: House, remote_id: str = "NEW") -> set[str]:
    report = house.atlas.journal.findings(mint_iri(BASE, "transport", remote_id))
    assert report is not None
    return {f.rule_id for f in report.findings if f.severity == "Violation"}


def on(house: House, day: date) -> None:
    house.clock.today = lambda: day  # type: ignore[method-assign]


def excepted(house: House, who: Person) -> list[int]:
    """Except the waiting record from all that it violates."""
    return [
        ask(house.atlas, who, rule, NAME, until=UNTIL, reason="历史数据").exception.number
        for rule in sorted(violated(house))
    ]


def test_a_record_that_is_excepted_passes_and_what_is_found_stays_told(house: House) -> None:
    office = person(house, "office", Role.DISTRICT_OFFICE)
    assert "R01" in violated(house) and not is_public(house)
    excepted(house, office)
    assert is_public(house)
    assert "R01" in violated(house)
    assert excepted_by_rule(house.atlas, "transport")["R01"] == 1
    # The next version that violates the same goes through, too; another record's does not.
    (next_one, other) = house.submit(
        "transport",
        [portal("NEW", "轨道站点与线路", is_open=""), portal("FINE", "停车场", is_open="")],
        gate="enforce",
    )
    assert (next_one.status, other.status) == ("updated", "held")


def test_it_is_over_after_its_last_day_without_anything_being_done(house: House) -> None:
    office = person(house, "office", Role.DISTRICT_OFFICE)
    excepted(house, office)
    told = all_excepted(house.atlas, "transport")
    assert told["NEW"]["R01"].until == UNTIL
    on(house, UNTIL)
    assert all_excepted(house.atlas, "transport") == told
    on(house, UNTIL + timedelta(1))
    assert all_excepted(house.atlas, "transport") == {}
    (held,) = house.submit("transport", [portal("NEW", "另一版", is_open="")], gate="enforce")
    assert held.status == "held" and is_public(house)
    over = listed(house.atlas, office, ExceptionFilter(("over",)))
    assert {one.rule for one in over} == {"R01", *violated(house)}


def test_a_steward_asks_and_somebody_else_releases(house: House) -> None:
    steward = person(house, "li", Role.STEWARD)
    numbers = excepted(house, steward)
    assert not is_public(house)
    with pytest.raises(AtlasError, match="right-missing"):
        release(house.atlas, steward, numbers[0])
    with pytest.raises(AtlasError, match="right-missing"):
        release(house.atlas, person(house, "wang", Role.CITY_OFFICE, CIVIL), numbers[0])
    office = person(house, "office", Role.DISTRICT_OFFICE)
    freed = [release(house.atlas, office, number).freed for number in numbers]
    assert freed[-1] and is_public(house)
    with pytest.raises(AtlasError, match="exception-closed"):
        release(house.atlas, office, numbers[0])


def test_four_eyes_where_the_organization_demands_them_and_for_secrecy(house: House) -> None:
    office = person(house, "office", Role.DISTRICT_OFFICE)
    secret = ask(house.atlas, office, "R25", NAME, until=UNTIL, reason="审查在途")
    assert secret.exception.state(TODAY) == "waiting"
    FourEyes(house.atlas.journal).demand(TRANSPORT, True)
    made = ask(house.atlas, office, "R01", NAME, until=UNTIL, reason="历史数据").exception
    assert made.state(TODAY) == "waiting"
    with pytest.raises(AtlasError, match="exception-needs-another"):
        release(house.atlas, office, made.number)
    again = person(house, "second", Role.CHIEF_DATA_OFFICER)
    assert release(house.atlas, again, made.number).exception.state(TODAY) == "running"


def test_what_cannot_be_asked_for(house: House) -> None:
    office = person(house, "office", Role.DISTRICT_OFFICE)

    def refused(rule: str, name: tuple[str, str], until: date = UNTIL) -> str:
        with pytest.raises(AtlasError) as found:
            ask(house.atlas, office, rule, name, until=until, reason="x")
        return found.value.code

    assert refused("R99", NAME) == "unknown-rule"
    assert refused("R07", NAME) == "no-exception-from"
    assert refused("R01", ("transport", "NONE")) == "record-not-found"
    assert refused("R01", ("civil", "C1")) == "right-missing"
    assert refused("R01", NAME, TODAY - timedelta(1)) == "exception-end"
    assert refused("R01", NAME, last_day(house.atlas) + timedelta(1)) == "exception-end"
    ask(house.atlas, office, "R01", NAME, until=last_day(house.atlas), reason="x")
    assert refused("R01", NAME) == "exception-there"


def test_revoking_refusing_and_taking_back(house: House) -> None:
    steward, office = person(house, "li", Role.STEWARD), person(house, "o", Role.DISTRICT_OFFICE)
    first = ask(house.atlas, steward, "R01", NAME, until=UNTIL, reason="一").exception
    with pytest.raises(AtlasError, match="right-missing"):
        end(house.atlas, person(house, "other", Role.STEWARD), first.number, "不")
    assert end(house.atlas, steward, first.number, "误").exception.state(TODAY) == "refused"
    second = ask(house.atlas, office, "R01", NAME, until=UNTIL, reason="二").exception
    with pytest.raises(AtlasError, match="right-missing"):
        end(house.atlas, steward, second.number, "不")
    assert end(house.atlas, office, second.number, "已整改").exception.state(TODAY) == "revoked"
    with pytest.raises(AtlasError, match="exception-closed"):
        end(house.atlas, office, second.number, "再")
    with pytest.raises(AtlasError, match="unknown-exception"):
        end(house.atlas, office, 99, "x")
    told = [
        (one.action, one.reason)
        for one in house.atlas.audit.walk(Wanted())
        if one.action.startswith("rule.")
    ]
    assert told == [
        ("rule.ask_exception", "一"),
        ("rule.end_exception", "误"),
        ("rule.except", "二"),
        ("rule.end_exception", "已整改"),
    ]


def test_what_waits_and_what_ends_soon(house: House) -> None:
    steward, office = person(house, "li", Role.STEWARD), person(house, "o", Role.DISTRICT_OFFICE)
    to_release, ending = (kind.find for kind in WAITING)
    made = ask(house.atlas, steward, "R01", NAME, until=UNTIL, reason="一").exception
    assert [one.due for one in to_release(house.atlas, office)] == [UNTIL]
    assert list(to_release(house.atlas, steward)) == []
    assert list(to_release(house.atlas, person(house, "x", Role.CITY_OFFICE, CIVIL))) == []
    release(house.atlas, office, made.number)
    assert list(to_release(house.atlas, office)) == list(ending(house.atlas, steward)) == []
    on(house, UNTIL - timedelta(14))
    assert [one.due for one in ending(house.atlas, steward)] == [UNTIL]
    assert list(ending(house.atlas, person(house, "x", Role.STEWARD, CIVIL))) == []
    days = DEADLINES[0].find(house.atlas, steward, TODAY, UNTIL + timedelta(9))
    assert [one.day for one in days] == [UNTIL]
    assert count_listed(house.atlas, steward, ExceptionFilter(("running",))) == 1


def test_the_pages_tell_the_reason_to_all_and_the_name_to_officers_alone(house: House) -> None:
    house.project()
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        public = dict(client.headers)
        secret = house.token("admin")
        client.headers.update({**secret, **HTML})
        form = {"step": "ask", "rule": "R01", "source": "transport", "remote_id": "NEW"}
        query = "rule=R01&source=transport&remote_id=NEW&lang=en"
        page = client.get(f"/rules/exceptions/new?{query}")
        assert page.headers["cache-control"] == "private, no-store"
        assert 'max="2027-09-01"' in page.text and "Ask for the exception" in page.text
        path = "/rules/exceptions?lang=en"
        wrong = client.post(path, data={**form, "until": "morgen", "reason": "old data"})
        assert wrong.status_code == 422 and "old data" in wrong.text
        empty = client.post(path, data={**form, "until": "2026-09-30"})
        assert empty.status_code == 400
        for rule in violated(house):
            sent = {**form, "rule": rule, "until": "2026-09-30", "reason": "<b>old data</b>"}
            done = client.post(path, data=sent)
            assert done.status_code == 303, done.text
        assert "freed=yes" in done.headers["location"]
        shown = client.get("/rules/exceptions?lang=en&rule=R01").text
        assert "&lt;b&gt;old data" in shown and "until 2026-09-30" in shown
        assert "· token:test<" in shown
        house.project()
        client.headers = httpx.Headers({**public, **HTML})
        dataset = client.get("/dataset/transport/NEW?lang=en").text
        assert "Excepted until 2026-09-30, because:" in dataset and "&lt;b&gt;old data" in dataset
        dataset = client.get("/dataset/transport/NEW?lang=zh").text
        assert "例外" in dataset and "2026-09-30" in dataset
        found = client.get("/api/v1/datasets/transport/NEW/findings", headers={"Accept": "*/*"})
        told = {one["rule"]: one["excepted"] for one in found.json()["rules"]}
        assert told["R01"] == {"until": "2026-09-30", "reason": "<b>old data</b>"}
        assert client.get("/rules/exceptions").status_code in (303, 401)
        client.headers.update({**secret, **HTML})
        number = client.get("/rules/exceptions?rule=R01").text.split('name="exception" value="')[1]
        step = {"step": "end", "exception": number.split('"')[0], "reason": "mended"}
        assert client.post("/rules/exceptions", data=step).status_code == 303
        assert "mended" in client.get("/rules/exceptions?state=revoked").text


def test_validation_tells_it_to_whoever_may_see_what_is_held(house: House) -> None:
    excepted(house, person(house, "office", Role.DISTRICT_OFFICE))
    body = orjson.dumps(portal("NEW", "轨道站点", is_open=""))
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        client.headers["Content-Type"] = "application/x-ndjson"

        def validated(query: str, **headers: str) -> httpx.Response:
            return client.post(f"/api/v1/validate{query}", content=body, headers=headers)

        assert validated("").json()["violating"] == 1
        assert validated("?source=transport").status_code == 401
        steward = house.token("steward:transport")
        assert validated("?source=civil", **steward).status_code == 403
        told = validated("?source=transport", **steward).json()
        assert (told["conforming"], told["violating"]) == (1, 0)
        (record,) = told["records"]
        found = {one["rule"]: one["excepted"] for one in record["rules"]}
        assert found["R01"] == {"until": UNTIL.isoformat(), "reason": "历史数据"}
