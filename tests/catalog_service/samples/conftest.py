"""A house with a conditional dataset, its table, and people who may work on it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog_service.accounts.service import Grant, Organizations, Person, Role, set_owner
from catalog_service.samples.service import Wish
from harvesters.readers.files import Input
from ontology.terms import VOCAB
from tests.fixtures.prepared_houses import prepared
from tests.fixtures.web import House, portal

TRANSPORT = f"{VOCAB}organization/transport"
PARK = "transport/PARK"
WISH = Wish(50, "42", ("区",))
PLANTED = ("13912345678", "310101199001011234", "崇明区")
"""What must be in no file: of persons, and of a group of three rows."""

People = Callable[..., Person]


def park_table() -> bytes:
    """300 parking lots; three of one district, each tenth with somebody's telephone number."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(["编号", "区", "泊位数", "备注"])
    for number in range(1, 301):
        district = "崇明区" if number <= 3 else ("浦东新区", "徐汇区", "静安区")[number % 3]
        note = PLANTED[number % 2] if number % 10 == 0 else "正常"
        rows.writerow([f"P{number:04}", district, number % 97 + 5, note])
    return out.getvalue().encode()


TABLE = Input("park.csv", content=park_table())


SETTINGS: dict[str, object] = {
    "sample_smallest_group": 5,
    "sample_largest_share": 0.5,
    "embedding": "off",
}


def make_house(folder: Path, **settings: object) -> House:
    made = House(folder, **{**SETTINGS, **settings})
    _fill(made)
    return made


def _fill(house: House) -> None:
    house.submit(
        "transport",
        [
            portal("PARK", "停车场", is_open="有条件开放"),
            portal("BUS", "公交线路"),
        ],
    )
    set_owner(house.atlas.journal, house.atlas.vocabulary, "transport", TRANSPORT)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with prepared(tmp_path, _fill, **SETTINGS) as (made, _):
        yield made


def person_of(house: House, name: str, role: Role, over: str | None = TRANSPORT) -> Person:
    hierarchy = Organizations(lambda: house.atlas.vocabulary)
    owner = {"transport": TRANSPORT, "samples-transport": TRANSPORT}
    return Person(name, name, name, None, (Grant(role, over),), hierarchy, owner.get)


@pytest.fixture
def people(house: House) -> tuple[Person, Person]:
    """A steward, and a reviewer."""
    return person_of(house, "s", Role.STEWARD), person_of(house, "r", Role.REVIEWER)
