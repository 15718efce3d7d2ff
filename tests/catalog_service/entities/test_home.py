"""The first page: sums that are right, who publishes, what is used, updates by month."""

from __future__ import annotations

import re
from datetime import date

import httpx

from catalog_service.entities.trend import MONTHS, trend
from tests.fixtures.web import HTML, House, own_site, portal

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]


def home(site: Site) -> str:
    return site[1].get("/", headers={**HTML, "Accept-Language": "zh"}).text


def test_what_is_in_no_domain_is_counted_too(own_site: Site) -> None:
    house, client = own_site
    house.submit(
        "city", [portal("N1", "没有领域", category=""), portal("N2", "也没有", category="")]
    )
    house.project()
    tiles = re.search(r'<ul class="tiles">.*?</ul>', home(own_site), re.DOTALL)
    assert tiles is not None
    counts = [int(n) for n in re.findall(r'class="count">(\d+)<', tiles[0])]
    assert counts[-1] == 2
    # Each of these records is in one domain or in none.
    assert sum(counts) == client.get("/api/v1/search?limit=0").json()["total"]


def test_most_used_is_told_only_where_sources_count(own_site: Site) -> None:
    house, _ = own_site
    home(own_site)
    house.atlas.tallies.counted()
    assert "使用最多" not in home(own_site)
    assert "上海市交通委员会" in home(own_site)


def test_the_trend_ends_with_the_current_month() -> None:
    found = trend({(2026, 9): 4, (2026, 8): 2, (2020, 1): 50, (2027, 1): 9}, date(2026, 9, 1))
    assert len(found) == MONTHS
    assert (found[-1].name, found[-1].count, found[-1].share) == ("2026-09", 4, 1.0)
    assert (found[-2].name, found[-2].share) == ("2026-08", 0.5)
    assert found[0].name == "2024-10"
    assert trend({(2020, 1): 50}, date(2026, 9, 1)) == []


def test_a_change_is_told_under_the_title_with_the_ones_beside_it(own_site: Site) -> None:
    _, client = own_site
    changes = client.get("/api/v1/datasets/city/BUS1/history").json()["changes"]
    first, second = (change["seq"] for change in changes)
    page = {**HTML, "Accept-Language": "zh"}
    text = client.get(f"/dataset/city/BUS1/changes/{second}", headers=page).text
    title = re.search(r"<h1>.*?</h1>", text, re.DOTALL)
    assert title is not None
    assert "公交线路与站点" in title[0]
    assert f'rel="prev" href="/dataset/city/BUS1/changes/{first}"' in text
    assert 'rel="next"' not in text
    earlier = client.get(f"/dataset/city/BUS1/changes/{first}", headers=page).text
    assert f'rel="next" href="/dataset/city/BUS1/changes/{second}"' in earlier
    missed = client.get("/dataset/city/BUS1?at=2001-01-01", headers=page)
    assert missed.status_code == 404
    assert 'href="/dataset/city/BUS1#history"' in missed.text
