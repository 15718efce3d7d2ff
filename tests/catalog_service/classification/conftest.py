"""A house with a conditional dataset, a table of the guide, conditions, and an agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from catalog_service.accounts.service import (
    OPERATOR,
    Grant,
    Organizations,
    Person,
    Role,
    set_owner,
)
from catalog_service.classification.model import Agreement
from catalog_service.classification.service import (
    import_conditions,
    import_guide,
    put_agreement,
)
from ontology.terms import VOCAB
from tests.fixtures.web import House, portal

TRANSPORT = f"{VOCAB}organization/transport"
PARK = "transport/PARK"
LEVELS = (
    "级别,名称,英文名称,说明,开放类型\n"
    "X1,甲级,First,示例甲,无条件开放\nX2,乙级,,示例乙,有条件开放\n"
)
CONDITIONS = "级别,名称,开放条件,行业\ntraffic,交通类,仅限科研使用,\nlog,留痕,使用须留痕,\n"
AGREEMENT = (
    "# 数据利用协议\n\n数据集：{{数据集名称}}（{{数据提供单位}}）\n\n"
    "条件：{{开放条件}}；分级 {{ 分级 }}；第 {{协议版本}} 版\n\n乙方：____\n"
)
DAY = date(2026, 1, 5)

People = Callable[..., Person]


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "var")
    with made.atlas:
        made.submit(
            "transport",
            [
                portal("PARK", "停车场", is_open="有条件开放", issued="2020-01-01"),
                portal("BUS", "公交线路"),
            ],
        )
        set_owner(made.atlas.journal, made.atlas.vocabulary, "transport", TRANSPORT)
        made.project()
        yield made


@pytest.fixture
def house(bare: House) -> House:
    atlas = bare.atlas
    import_guide(atlas, OPERATOR, ("t.csv", LEVELS.encode()), DAY, "示例指南")
    import_conditions(atlas, OPERATOR, ("c.csv", CONDITIONS.encode()), DAY, "")
    agreement = Agreement({"zh": "数据利用协议", "en": "Data use agreement"}, AGREEMENT)
    put_agreement(atlas, OPERATOR, "use", agreement, DAY, "示例")
    return bare


@pytest.fixture
def person(bare: House) -> People:
    def of(name: str, role: Role, over: str | None = TRANSPORT) -> Person:
        hierarchy = Organizations(lambda: bare.atlas.vocabulary)
        owners = {"transport": TRANSPORT}
        return Person(name, name, name, None, (Grant(role, over),), hierarchy, owners.get)

    return of
