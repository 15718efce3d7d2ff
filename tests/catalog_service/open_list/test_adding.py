"""What is open and not on a list is taken into its draft, or into an amendment of it (R12)."""

from __future__ import annotations

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.coverage.adding import add, items_of, left_out
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.service import draft, get, propose, proposed, take
from ontology.errors import AtlasError
from tests.catalog_service.open_list.conftest import TRANSPORT
from tests.fixtures.people import person, signed_in, use_counting_hasher
from tests.fixtures.web import HTML, House, portal, served

NAME = (TRANSPORT, 2026)
PAGE = "/workbench/open-lists/2026/transport/missing"


def begun(house: House) -> None:
    """Begin a list, and open a ferry and a lift after it."""
    draft(house.atlas, OPERATOR, *NAME)
    more = {"open_scope": "全市范围", "fields": ["线路"], "secrecy_review": "2019-12-01"}
    house.submit("transport", [portal(key, name, **more) for key, name in FERRIES.items()])
    house.project()


FERRIES = {"FERRY": "轮渡航线", "LIFT": "无障碍电梯"}


def test_datasets_come_into_a_draft_and_into_an_amendment_beside_what_waits(house: House) -> None:
    atlas = house.atlas
    begun(house)
    total, rows = left_out(atlas, get(atlas, *NAME), 9)
    assert total == 2 and {one.title for one in rows} == set(FERRIES.values())
    made = add(atlas, OPERATOR, NAME, ["transport/FERRY"], "新开放", "new-data")
    assert made.state == "draft" and made.content.items["transport/FERRY"].frequency == "每月"
    for step in ("check", "review", "file", "accept", "publish"):
        take(atlas, OPERATOR, *NAME, step)
    bus = made.content.items["transport/BUS"]
    propose(atlas, OPERATOR, NAME, frozenset({ItemChange(bus, None)}), "停止采集", "ceased")
    there = get(atlas, *NAME)
    with pytest.raises(AtlasError) as caught:
        add(atlas, OPERATOR, NAME, ["transport/LIFT"], "停止采集", "ceased")
    # A code explains what is proposed with it, whatever waits beside.
    assert caught.value.code == "open-list-reason-code"
    add(atlas, OPERATOR, NAME, ["transport/LIFT"], "新开放", "new-data")
    wanted = proposed(atlas, get(atlas, *NAME))
    assert wanted is not None and there.content == get(atlas, *NAME).content
    assert set(wanted.items) == {"transport/FERRY", "transport/LIFT", "transport/PARK"}
    # The buses are open, and will be on it no more.
    assert [one.title for one in left_out(atlas, get(atlas, *NAME), 9)[1]] == ["公交线路"]


def test_what_does_not_belong_on_it_is_refused(house: House) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    there = get(house.atlas, *NAME)
    for name in ("transport/BUS", "transport/SECRET", "transport/UNSAID", "civil/CARE", "x", "a/b"):
        with pytest.raises(AtlasError) as caught:
            items_of(house.atlas, there, [name])
        assert caught.value.code == "open-list-not-to-add"


def test_a_steward_sees_what_they_would_be_before_it_is_written(house: House) -> None:
    begun(house)
    use_counting_hasher(house.atlas)
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        steward = signed_in(
            client, house.atlas, person(house.atlas, "bus", Role.STEWARD, "transport")
        )
        asked = f"{PAGE}?lang=en"
        assert "轮渡航线" in steward.get(asked, **HTML).text
        assert "Tick the datasets" in steward.post(asked, action="preview").text
        page = steward.post(asked, action="preview-all").text
        assert "2 items that would come" in page and "全市范围" in page
        assert len(get(house.atlas, *NAME).content.items) == 2
        late = steward.post(asked, action="add", item="transport/BUS", reason="x", code="new-data")
        assert late.status_code == 409 and "on the list already" in late.text
        form = {"action": "add", "item": "transport/FERRY", "reason": "新", "code": "new-data"}
        assert steward.post(PAGE, **form).status_code == 303
        assert "transport/FERRY" in get(house.atlas, *NAME).content.items
        reader = signed_in(
            client, house.atlas, person(house.atlas, "look", Role.REVIEWER, "transport")
        )
        assert 'name="item"' not in reader.get(PAGE, **HTML).text
        assert reader.post(PAGE, **form).status_code == 403
