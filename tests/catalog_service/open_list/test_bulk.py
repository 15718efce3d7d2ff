"""Several lists at once: begun, filled from the catalogue, and taken a step further."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.bulk import (
    FILL,
    begin_all,
    fill,
    filling,
    steps_for,
    take_all,
    to_begin,
)
from catalog_service.open_list.differences import diff
from catalog_service.open_list.drafting import items_of
from catalog_service.open_list.model import Content, ListItem
from catalog_service.open_list.service import draft, edit, get, listed
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, People
from tests.fixtures.people import person as account
from tests.fixtures.people import signed_in
from tests.fixtures.web import House, served

YEAR = 2026
WATER = f"{VOCAB}organization/water"


def told(house: House, step: str, *organizations: str, by: object = OPERATOR) -> list[str]:
    lists = [(one, YEAR) for one in organizations]
    outcomes = take_all(house.atlas, by, lists, step, "请核对")  # type: ignore[arg-type]
    return ["" if one.error is None else one.error.code for one in outcomes]


def test_lists_are_begun_and_taken_on_together(house: House, person: People) -> None:
    atlas = house.atlas
    found = to_begin(atlas, OPERATOR, YEAR)
    assert found == {TRANSPORT: 2, CIVIL: 1, WATER: 1}
    assert [one.error for one in begin_all(atlas, OPERATOR, found, YEAR)] == [None] * 3
    assert to_begin(atlas, OPERATOR, YEAR) == {}
    assert told(house, "check", *found) == [""] * 3
    # What one of them refuses keeps none of the others back.
    violations = "open-list-violations"
    assert told(house, "review", TRANSPORT, CIVIL, WATER) == ["", violations, violations]
    assert told(house, "file", TRANSPORT, CIVIL) == ["", "open-list-step"]
    assert get(atlas, TRANSPORT, YEAR).filing_number == 1
    assert told(house, "return", TRANSPORT, CIVIL) == ["", "open-list-step"]
    following = begin_all(atlas, OPERATOR, [TRANSPORT, CIVIL], YEAR + 1, last_year=True)
    assert [one.there.state for one in following if one.there is not None] == ["draft"] * 2


def test_only_ones_own_lists_are_taken_on(house: House, person: People) -> None:
    begin_all(house.atlas, OPERATOR, [TRANSPORT, CIVIL], YEAR)
    steward, reviewer = person("s", Role.STEWARD), person("r", Role.REVIEWER)
    assert to_begin(house.atlas, steward, YEAR + 1) == {TRANSPORT: 2}
    assert told(house, "check", TRANSPORT, CIVIL, by=steward) == ["", "right-missing"]
    assert told(house, FILL, CIVIL, by=steward) == ["right-missing"]
    assert steps_for(steward, listed(house.atlas, steward)) == [FILL, "check"]
    assert steps_for(reviewer, listed(house.atlas, OPERATOR)) == ["review"]


def test_what_is_empty_is_filled_and_nothing_else(house: House) -> None:
    atlas = house.atlas
    there = draft(atlas, OPERATOR, TRANSPORT, YEAR)
    bus, park = (there.content.items[f"transport/{key}"] for key in ("BUS", "PARK"))
    poor = Content.of(
        [
            replace(bus, open_type="", frequency="", scope="郊区"),
            replace(park, conditions="", note="核对"),
        ]
    )
    edit(atlas, OPERATOR, (TRANSPORT, YEAR), diff(there.content, poor))
    filled = fill(atlas, OPERATOR, TRANSPORT, YEAR, "按目录补全")
    assert filled.content.items == {
        bus.key: replace(bus, scope="郊区"),
        park.key: replace(park, note="核对"),
    }
    assert (filled.steps[-1].step, filled.steps[-1].reason) == ("edit", "按目录补全")
    with pytest.raises(AtlasError) as raised:
        fill(atlas, OPERATOR, TRANSPORT, YEAR, "")
    assert raised.value.code == "open-list-nothing-to-fill"


def test_what_everybody_may_use_gets_no_conditions() -> None:
    known = ListItem("k", "停车场", open_type="有条件开放", conditions="签订协议")
    own = ListItem("k", "停车场", open_type="无条件开放")
    alone = ListItem("own", "档案")
    assert filling(Content.of([own, alone]), [known]) == frozenset()
    (change,) = filling(Content.of([replace(own, open_type="")]), [known])
    assert change.after == known


def test_one_reading_gives_what_each_alone_has(house: House) -> None:
    together = items_of(house.atlas, [TRANSPORT, CIVIL, WATER])
    for one, items in together.items():
        assert items == items_of(house.atlas, [one])[one]
    assert [one.title for one in together[WATER]] == ["换乘枢纽"]


def test_several_lists_by_page(house: House) -> None:
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        office = signed_in(client, house.atlas, account(house.atlas, "office", Role.CITY_OFFICE))
        page = office.get(f"/workbench/open-lists?begin={YEAR}&lang=en").text
        assert "3 organizations have datasets and no list of that year" in page
        fields = {"together": "yes", "step": "begin-all", "year": str(YEAR), "from": "catalog"}
        begun = office.post("/workbench/open-lists?lang=en", organization=WATER, **fields)
        assert begun.status_code == 303
        refused = office.post("/workbench/open-lists?lang=en", organization=WATER, **fields)
        assert refused.status_code == 409
        assert "1 list was left as it is:" in refused.text
        fields = {"together": "yes", "step": "check", "year": "", "state": ""}
        sent = {**fields, "which": "all", "all": f"{YEAR} {WATER}"}
        assert office.post("/workbench/open-lists", **sent).status_code == 303
        assert get(house.atlas, WATER, YEAR).state == "checked"
        shown = office.get("/workbench/open-lists?state=draft&lang=en").text
        assert "No list of this year and state." in shown
        unsaid = {**fields, "step": "return", "list": f"{YEAR} {WATER}"}
        assert office.post("/workbench/open-lists?lang=en", **unsaid).status_code == 422
        for wrong in ({"step": "delete"}, {"list": "x y"}):
            sent = {**fields, **wrong}
            answer = office.post("/workbench/open-lists", **sent)
            assert answer.status_code in (400, 422)
