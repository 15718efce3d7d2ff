"""What somebody has to look at stands first among the sources, on their page and the network's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from catalog_service.sources.attention import attention_order
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.model import SupplyState
from harvesters.platforms.guarded_list import GuardedList
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.fixtures.web import HTML, opened

TITLES = {
    "aa": "徐汇区",
    "bb": "宝山区",
    "cc": "静安区",
    "dd": "浦东新区",
}


def test_failed_ones_stand_before_late_ones_and_names_are_ordered_by_their_sounds() -> None:
    given: list[tuple[SupplyState, str]] = [
        ("in-step", "徐汇区"),
        ("late", "长宁区"),
        ("paused", "宝山区"),
        ("failed", "浦东新区"),
        ("never", "静安区"),
        ("late", "Baoshan"),
        ("failed", "黄浦区"),
    ]
    ordered = sorted(given, key=lambda one: attention_order(*one, "x"))
    names = [title for _, title in ordered]
    assert names == ["黄浦区", "浦东新区", "Baoshan", "长宁区", "宝山区", "静安区", "徐汇区"]


@pytest.mark.parametrize("path", ["/sources", "/network"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_show_them_so_and_say_it(tmp_path: Path, path: str, lang: str) -> None:
    with opened(tmp_path) as (house, client):
        store = HarvestStore(house.atlas.journal, house.clock)
        for name, title in TITLES.items():
            url = f"https://{name}.example/"
            house.atlas.journal.put_source(name, kind="district", title=title, url=url)
            due = house.clock.now() + timedelta(days=0 if name == "dd" else 2)
            store.put_source(name, HarvestSettings(schedule="0 3 * * *"), due)
            platform = MemoryPlatform(name)
            platform.put("A", update_time="2026-08-20")
            platform.broken_page = 0 if name == "cc" else None
            guarded = GuardedList(platform, url)
            harvest(house.atlas, name, actor="test", platform=guarded)
            store.put_source(name, HarvestSettings(schedule="0 3 * * *"), due)
        house.clock.step(minutes=24 * 60)
        text = client.get(path, headers={**HTML, "Accept-Language": lang}).text
        table = text[text.index("<table") :]
        places = [table.index(f">{TITLES[name]}<") for name in ("cc", "dd", "bb", "aa")]
        assert places == sorted(places)
        said = "failed first, then late ones" if lang == "en" else "失败的在前"
        assert said in table
