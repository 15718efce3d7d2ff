"""The yearly evaluation (R23): every item is decided, and next year begins from the decisions."""

from __future__ import annotations

import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.evaluation import (
    DECISIONS,
    decide,
    decisions_of,
    finish,
    next_content,
    progress,
)
from catalog_service.open_list.model import Content, ListItem
from catalog_service.open_list.service import draft, get, take
from ontology.errors import AtlasError
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, People
from tests.fixtures.web import House

NAME = (TRANSPORT, 2026)
BUS, PARK = "transport/BUS", "transport/PARK"


def published(house: House) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, *NAME, step)


def code_of(*arguments: object, **more: object) -> str:
    with pytest.raises(AtlasError) as caught:
        decide(*arguments, **more)  # type: ignore[arg-type]
    return caught.value.code


def test_every_item_is_decided_and_the_decisions_are_next_years_draft(
    house: House, person: People
) -> None:
    atlas, steward = house.atlas, person("s", Role.STEWARD)
    published(house)
    decide(atlas, steward, NAME, BUS, "keep", "使用量大")
    with pytest.raises(AtlasError) as caught:
        finish(atlas, person("r", Role.REVIEWER), *NAME)
    assert caught.value.code == "open-list-not-evaluated"
    decide(atlas, steward, NAME, PARK, "withdraw", "误判")
    decide(atlas, steward, NAME, PARK, "open-further", "已脱敏")
    decided = decisions_of(atlas, *NAME)
    assert decided[PARK].decision == "open-further"
    assert progress(get(atlas, *NAME), decided).decided == 2
    assert finish(atlas, person("r", Role.REVIEWER), *NAME).state == "evaluated"
    next_year = draft(atlas, steward, TRANSPORT, 2027, last_year=True).content
    assert {one.open_type for one in next_year.items.values()} == {"无条件开放"}
    assert take(atlas, OPERATOR, *NAME, "close").state == "closed"


def test_what_is_not_a_decision_is_refused(house: House, person: People) -> None:
    atlas, steward = house.atlas, person("s", Role.STEWARD)
    draft(atlas, OPERATOR, *NAME)
    assert code_of(atlas, steward, NAME, BUS, "keep", "x") == "open-list-step"
    for step in ("check", "review", "file", "accept", "publish"):
        take(atlas, OPERATOR, *NAME, step)
    assert code_of(atlas, steward, NAME, "none", "keep", "x") == "unknown-open-list-item"
    assert code_of(atlas, steward, NAME, BUS, "keep", "  ") == "open-list-reason"
    assert code_of(atlas, steward, NAME, BUS, "none", "x") == "parameter-invalid"
    other = person("o", Role.STEWARD, CIVIL)
    assert code_of(atlas, other, NAME, BUS, "keep", "x") == "right-missing"


@pytest.mark.parametrize(
    ("decision", "before", "after"),
    [
        ("keep", "有条件开放", "有条件开放"),
        ("open-further", "有条件开放", "无条件开放"),
        ("restrict", "无条件开放", "有条件开放"),
        ("restrict", "有条件开放", None),
        ("sample", "有条件开放", "有条件开放"),
        ("improve", "无条件开放", "无条件开放"),
        ("withdraw", "无条件开放", None),
    ],
)
def test_what_a_decision_makes_of_an_item(
    house: House, decision: str, before: str, after: str | None
) -> None:
    assert decision in DECISIONS
    published(house)
    decide(house.atlas, OPERATOR, NAME, BUS, decision, "理由")
    there = Content.of([ListItem(BUS, "公交线路", open_type=before)])
    found = next_content(there, decisions_of(house.atlas, *NAME))
    assert [one.open_type for one in found.items.values()] == ([] if after is None else [after])
