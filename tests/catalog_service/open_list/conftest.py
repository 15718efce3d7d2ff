"""A house with the records of a department, and the people of a list's year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from catalog_service.accounts.service import Grant, Organizations, Person, Role, set_owner
from ontology.terms import VOCAB
from tests.fixtures.prepared_houses import prepared
from tests.fixtures.web import House, portal

TRANSPORT, CIVIL = f"{VOCAB}organization/transport", f"{VOCAB}organization/civil-affairs"
OWNERS = {"transport": TRANSPORT, "civil": CIVIL}

People = Callable[..., Person]


@contextmanager
def furnished(folder: Path, **settings: Any) -> Iterator[House]:
    """Yield a house with the records of two departments."""
    with prepared(folder, _fill, **settings) as (made, _):
        yield made


def _fill(house: House) -> None:
    more = {
        "open_scope": "全市范围",
        "fields": ["线路", "站点"],
        "secrecy_review": "2019-12-01",
    }
    house.submit(
        "transport",
        [
            portal("BUS", "公交线路", **more),
            portal("PARK", "停车场", is_open="有条件开放", open_condition="签订协议", **more),
            portal("SECRET", "内部线路", is_open="非开放"),
            portal("UNSAID", "换乘枢纽", is_open="", department="上海市水务局"),
        ],
    )
    house.submit("civil", [portal("CARE", "养老机构", department="上海市民政局")])
    for source, owner in OWNERS.items():
        set_owner(house.atlas.journal, house.atlas.vocabulary, source, owner)
    house.project()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with furnished(tmp_path) as made:
        yield made


@pytest.fixture
def person(house: House) -> People:
    def of(name: str, role: Role, over: str | None = TRANSPORT) -> Person:
        hierarchy = Organizations(lambda: house.atlas.vocabulary)
        return Person(name, name, name, None, (Grant(role, over),), hierarchy, OWNERS.get)

    return of
