"""``/api/3/action``: CKAN's read API, asked by ckanapi and by hand."""

from __future__ import annotations

from typing import Any

import ckanapi
import httpx
import pytest

from catalog_service import facet_values
from catalog_service.ckan_api import search
from catalog_service.ckan_api.arguments import MOST_TEXT
from catalog_service.ckan_api.filter_query import Clause, read_filters, read_words
from catalog_service.errors import WORK_TOO_LONG
from ontology.errors import AtlasError
from search.bounded_cache import BoundedCache
from search.model import Query
from search.query import request
from tests.fixtures.web import BASE, House, own_site, portal, site
from tests.harvesters.platforms.memory import Answer, Asked, platform, walk

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
ALL = {"city/BUS1", "city/a/b c%", "city/COND", "city/XSS"}
CLOSED = ("内部", "等待", "后来关闭", "旧公交")


def ids(result: dict[str, Any]) -> list[str]:
    return [one["id"] for one in result["results"]]


def test_an_unmodified_client(site: Site) -> None:
    with ckanapi.RemoteCKAN(str(site[1].base_url)) as portal:
        action = portal.action
        assert action.status_show()["ckan_version"]
        found = action.package_search(q="公交", rows=5)
        assert found["count"] == 3 and set(ids(found)) < ALL
        names = action.package_list()
        assert len(names) == 4
        for name in names:
            package = action.package_show(id=name)
            assert package["name"] == name and package["id"] in ALL
            assert action.package_show(id=package["id"]) == package
        (organization,) = action.organization_list()
        assert action.organization_show(id=organization)["package_count"] == 3
        full = action.organization_list(all_fields=True)[0]
        assert (full["name"], full["title"]) == (organization, "上海市交通委员会")
        assert len(action.group_list()) == 2 and "公交" in action.tag_list()
        assert all(hidden not in str(action.tag_list()) for hidden in CLOSED)
        (resource, *_) = action.package_show(id="city/BUS1")["resources"]
        assert action.resource_show(id=resource["id"]) == resource
        for unknown in ("city/BUS1#99", "city/CLOSED#0", "nothing"):
            with pytest.raises(ckanapi.NotFound):
                action.resource_show(id=unknown)
        whole = action.current_package_list_with_resources(limit=3)
        rest = action.current_package_list_with_resources(limit=3, offset=3)
        assert {one["id"] for one in [*whole, *rest]} == ALL and len(whole) == 3
        assert action.tag_show(id="公交")["name"] == "公交"
        assert action.vocabulary_list() == action.organization_list_for_user() == []
        with pytest.raises(ckanapi.NotFound, match="数据"):
            action.datastore_search(resource_id="city/BUS1#0")
        for hidden in ("city/CLOSED", "city/TURNED", "strict/HELD", "city/GONE", "nothing"):
            with pytest.raises(ckanapi.NotFound):
                action.package_show(id=hidden)
        with pytest.raises(ckanapi.ValidationError):
            action.package_search(fq="tags:公交")
    with ckanapi.RemoteCKAN(str(site[1].base_url), get_only=True) as portal:
        assert set(ids(portal.action.package_search())) == ALL


def test_a_package(site: Site) -> None:
    answer = site[1].get("/api/3/action/package_show?id=city--BUS1").json()
    assert answer["success"] and answer["help"].startswith(f"{BASE}/api/3/action/help_show?name=")
    package = answer["result"]
    assert package["title"] == "公交线路与站点"
    assert package["metadata_modified"] == "2026-08-19T16:00:00"
    assert package["organization"]["title"] == "上海市交通委员会"
    assert package["owner_org"] == package["organization"]["id"]
    assert [one["format"] for one in package["resources"]] == ["CSV"]
    extras = {one["key"]: one["value"] for one in package["extras"]}
    assert extras["iri"] == f"{BASE}/id/dataset/city/BUS1"
    assert extras["update_frequency"] == "每月"
    help_ = site[1].get(answer["help"].removeprefix(BASE)).json()
    assert "package_show" in help_["result"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "*:*"}, ALL),
        ({"fq": "organization:上海市交通委员会"}, ALL - {"city/XSS"}),
        ({"fq": "+groups:4 -res_format:csv"}, {"city/XSS"}),
        ({"fq": ["groups:4", "open_type:conditional"]}, set()),
        ({"fq": "open_type:(conditional OR closed)"}, {"city/COND"}),
        (
            {"fq": 'groups:道路交通 OR groups:"民生服务"', "fq_list": ["res_format:CSV"]},
            ALL - {"city/XSS"},
        ),
        ({"fq": "metadata_modified:[2026-08-19T16:00:00Z TO *]"}, ALL - {"city/XSS"}),
        ({"fq": "metadata_modified:[2026-08-21 TO *]"}, set()),
        ({"q": 'id:"city/BUS1"'}, {"city/BUS1"}),
        ({"q": "name:city--a%2Fb%20c%25"}, {"city/a/b c%"}),
        ({"q": "id:city/CLOSED"}, set()),
        ({"fq": "private:true"}, set()),
        ({"fq": "dataset_type:dataset +state:active"}, ALL),
    ],
)
def test_filters(site: Site, asked: dict[str, Any], found: set[str]) -> None:
    answer = site[1].post("/api/3/action/package_search", json=asked).json()
    assert set(ids(answer["result"])) == found
    assert answer["result"]["count"] == len(found)


def test_our_own_harvester_reads_it(site: Site) -> None:
    def answer(asked: Asked) -> Answer:
        return site[1].get(asked.path, params=asked.params).content

    walked = walk(platform("ckan", answer)[0])
    assert (set(walked.names), walked.unreadable, walked.closed) == (ALL, [], [])
    assert '"公交线路与站点"@zh' in walked.records["city/BUS1"]


def test_facets_order_and_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site[1]
    asked = {"facet.field": '["organization","groups","tags"]', "rows": "0", "facet.limit": "1"}
    result = client.get("/api/3/action/package_search", params=asked).json()["result"]
    assert result["results"] == [] and result["count"] == 4
    (item,) = result["search_facets"]["organization"]["items"]
    assert (item["display_name"], item["count"]) == ("上海市交通委员会", 3)
    assert result["facets"]["organization"] == {item["name"]: 3}
    assert result["facets"]["tags"] == {} and len(result["facets"]["groups"]) == 1
    # Beyond what an index passes over, pages follow the keys of the pages before.
    whole = client.get("/api/action/package_search?sort=title_string asc").json()["result"]
    monkeypatch.setattr(search, "MAX_WINDOW", 2)
    monkeypatch.setattr(request, "MAX_WINDOW", 2)
    monkeypatch.setattr(search, "MAX_LIMIT", 1)
    walked = [
        one
        for start in (3, 0, 1, 2, 3, 4)
        for one in ids(
            client.get(
                "/api/3/action/package_search",
                params={"rows": 1, "start": start, "sort": "title_string asc"},
            ).json()["result"]
        )
    ]
    assert walked == [ids(whole)[3], *ids(whole)]
    far = client.get("/api/3/action/package_search?q=公交&rows=2&start=1")
    assert (far.status_code, far.json()["error"]["code"]) == (409, "ckan-start-too-far")


def test_a_walk_that_was_stopped_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas = site[0].atlas
    whole = atlas.search.search(Query(sort="modified", limit=10)).hits
    for module in (search, request):
        monkeypatch.setattr(module, "MAX_WINDOW", 2)
    monkeypatch.setattr(search, "MAX_LIMIT", 1)
    monkeypatch.setattr(search, "_cursors", BoundedCache(10))
    checks: list[bool] = []

    def stopped() -> None:
        checks.append(True)
        if len(checks) == 2:
            raise AtlasError(WORK_TOO_LONG, seconds=20, retry_after=1)

    monkeypatch.setattr(search, "check_time", stopped)
    query = Query(sort="modified", limit=1)
    with pytest.raises(AtlasError, match="work-too-long"):
        search._page(atlas, query, 3)
    assert [hit.iri for hit in search._page(atlas, query, 3).hits] == [whole[3].iri]
    # The step to the second place was not made again.
    assert len(checks) == 3


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("package_search?rows=-1", 409, "Validation Error"),
        ("package_search?fq=colour:red", 409, "Validation Error"),
        ("package_search?fq=groups:4 groups:5", 409, "Validation Error"),
        ("package_search?fq=groups:4 OR source:city", 409, "Validation Error"),
        ("package_search?sort=metadata_modified asc", 409, "Validation Error"),
        ("package_show", 409, "Validation Error"),
        ("package_create?name=x", 400, "Bad Request Error"),
        ("organization_show?id=nobody", 404, "Not Found Error"),
    ],
)
def test_refusals_are_ckans(site: Site, path: str, status: int, kind: str) -> None:
    answer = site[1].get(f"/api/3/action/{path}", headers={"Accept-Language": "en"})
    body = answer.json()
    assert (answer.status_code, body["success"]) == (status, False)
    assert body["error"]["__type"] == kind and body["error"]["message"].endswith(".")


def test_bodies_that_cannot_be_read(site: Site) -> None:
    address = "/api/3/action/package_search"
    for body in (b"[1]", b"{", b"\xff"):
        answer = site[1].post(address, content=body)
        assert (answer.status_code, answer.json()["success"]) == (400, False)
    form = site[1].post(address, data={"q": "公交", "rows": "1"}).json()
    assert len(form["result"]["results"]) == 1


def test_the_syntax_of_filters() -> None:
    assert read_filters('-a:b +groups:"x \\" y"'.replace("a:b", "source:city")) == [
        Clause("source", ("city",), negative=True),
        Clause("groups", ('x " y',)),
    ]
    assert read_filters('groups:(a OR "b c") NOT source:x') == [
        Clause("groups", ("a", "b c")),
        Clause("source", ("x",), negative=True),
    ]
    assert read_words("停车场 (浦东) -2020") == ("停车场 (浦东) -2020", [])
    assert read_words("停车场 groups:4") == ("停车场", [Clause("groups", ("4",))])
    for text in ("groups:*", "words", "groups:(a AND b)", 'groups:"open', "groups:(a b)"):
        with pytest.raises(AtlasError):
            read_filters(text)


@pytest.mark.parametrize("count", [10, 1_000_000])
@pytest.mark.parametrize("inside", ['"' + r"\"", '"a' + r"\" ", '" "', "a "], ids=repr)
def test_filters_are_read_in_one_pass(count: int, inside: str) -> None:
    """A scan to the end from every quotation mark of the longest would take hours."""
    with pytest.raises(AtlasError, match="ckan-filter-invalid"):
        read_filters(f"title:({inside[0]}{inside[1:] * count})")


def test_texts_are_bounded(site: Site) -> None:
    long = "公" * (MOST_TEXT + 1)
    for given in (
        {"q": long},
        {"fq": long},
        {"fq": ["theme:4" * 500] * 4},
        {"sort": long},
        {"facet.field": long},
    ):
        answer = site[1].post("/api/3/action/package_search", json=given)
        told = answer.json()["error"]
        assert (answer.status_code, told["code"]) == (409, "parameter-invalid"), given
        assert len(told["message"]) < 300


def test_more_rows_than_are_given_are_cut_silently(site: Site) -> None:
    found = site[1].get("/api/3/action/package_search?rows=100000").json()
    assert found["success"] and found["result"]["count"] == len(found["result"]["results"]) == 4
    assert site[1].get("/api/3/action/package_search?rows=-1").status_code == 409


def test_lists_are_whole_in_order_and_in_pages(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = own_site
    names = [f"{name}研究中心" for name in ("乙", "甲", "丙", "丁")]
    house.submit("city", [portal(f"O{n}", "数据", department=one) for n, one in enumerate(names)])
    house.submit("city", [portal("O9", "数据", department=names[0])])
    house.project()
    # More than a search counts.
    monkeypatch.setattr(facet_values, "MAX_FACET_SIZE", 2)

    def titles(**asked: object) -> list[str]:
        params = {"all_fields": "true", **asked}
        found = client.get("/api/3/action/organization_list", params=params).json()["result"]
        return [one["title"] for one in found]

    assert titles() == sorted(titles()) and set(names) < set(titles())
    pages = [titles(limit=2, offset=start) for start in (0, 2, 4)]
    assert [one for page in pages for one in page] == titles()
    counted = titles(sort="package_count desc")
    assert counted[:2] == ["上海市交通委员会", names[0]]
    assert titles(order_by="packages")[-1] == "上海市交通委员会"
    told = client.get("/oai", params={"verb": "ListSets"}).text
    assert all(f"<setName>{name}</setName>" in told for name in names)
