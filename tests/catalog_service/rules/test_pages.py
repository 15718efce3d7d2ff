"""The register of rules for people: how strict, how many pass, which do not."""

from __future__ import annotations

import re

import httpx

from tests.fixtures.web import HTML, House, own_site, portal

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]


def page(site: Site, address: str) -> str:
    answer = site[1].get(address, headers={**HTML, "Accept-Language": "zh"})
    assert answer.status_code == 200
    return answer.text


def test_a_rule_tells_how_many_pass_and_lists_those_that_do_not(own_site: Site) -> None:
    house, client = own_site
    house.submit("city", [portal("BARE", "没有说明的数据", description="", update_frequency="")])
    # What waits or is closed is told of nowhere.
    house.submit("city", [portal("SHUT", "关闭的数据", update_frequency="", is_open="非开放")])
    house.project()
    judged, found = house.atlas.journal.public_findings()
    assert judged == client.get("/api/v1/search?limit=0").json()["total"]
    register = page(own_site, "/rules")
    assert "违反" not in register
    assert "必须" in register
    text = page(own_site, "/rules/R21")
    assert f"{judged:,} 条中 {judged - found['R21']:,} 条符合" in text
    assert f"{judged:,} 条中 {judged - found['R21']:,} 条符合" in register
    listed = re.findall(r'<li><a href="(/dataset/[^"]+)#findings"', text)
    assert len(listed) == found["R21"]
    assert "/dataset/city/BARE" in listed
    assert "SHUT" not in text


def test_blank_nodes_of_a_shape_are_numbered(own_site: Site) -> None:
    text = page(own_site, "/rules/R21")
    assert "_:b1" in text
    assert re.search(r"_:[0-9a-f]{12}", text) is None
