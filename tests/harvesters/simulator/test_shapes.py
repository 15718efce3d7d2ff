"""Each wire shape over a real socket: all datasets, and all changes, arrive."""

from __future__ import annotations

from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.defects import Defects
from harvesters.simulator.server import Platform, serve
from harvesters.simulator.shapes.city import CityApi
from harvesters.simulator.shapes.ckan import Ckan
from tests.harvesters.simulator.conftest import Client


def _city_ids(client: Client, size: int = 7) -> list[str]:
    first = client.search(1, size)
    ids = [row["datasetId"] for row in first["content"]]
    for page in range(2, first["totalPageNum"] + 1):
        ids += [row["datasetId"] for row in client.search(page, size)["content"]]
    return ids


def test_city_lists_and_details(platform: Platform, client: Client) -> None:
    catalogue = platform.catalogue
    ids = _city_ids(client)
    assert sorted(ids) == sorted(catalogue.expected())
    for dataset_id in ids[:5]:
        detail = client.get(f"/zq/api/data_set/{dataset_id}/").json["data"]
        expected = catalogue.expected()[dataset_id]
        assert detail["dataset_name"] == expected.title
        assert detail["update_date"] == f"{expected.modified:%Y-%m-%dT%H:%M:%S}"
    rows = client.search(1, 100, sort="updateDate")["content"]
    dates = [row["updateDate"] for row in rows]
    assert dates == sorted(dates, reverse=True)
    # Every change is seen: in the list, first, and in the detail.
    closed = catalogue.close(ids[0])
    gone, new = ids[1], catalogue.add()
    catalogue.delete(gone)
    newest = client.search(1, 2, sort="updateDate")["content"]
    assert [row["datasetId"] for row in newest] == [new.id, closed.id]
    assert newest[1]["openType"] == "非开放"
    assert client.get(f"/zq/api/data_set/{closed.id}/").json["data"]["open_type"] == "非开放"
    assert client.get(f"/zq/api/data_set/{gone}/").status == 404
    assert client.request("POST", "/zq/api/data_set/search/", "{").status == 400


def test_the_older_list_of_the_city(platform: Platform, client: Client) -> None:
    body = '{"pageNum": 2, "pageSize": 15}'
    data = client.request("POST", "/yys/es/v1/dataset/search", body).json["data"]
    assert (data["currentPage"], data["totalPageNum"]) == (2, 3)
    row = data["content"][0]
    dataset = platform.catalogue.view().by_id[row["datasetId"]]
    assert row["updateDate"] == dataset.modified.timestamp() * 1000
    assert [r["resName"] for r in row["dataResources"]] == [
        f"{dataset.title}.{form}" for form in dataset.files
    ]


def test_ckan_searches_shows_and_lists(platform: Platform, client: Client) -> None:
    action = "/api/3/action/"
    catalogue = platform.catalogue
    names: list[str] = []
    while True:
        result = client.get(
            f"{action}package_search?rows=15&start={len(names)}&sort=metadata_modified+asc"
        ).json["result"]
        if not result["results"]:
            break
        names += [package["name"] for package in result["results"]]
    assert len(names) == result["count"] == len(set(names))
    assert sorted(names) == client.get(f"{action}package_list").json["result"]
    assert {name.upper() for name in names} == set(catalogue.expected())
    edited = catalogue.rename(names[0].upper(), "新的名称")
    package = client.get(f"{action}package_show?id={names[0]}").json["result"]
    assert package["title"] == "新的名称"
    assert package["id"] == Ckan().remote_id(edited.id)
    assert client.get(f"{action}package_show?id={package['id']}").json["result"] == package
    since = package["metadata_modified"]
    found = client.get(f"{action}package_search?fq=metadata_modified:[{since}Z+TO+*]&rows=0").json[
        "result"
    ]
    assert (found["count"], found["results"]) == (1, [])
    assert edited.version == 2
    missing = client.get(f"{action}package_show?id=nothing")
    assert (missing.status, missing.json["success"]) == (404, False)
    assert client.get(f"{action}status_show").json["result"]["ckan_version"].startswith("2.11")


def test_defects_reach_the_wire() -> None:
    rates = dict.fromkeys(("id-as-number", "list-unquoted", "html-description"), 1.0)
    catalogue = Catalogue(20, seed=2)
    with serve(catalogue, CityApi(Defects(rates | {"once-per-format": 0.5}))) as platform:
        client = Client(platform.port)
        rows = client.search(1, 100)["content"]
        details = {
            row["datasetId"]: client.get(f"/zq/api/data_set/{row['datasetId']}/").json["data"]
            for row in rows
        }
        client.close()
    assert {str(i) for i in details} == set(catalogue.expected())
    assert len(rows) > len(details)
    assert any(isinstance(i, int) for i in details)
    assert all(d["open_list_abstract"].startswith("<div") for d in details.values())
    assert any(d["docType"] and d["docType"][0]["file_type"][0] == "[" for d in details.values())
