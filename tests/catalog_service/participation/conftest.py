"""A house with a dataset, people who ask and people who answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import orjson
import pytest
import sqlalchemy as sa

from catalog_service.accounts.people import Account
from catalog_service.accounts.service import OPERATOR, Person, Principal, Role
from catalog_service.classification.model import Agreement
from catalog_service.classification.service import (
    classify,
    import_conditions,
    import_guide,
    put_agreement,
)
from catalog_service.notices.tables import outbox
from catalog_service.participation.service import case_named
from catalog_service.participation.signing import signatures_of
from tests.fixtures.people import ORGANIZATION, Browser, acting, person, started
from tests.fixtures.prepared_houses import prepared
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
        return acting(self.house.atlas, self.people[name])

    def browser(self, name: str) -> Browser:
        return Browser(self.client, started(self.house.atlas, self.people[name]).secret)


@contextmanager
def later(town: Town, days: int) -> Iterator[None]:
    """Move the clock and the day that it shows, and put them back."""
    clock = town.house.clock
    before = clock.moment, clock.day
    clock.step_days(days)
    try:
        yield
    finally:
        clock.moment, clock.day = before


def code_of(town: Town, step: str, who: str, name: str) -> str:
    """Ask for a code with which somebody signs, and read it in the mail that waits."""
    atlas, principal = town.house.atlas, town.who(who)
    assert isinstance(principal, Person)
    town.house.clock.step(minutes=2)
    signatures_of(atlas).ask(principal, case_named(atlas, principal, name), step)
    return mailed(town.house, principal.id)


def mailed(house: House, person: str) -> str:
    """Return the last code that waits to be mailed to a person."""
    with house.atlas.journal.reading_tables() as connection:
        query = sa.select(outbox.c.data).where(outbox.c.target == f"person:{person}")
        rows = connection.execute(query.order_by(outbox.c.created)).scalars().all()
    found = [orjson.loads(one) for one in rows]
    code: str = [one for one in found if one.get("notice") == "case.code"][-1]["data"]["code"]
    return code


def classify_park(house: House) -> None:
    """Put the conditional dataset to a level with conditions and an agreement."""
    day = date(2026, 1, 5)
    levels = "级别,名称,英文名称,说明,开放类型\nX2,乙级,,示例乙,有条件开放\n"
    import_guide(house.atlas, OPERATOR, ("t.csv", levels.encode()), day, "示例指南")
    conditions = "级别,名称,开放条件,行业\nlog,留痕,使用须留痕,\n"
    import_conditions(house.atlas, OPERATOR, ("c.csv", conditions.encode()), day, "")
    agreement = Agreement({"zh": "数据利用协议", "en": "Data use agreement"}, AGREEMENT)
    put_agreement(house.atlas, OPERATOR, "use", agreement, day, "示例")
    classify(
        house.atlas,
        OPERATOR,
        "city/PARK",
        "X2",
        conditions=("log",),
        agreement="use",
        reason="示例",
    )


AGREEMENT = "# 数据利用协议\n\n数据集：{{数据集名称}}（{{数据提供单位}}）\n\n条件：{{开放条件}}\n"
APPLIED = {
    "dataset": "city/PARK",
    "applicant": "浦江数据有限公司",
    "text": "研究车位周转，联系人：张敏 13800138000",
    "scope": "只要浦东新区",
    "security": "存放在内网服务器，专人保管",
    "from": "2026-09-01",
    "until": "2026-12-31",
    "terms": "read",
}
"""What the form of an application sends."""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with settled(tmp_path) as made:
        yield made


@contextmanager
def settled(folder: Path, **settings: object) -> Iterator[Town]:
    """Open a house with its people, and serve it."""
    with (
        prepared(folder, _fill, **settings) as (house, people),
        served(house) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        yield Town(house, client, people)


def _fill(house: House) -> dict[str, Account]:
    """Write the datasets that are spoken of, and the accounts of who speaks."""
    house.submit(
        "city",
        [
            portal("BUS1", "公交线路"),
            portal("CLOSED", "内部", is_open="非开放"),
            portal("PARK", "停车场车位", is_open="有条件开放", issued="2020-01-01"),
        ],
    )
    house.project()
    classify_park(house)
    atlas = house.atlas
    return {
        "citizen": person(atlas, "citizen", email="citizen@example.org"),
        "other": person(atlas, "other"),
        "officer": person(atlas, "officer", Role.STEWARD, "health"),
        "steward": person(atlas, "steward", Role.STEWARD, "transport", email="steward@example.org"),
        "health": person(atlas, "health", Role.STEWARD, "health"),
        "reviewer": person(
            atlas, "reviewer", Role.REVIEWER, "transport", email="reviewer@example.org"
        ),
        "city": person(atlas, "city", Role.CITY_OFFICE),
        "second": person(atlas, "second", Role.CITY_OFFICE),
    }
