"""The lists of publishers, districts, domains, libraries and data items, and what they lead to."""

from __future__ import annotations

import re

import httpx
import pytest

from catalog_service.entities.field_profile import profile_of
from tests.fixtures.web import BASE, HTML, House, own_site, portal, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]

FOREIGN = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://elsewhere.example/F1> a dcat:Dataset ; dct:identifier "F1" ; dct:title "异地数据"@zh ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> ;
  dct:publisher <https://elsewhere.example/bodies?id=7> .
<https://elsewhere.example/bodies?id=7> a foaf:Agent ; foaf:name "异地机构"@zh .
"""


def page(client: httpx.Client, address: str, status: int = 200) -> str:
    answer = client.get(address, headers={**HTML, "Accept-Language": "zh"})
    assert answer.status_code == status, (address, answer.text)
    return answer.text


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("/organization", "/organizations"),
        ("/organization/", "/organizations"),
        ("/district", "/districts"),
        ("/theme/", "/themes"),
        ("/library", "/libraries"),
        ("/field/", "/fields"),
    ],
)
def test_an_address_cut_short_leads_to_the_list(site: Site, cut: str, whole: str) -> None:
    answer = site[1].get(f"{cut}?lang=en", headers=HTML)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"{whole}?lang=en"


@pytest.mark.parametrize(
    ("address", "index"),
    [
        ("/organization/transport", "/organizations"),
        ("/district/310115", "/districts"),
        ("/theme/4", "/themes"),
        ("/library/credit", "/libraries"),
        ("/field/%E7%BA%BF%E8%B7%AF", "/fields"),
    ],
)
def test_breadcrumbs_lead_to_a_list_that_is_there(site: Site, address: str, index: str) -> None:
    trail = re.search(r'<nav class="crumbs".*?</nav>', page(site[1], address), re.DOTALL)
    assert trail is not None
    assert f'href="{index}"' in trail[0]
    page(site[1], index)


def test_a_publisher_that_no_vocabulary_knows_has_a_page(own_site: Site) -> None:
    house, client = own_site
    house.submit("city", [portal("OWN1", "无名单位的数据", department="某某研究所")])
    house.submit_turtle("city", FOREIGN)
    house.project()
    listed = page(client, "/organizations")
    for name in ("某某研究所", "异地机构"):
        found = re.search(rf'<a href="(/organization[^"]*)">{name}</a>', listed)
        assert found is not None, name
        own = page(client, found[1].replace("&amp;", "&"))
        assert f">{name}</h1>" in own
        assert "1 个数据集" in own
    assert "某某研究所" in page(client, "/organizations?q=研究")
    assert "异地机构" not in page(client, "/organizations?q=研究")
    # Its IRI leads a browser to its page.
    made = re.search(r'href="/organization/(city/[0-9a-f]{12})"', listed)
    assert made is not None
    answer = client.get(f"/id/organization/{made[1]}", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/organization/{made[1]}")


def test_a_publisher_of_closed_records_alone_is_not_told(own_site: Site) -> None:
    house, client = own_site
    house.submit("city", [portal("OWN1", "数据", department="某某研究所", data_items=["特有之项"])])
    house.project()
    listed = page(client, "/organizations")
    made = re.search(r'href="(/organization/city/[0-9a-f]{12})"', listed)
    assert made is not None
    assert "特有之项" in page(client, "/fields")
    house.submit(
        "city",
        [
            portal(
                "OWN1", "数据", department="某某研究所", data_items=["特有之项"], is_open="非开放"
            )
        ],
    )
    # Nothing was projected yet.
    assert "某某研究所" not in page(client, "/organizations")
    assert "某某研究所" not in page(client, made[1], 404)
    assert "特有之项" not in page(client, "/fields")


def test_lists_come_in_parts(own_site: Site) -> None:
    house, client = own_site
    house.submit("city", [portal(f"M{n}", f"线路数据{n}", data_items=["站名"]) for n in range(45)])
    house.project()
    first = page(client, "/field/站名")
    assert "第 1–20 条，共 45 条" in first
    assert 'rel="prev"' not in first
    last = page(client, "/field/站名?page=3")
    assert "第 41–45 条，共 45 条" in last
    assert 'rel="next"' not in last
    assert '<ol class="hits" start="41">' in last
    # Beyond the end, and what is no number, are the nearest part.
    assert "第 41–45 条" in page(client, "/field/站名?page=9")
    assert "第 1–20 条" in page(client, "/field/站名?page=x")
    theme = page(client, "/theme/4?page=3")
    assert (
        len(re.findall(r'<h3 class="name"', theme))
        == int(
            re.search(r"第 41–(\d+) 条", theme)[1]  # type: ignore[index]
        )
        - 40
    )


def test_how_many_datasets_are_of_no_domain(own_site: Site) -> None:
    house, client = own_site
    before = page(client, "/themes")
    house.submit("city", [portal("N1", "没有领域的数据", category="")])
    house.project()
    after = page(client, "/themes")
    assert "不属于以上领域" not in before
    assert "另有 1 个公开数据集不属于以上领域" in after


def test_what_is_known_of_a_data_item(own_site: Site) -> None:
    house, client = own_site
    items = [{"name": "停车泊位（个）", "type": "VARCHAR(20)"}, {"name": "停车场名"}]
    house.submit(
        "city",
        [
            portal("P1", "停车一", data_items=items),
            portal("P2", "停车二", data_items=[{"name": "停车泊位"}, {"name": "停车场名"}]),
        ],
    )
    house.project()
    text = page(client, "/field/停车泊位")
    assert "文本 <code" in text
    assert "读取的 2 个数据集中，1 个注明了类型" in text
    assert "停车泊位（个）" in text
    assert re.search(r'href="/field/[^"]*"[^>]*>停车场名</a>', text)


def test_machine_forms_are_named_where_they_are(site: Site) -> None:
    for address in ("/organization/transport", "/theme/4", "/field/线路"):
        text = page(site[1], address)
        forms = re.findall(rf'<link rel="alternate" type="[^"]+" href="{BASE}([^"]+)" title', text)
        if "找到 0 个" in text:
            continue
        assert len(forms) >= 4
        for form in forms:
            assert site[1].get(form.replace("&amp;", "&")).status_code == 200, form


def test_a_dataset_that_lost_the_item_meanwhile_is_no_error(site: Site) -> None:
    atlas = site[0].atlas
    view = atlas.index.view()
    assert view is not None
    profile = profile_of(atlas, "没有人有的数据项", list(view.each()))
    assert profile is not None
    assert (profile.spellings, profile.beside) == ((), ())
