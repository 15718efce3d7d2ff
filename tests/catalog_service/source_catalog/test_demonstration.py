"""What the source catalogue shows in the demo."""

from __future__ import annotations

from catalog_service.console.output import Output
from catalog_service.source_catalog.conflicts import conflicts
from catalog_service.source_catalog.demonstration import CLAIMS, demonstrate
from catalog_service.source_catalog.editing import Edit, add_item
from catalog_service.source_catalog.model import SourceItem
from catalog_service.source_catalog.service import count_items
from tests.fixtures.web import House


def test_the_demo_has_items_and_a_conflict(house: House) -> None:
    with demonstrate(house.atlas, Output(as_json=False)):
        assert count_items(house.atlas) == len(CLAIMS)
    twice = [one.item for one in conflicts(house.atlas) if one.kind == "claimed-twice"]
    assert twice == ["许可证编号"]


def test_what_somebody_wrote_stays_as_it_is(house: House) -> None:
    add_item(house.atlas, SourceItem("道路编号", "上海市交通委员会"), Edit("test", ""))
    with demonstrate(house.atlas, Output(as_json=False)):
        assert count_items(house.atlas) == 1
