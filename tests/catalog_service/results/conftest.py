"""The town of `tests.catalog_service.participation`, where somebody made something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from catalog_service.participation.model import Case
from catalog_service.participation.service import take_step
from catalog_service.results.service import submit
from tests.catalog_service.participation.conftest import Town, settled

PHONE: Final = "13800138000"
MADE: Final = {
    "title": "公交换乘地图",
    "title_en": "Transfer map",
    "summary": "把公交线路画在一张图上",
    "does": "按线路着色，点击站点即可查看换乘。",
    "made": "visualization",
    "address": "https://transfer.example.org/map",
    "datasets": "city/BUS1",
    "contact": f"张敏 {PHONE}",
    "text": f"请联系张敏 {PHONE}",
}
"""What the form of a result sends."""


def made(town: Town, **changed: str) -> Case:
    """Return a result that the citizen submitted."""
    return submit(town.house.atlas, town.who("citizen"), {**MADE, **changed})


def shown(town: Town, **changed: str) -> Case:
    """Return a result that is shown."""
    return take_step(
        town.house.atlas, town.who("city"), made(town, **changed).number, "show", "", {}
    )


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with settled(tmp_path) as place:
        yield place
