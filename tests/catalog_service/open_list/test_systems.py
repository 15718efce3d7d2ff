"""R26: a new information system comes with an opening plan, or is found."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.audit.service import Wanted
from catalog_service.open_list.checking import check
from catalog_service.open_list.model import Content
from catalog_service.open_list.systems import enter, systems, without_plan
from ontology.errors import AtlasError
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, People
from tests.fixtures.people import Browser, signed_in, use_counting_hasher
from tests.fixtures.people import person as account
from tests.fixtures.web import HTML, House, served

DAY = date(2026, 3, 2)
PAGE = "/workbench/open-lists/systems"


def test_a_system_without_a_plan_is_found_until_it_has_one(house: House) -> None:
    atlas = house.atlas
    enter(atlas, OPERATOR, TRANSPORT, " 公交  调度 ", DAY)
    enter(atlas, OPERATOR, TRANSPORT, "停车", DAY, plan="2026 年 9 月开放停车场余位")
    # One that was begun before the rule needs none.
    enter(atlas, OPERATOR, CIVIL, "养老", date(2022, 12, 30))

    def found(organization: str) -> list[tuple[str, str]]:
        told = check(atlas, organization, Content.of([]))
        return [(one.severity, one.zh) for one in told if one.rule == "R26"]

    assert found(TRANSPORT) == [("Info", "新建信息系统“公交 调度”没有开放计划。")]
    assert found(CIVIL) == []
    assert [one.name for one in without_plan(atlas)] == ["公交 调度"]
    enter(atlas, OPERATOR, TRANSPORT, "公交 调度", None, plan="https://plan.example/1")
    assert found(TRANSPORT) == [] and without_plan(atlas, {TRANSPORT}) == []
    kept = {one.name: one.begun for one in systems(atlas, {TRANSPORT})}
    assert kept == {"公交 调度": DAY, "停车": DAY}
    enter(atlas, OPERATOR, TRANSPORT, "停车", None, withdraw=True, reason="不再建设")
    assert [one.name for one in systems(atlas)] == ["养老", "公交 调度"]
    told = [one for one in atlas.audit.walk(Wanted()) if one.action == "open_list.system"]
    assert len(told) == 5 and told[-1].reason == "不再建设"


def test_what_is_incomplete_or_not_allowed_is_refused(house: House, person: People) -> None:
    atlas = house.atlas
    for name, begun, more in (
        ("", DAY, {}),
        ("x" * 201, DAY, {}),
        ("新系统", None, {}),
        ("新系统", DAY, {"plan": "x" * 4_001}),
        ("新系统", DAY, {"withdraw": True, "reason": "没有"}),
    ):
        with pytest.raises(AtlasError) as caught:
            enter(atlas, OPERATOR, TRANSPORT, name, begun, **more)  # type: ignore[arg-type]
        assert caught.value.code == "system-incomplete"
    with pytest.raises(AtlasError) as caught:
        enter(atlas, person("m", Role.STEWARD, CIVIL), TRANSPORT, "新系统", DAY)
    assert caught.value.code == "right-missing"
    assert systems(atlas) == []


def test_systems_are_entered_on_the_workbench(house: House) -> None:
    use_counting_hasher(house.atlas)
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:

        def browser(login: str, organization: str) -> Browser:
            own = account(house.atlas, login, Role.STEWARD, organization)
            return signed_in(client, house.atlas, own)

        steward, other = browser("bus", "transport"), browser("sea", "water")
        shown = f"{PAGE}?lang=en"
        assert "No system of your organizations" in steward.get(shown, **HTML).text
        fields = {"organization": TRANSPORT, "name": "公交调度"}
        refused = steward.post(shown, **fields)
        assert refused.status_code == 422 and 'value="公交调度"' in refused.text
        assert steward.post(PAGE, **fields, begun="2026-03-02").status_code == 303
        assert "No plan yet" in steward.get(shown, **HTML).text
        assert steward.post(PAGE, **fields, plan="九月开放").status_code == 303
        page = steward.get(shown, **HTML).text
        assert "九月开放" in page and "No plan yet" not in page
        assert "公交调度" not in other.get(PAGE, **HTML).text
        assert other.post(PAGE, **fields, begun="2026-03-02").status_code == 403
        assert client.get(PAGE, headers=HTML).status_code in (303, 401)
