"""A house with a dataset, people who ask and people who answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from catalog_service.accounts.people import Account
from catalog_service.accounts.service import Principal, Role
from catalog_service.secret_keys import create_file
from tests.fixtures.people import ORGANIZATION, Browser, person, started, use_counting_hasher
from tests.fixtures.web import House, portal, served

TRANSPORT = ORGANIZATION + "transport"
HEALTH = ORGANIZATION + "health"


@dataclass
class Town:
    """A house and its people."""

    house: House
    client: httpx.Client
    people: dict[str, Account]

    def who(self, name: str) -> Principal:
        """Return somebody as they are signed in."""
        accounts = self.house.atlas.accounts
        session = started(self.house.atlas, self.people[name])
        found = accounts.sessions.authenticate(session.secret)
        assert found is not None
        return accounts.signed_in(found)

    def browser(self, name: str) -> Browser:
        return Browser(self.client, started(self.house.atlas, self.people[name]).secret)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with settled(tmp_path) as made:
        yield made


@contextmanager
def settled(folder: Path) -> Iterator[Town]:
    """Open a house with its people, and serve it."""
    house = House(folder / "var", secret_file=folder / "keys")
    create_file(house.settings)
    with house.atlas:
        use_counting_hasher(house.atlas)
        house.submit(
            "city", [portal("BUS1", "公交线路"), portal("CLOSED", "内部", is_open="非开放")]
        )
        house.project()
        people = {
            "citizen": person(house.atlas, "citizen"),
            "other": person(house.atlas, "other"),
            "officer": person(house.atlas, "officer", Role.STEWARD, "health"),
            "steward": person(house.atlas, "steward", Role.STEWARD, "transport"),
            "health": person(house.atlas, "health", Role.STEWARD, "health"),
            "reviewer": person(house.atlas, "reviewer", Role.REVIEWER, "transport"),
            "city": person(house.atlas, "city", Role.CITY_OFFICE),
            "second": person(house.atlas, "second", Role.CITY_OFFICE),
        }
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield Town(house, client, people)
