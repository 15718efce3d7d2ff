"""Proposals of concepts, by people who may propose and others who may release."""

from __future__ import annotations

import httpx

from catalog_service.accounts.service import Role
from tests.fixtures.people import ORGANIZATION, Browser, person, signed_in
from tests.fixtures.web import House

HERE = "/workbench/vocabulary/concepts"
NAME = "上海市星云算力调度中心"
IRI = f"{ORGANIZATION}nebula-computing"
NEW = {
    "kind": "new",
    "scheme": "organization",
    "notation": "nebula-computing",
    "zh": NAME,
    "en": "Shanghai Nebula Computing Centre",
    "others": "星云算力中心",
    "broader": "audit",
    "since": "2026-03-01",
    "source": "沪编〔2026〕3号",
    "issued": "2026-02-14",
    "reason": "新设机构",
}


def signed_in_people(house: House, client: httpx.Client) -> dict[str, Browser]:
    """A steward, who may propose, and two of the city's office, who may release."""
    made = {
        "li": person(house.atlas, "li", Role.STEWARD, "health"),
        "wang": person(house.atlas, "wang", Role.CITY_OFFICE),
        "zhao": person(house.atlas, "zhao", Role.CITY_OFFICE),
    }
    return {name: signed_in(client, house.atlas, one) for name, one in made.items()}


def proposed(browser: Browser, **fields: str) -> str:
    looked = browser.post(HERE, **fields)
    assert looked.status_code == 200, looked.text
    made = browser.post(HERE, looked="yes", **fields)
    assert made.status_code == 303, made.text
    return made.headers["location"]
