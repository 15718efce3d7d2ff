"""Links between organizations: proposed by one, released by another, and rights that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.accounts.organization_links import OrganizationLinks
from catalog_service.accounts.service import Action, Role
from catalog_service.audit.service import Wanted
from ontology.terms import ORG, SKOS
from tests.fixtures.people import ORGANIZATION, Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import House, opened

HERE = "/workbench/vocabulary/organizations"
TURTLE = "/api/v1/vocabulary/organizations.ttl"
BELOW = {"kind": "below", "organization": "shenkang", "other": "health", "reason": "直属单位"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, httpx.Client]]:
    with opened(tmp_path_factory.mktemp("hierarchy") / "var") as (house, client):
        use_counting_hasher(house.atlas)
        yield house, client


@pytest.fixture(scope="module")
def people(desk: tuple[House, httpx.Client]) -> dict[str, Browser]:
    house, client = desk
    roles = {"li": (Role.STEWARD, "health"), "wang": (Role.CITY_OFFICE, None)}
    made = {name: person(house.atlas, name, *role) for name, role in roles.items()}
    made["zhao"] = person(house.atlas, "zhao", Role.CITY_OFFICE)
    return {name: signed_in(client, house.atlas, one) for name, one in made.items()}


def test_rights_follow_a_link_once_it_is_released_and_no_longer_than_it_holds(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, client = desk
    atlas = house.atlas
    account = next(one for one in atlas.accounts.people.list() if one.login == "li")
    steward = atlas.accounts.principal(account)

    def may() -> bool:
        return steward.may(Action.DATASET_EDIT, f"{ORGANIZATION}shenkang")

    assert not may()
    made = people["li"].post(HERE, step="propose", day="2020-01-02", **BELOW)
    assert made.status_code == 303
    (link,) = atlas.accounts.links.all()
    number = str(link.number)
    page = people["li"].get(HERE).text
    assert "直属单位" in page and 'value="release"' not in page and "2020-01-02" in page
    refused = people["li"].post(HERE, step="release", number=number, reason="x")
    assert refused.status_code == 403 and not may()
    assert HERE in people["wang"].get("/workbench").text
    again = people["wang"].post(HERE, step="propose", **BELOW)
    assert again.status_code == 400 and "无需添加" in again.text

    assert (
        people["wang"].post(HERE, step="release", number=number, reason="属实").status_code == 303
    )
    assert may()
    # Another process finds it, too; and so does whoever reads the vocabulary.
    assert OrganizationLinks(atlas.journal, atlas.clock).in_force().above != {}
    triples = list(ox.parse(client.get(TURTLE).content, format=ox.RdfFormat.TURTLE))
    assert [t.predicate.value for t in triples] == [SKOS.broader]
    turned = {**BELOW, "organization": "health", "other": "shenkang"}
    circle = people["wang"].post(HERE, step="propose", **turned)
    assert circle.status_code == 400 and "循环" in circle.text

    assert people["li"].post(HERE, step="undo", number=number, reason="x").status_code == 403
    assert people["zhao"].post(HERE, step="undo", number=number, reason="x").status_code == 303
    assert not may() and client.get(TURTLE).text == ""
    gone = people["zhao"].post(HERE, step="undo", number=number, reason="x")
    assert gone.status_code == 400 and "已撤销" in people["li"].get(HERE).text


def test_whoever_proposed_a_link_does_not_release_it(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, client = desk
    followed = {"kind": "followed", "organization": "archives", "other": "上海市审计局"}
    assert people["wang"].post(HERE, reason="机构改革", **followed).status_code == 303
    number = str(house.atlas.accounts.links.all()[0].number)
    own = people["wang"].post(HERE, step="release", number=number, reason="x")
    assert own.status_code == 403
    assert people["zhao"].post(HERE, step="release", number=number, reason="是").status_code == 303
    assert house.atlas.accounts.hierarchy.covers(f"{ORGANIZATION}archives", f"{ORGANIZATION}audit")
    found = {
        t.predicate.value for t in ox.parse(client.get(TURTLE).content, format=ox.RdfFormat.TURTLE)
    }
    assert {ORG.changedBy, ORG.resultingOrganization} <= found
    taken = people["wang"].post(HERE, reason="又", **followed)
    assert taken.status_code == 400


def test_what_is_unknown_is_said_at_its_field_and_nothing_typed_is_lost(
    people: dict[str, Browser],
) -> None:
    typed = {**BELOW, "organization": "交通委", "reason": "随机构改革划转"}
    answer = people["wang"].post(HERE, **typed)
    assert answer.status_code == 400
    field = answer.text.split('id="organization"')[1].split("</p>")[0]
    assert 'aria-invalid="true"' in field and 'value="交通委"' in field
    assert "没有名称或代码为“交通委”的机构" in field and "上海市交通委员会" in field
    assert 'href="#organization">机构' in answer.text and "随机构改革划转" in answer.text
    assert answer.text.count("必填") >= 3

    # A step without its reason says so beside the link it was about.
    made = people["li"].post(HERE, **{**BELOW, "organization": "archives"})
    assert made.status_code == 303
    number = re.findall(r'name="number" value="([0-9]+)"', people["wang"].get(HERE).text)[0]
    answer = people["wang"].post(HERE, step="release", number=number, reason="")
    field = answer.text.split(f'id="reason-{number}"')[1].split("</p>")[0]
    assert 'aria-invalid="true"' in field and "理由" in field
    assert people["li"].post(HERE, step="refuse", number=number, reason="误").status_code == 303


def test_whose_rights_reach_further_is_said_before_the_release(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk

    def reads() -> list[tuple[str, object]]:
        found = house.atlas.audit.walk(Wanted(action="personal_data.read"))
        return [(one.actor, one.details) for one in found]

    helper = person(house.atlas, "helper")
    li = next(one for one in house.atlas.accounts.people.list() if one.login == "li")
    house.atlas.accounts.grants.delegations.begin(
        li.id,
        helper.id,
        Role.STEWARD,
        f"{ORGANIZATION}health",
        until=house.atlas.clock.now() + timedelta(days=3),
        by="cli",
        reason="出差",
    )
    assert people["zhao"].post(HERE, **{**BELOW, "organization": "nebula"}).status_code == 400
    assert people["zhao"].post(HERE, **{**BELOW, "organization": "water"}).status_code == 303
    before = reads()
    page = people["wang"].get(HERE).text
    told = page.split("放行后，下列角色的范围将扩大")[1].split("</ul>")[0]
    assert told.count("上海市水务局") == 2 and "上海市卫生健康委员会" in told
    assert "Helper" in told
    # Not to those who cannot release it; and nothing of one that nobody's role gains by.
    assert "下列角色的范围" not in people["zhao"].get(HERE).text
    assert "下列角色的范围" not in people["li"].get(HERE).text
    # Who has which role is personal: whoever was shown it is told to the audit, and nobody else.
    wang = next(one for one in house.atlas.accounts.people.list() if one.login == "wang")
    ((reader, details),) = reads()[len(before) :]
    assert reader == f"person:{wang.id}" and '"roles"' in str(details)
    below = {**BELOW, "organization": "sports", "other": "archives"}
    assert people["zhao"].post(HERE, **below).status_code == 303
    assert "现有角色的范围不会扩大" in people["wang"].get(HERE).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"organization": "没有这个机构"},
        {"other": "shenkang"},
        {"kind": "beside"},
        {"day": "去年"},
        {"reason": ""},
        {"step": "release", "number": "x"},
        {"step": "release", "number": "99"},
        {"step": "burn"},
    ],
)
def test_what_is_asked_wrongly_is_said(people: dict[str, Browser], wrong: dict[str, str]) -> None:
    answer = people["wang"].post(HERE, **(BELOW | wrong))
    assert answer.status_code == 400 and 'role="alert"' in answer.text
