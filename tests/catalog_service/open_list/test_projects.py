"""Pilot projects: a register that the operator fills, and what of it is public."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.audit.service import Wanted
from catalog_service.open_list.projects import Project, enter, projects, projects_of
from ontology.errors import AtlasError
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, People
from tests.fixtures.people import person as account
from tests.fixtures.people import signed_in, use_counting_hasher
from tests.fixtures.web import HTML, House, served

PAGE = "/workbench/open-lists/projects"
FIRST, LAST = date(2026, 1, 5), date(2027, 6, 30)


def project(**more: object) -> Project:
    said = {
        "organization": TRANSPORT,
        "name": "停车 一件事",
        "begins": FIRST,
        "ends": LAST,
        "state": "running",
        "article": "《2022年上海市公共数据开放重点工作安排》17",
        "datasets": (),
    }
    return Project(**{**said, **more})  # type: ignore[arg-type]


def test_a_project_stands_as_it_was_entered_last(house: House, person: People) -> None:
    atlas = house.atlas
    bus = f"{house.settings.base_iri}/id/dataset/transport/BUS"
    enter(atlas, OPERATOR, project(name=" 停车  一件事 ", datasets=(bus,)))
    enter(atlas, OPERATOR, project(state="ended", ends=date(2026, 12, 31)))
    enter(atlas, OPERATOR, project(organization=CIVIL, name="养老", ends=None))
    assert [(one.name, one.state) for one in projects(atlas, {TRANSPORT})] == [
        ("停车 一件事", "ended")
    ]
    assert [one.name for one in projects_of(atlas, 2028)] == ["养老"]
    assert projects_of(atlas, 2025) == []
    enter(atlas, OPERATOR, project(), reason="重复登记", withdraw=True)
    assert projects(atlas, {TRANSPORT}) == []
    told = [one for one in atlas.audit.walk(Wanted()) if one.action == "open_list.project"]
    assert len(told) == 4 and told[-1].reason == "重复登记"
    for wrong in (
        project(name=""),
        project(article=""),
        project(ends=date(2026, 1, 4)),
        project(state="given up"),
        project(datasets=("https://elsewhere.example/x",)),
    ):
        with pytest.raises(AtlasError) as caught:
            enter(atlas, OPERATOR, wrong)
        assert caught.value.code == "project-incomplete"
    with pytest.raises(AtlasError) as caught:
        enter(atlas, person("m", Role.STEWARD, CIVIL), project())
    assert caught.value.code == "right-missing"


def test_projects_are_entered_on_the_workbench_and_read_by_everybody(house: House) -> None:
    use_counting_hasher(house.atlas)
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        steward = signed_in(
            client, house.atlas, account(house.atlas, "bus", Role.STEWARD, "transport")
        )
        public = "/open-list/2026/coverage?lang=en"
        assert "no organization has entered one" in client.get(public, headers=HTML).text
        shown = f"{PAGE}?lang=en"
        assert "No pilot project" in steward.get(shown, **HTML).text
        bus = f"{house.settings.base_iri}/id/dataset/transport/BUS"
        fields = {"organization": TRANSPORT, "name": "停车一件事", "article": "17", "datasets": bus}
        refused = steward.post(shown, state="running", **fields)
        assert refused.status_code == 422 and 'value="停车一件事"' in refused.text
        dated = {"begins": "2026-01-05", "state": "running", **fields}
        assert steward.post(PAGE, **dated).status_code == 303
        assert "停车一件事" in steward.get(shown, **HTML).text
        page = client.get(public, headers=HTML).text
        assert "停车一件事" in page and "/dataset/transport/BUS" in page and "Under way" in page
        (told,) = client.get("/api/v1/open-list/2026/coverage").json()["projects"]
        assert (told["datasets"], told["ends"]) == ([bus], None)
        other = signed_in(client, house.atlas, account(house.atlas, "sea", Role.STEWARD, "water"))
        assert other.post(PAGE, **dated).status_code == 403
        assert "停车一件事" not in other.get(PAGE, **HTML).text
