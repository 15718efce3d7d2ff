"""``/reconcile``: asked by the package ``reconciler``, and as OpenRefine asks."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from catalog_service.reconciliation.matching import SUCCESSOR, similarity
from tests.fixtures.web import BASE, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]
ORGANIZATION = "https://w3id.org/shdata/vocab/organization"
PLACE = "https://w3id.org/shdata/vocab/place"
BUS = f"{BASE}/id/dataset/city/BUS1"


def ask(client: httpx.Client, text: str, kind: str = "", **more: Any) -> list[dict[str, Any]]:
    query = {"query": text, **({"type": kind} if kind else {}), **more}
    answer = client.post("/reconcile", data={"queries": json.dumps({"q0": query})})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["q0"]["result"]
    assert [one["score"] for one in found] == sorted((o["score"] for o in found), reverse=True)
    return found


@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame")  # the client's own
def test_an_unmodified_client(site: Site) -> None:
    import pandas
    from reconciler import reconcile

    address = f"{site[1].base_url}/reconcile"
    found = reconcile(
        pandas.Series(["上海市交通委员会", "公交线路与站点"]), reconciliation_endpoint=address
    )
    assert list(found["match"]) == [True, True]
    assert list(found["type_id"]) == ["organization", "dataset"]
    assert list(found["id"])[1] == BUS
    # The district's government has the same name.
    found = reconcile(pandas.Series(["浦东新区"]), "place", reconciliation_endpoint=address)
    assert list(found["id"]) == [f"{PLACE}/310115"] and list(found["match"]) == [True]


def test_the_manifest(site: Site) -> None:
    answer = site[1].get("/reconcile", headers={"Origin": "https://refine.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    manifest = answer.json()
    assert "0.2" in manifest["versions"] and manifest["view"]["url"].endswith("?id={{id}}")
    assert [one["id"] for one in manifest["defaultTypes"]] == [
        *("organization", "place", "theme", "dataset")
    ]
    for name in ("entity", "type", "property"):
        served = manifest["suggest"][name]
        path = (served["service_url"] + served["service_path"]).removeprefix(BASE)
        assert "result" in site[1].get(path, params={"prefix": "a"}).json()


def test_names_aliases_and_successors(site: Site) -> None:
    client = site[1]
    assert ask(client, "市交通委", "organization")[0]["match"]
    former = ask(client, "上海市农业委员会", "organization")
    assert former[0]["id"] == f"{ORGANIZATION}/agriculture-2014" and former[0]["match"]
    assert former[1]["score"] == SUCCESSOR and not former[1]["match"]
    near = ask(client, "上海市交通委员会办公室", "organization")
    assert near[0]["name"] == "上海市交通委员会" and not near[0]["match"]
    assert 50 < near[0]["score"] < 100
    assert ask(client, "道路交通", "theme")[0]["match"]
    assert ask(client, "Pudong New Area", "place")[0]["id"] == f"{PLACE}/310115"
    assert ask(client, "没有这样的东西", "place") == []
    assert ask(client, "", "organization") == ask(client, "公交", "Q5") == []
    assert len(ask(client, "上海市委员会", limit=3)) == 3


def test_what_is_known_beside_a_name(site: Site) -> None:
    client = site[1]
    right = {"pid": "publisher", "v": "市交通委"}
    wrong = {"pid": "publisher", "v": {"id": f"{ORGANIZATION}/statistics"}}
    assert ask(client, "公交线路与站点", "dataset", properties=[right])[0]["match"]
    less = ask(client, "公交线路与站点", "dataset", properties=[wrong, right])[0]
    assert (less["id"], less["score"], less["match"]) == (BUS, 90.0, False)


def test_nothing_closed_is_found(site: Site) -> None:
    client = site[1]
    for title, name in (
        ("内部线路", "CLOSED"),
        ("后来关闭的线路", "TURNED"),
        ("旧公交线路", "GONE"),
    ):
        hidden = f"{BASE}/id/dataset/city/{name}"
        assert hidden not in [one["id"] for one in ask(client, title, limit=50)]
        assert client.get("/reconcile/preview", params={"id": hidden}).status_code == 404
        suggested = client.get("/reconcile/suggest/entity", params={"prefix": title}).json()
        assert hidden not in str(suggested)
        asked = json.dumps({"ids": [hidden], "properties": [{"id": "name_zh"}]})
        rows = client.get("/reconcile", params={"extend": asked}).json()["rows"]
        assert rows == {hidden: {"name_zh": []}}


def test_extension(site: Site) -> None:
    client = site[1]
    offered = client.get("/reconcile/properties?type=dataset&lang=en").json()["properties"]
    assert {
        "id": "theme",
        "name": "Data domain",
        "type": {"id": "theme", "name": "Data domain"},
    } in (offered)
    asked = {
        "ids": [BUS, f"{PLACE}/310115"],
        "properties": [
            *({"id": name} for name in ("publisher", "modified", "dataset_count", "broader")),
            {"id": "keyword", "settings": {"limit": "1"}},
        ],
    }
    answer = client.post("/reconcile", data={"extend": json.dumps(asked)}).json()
    assert [one["id"] for one in answer["meta"]] == [one["id"] for one in asked["properties"]]
    bus, pudong = (answer["rows"][identifier] for identifier in asked["ids"])
    (publisher,) = bus["publisher"]
    assert publisher["name"] == "上海市交通委员会" and publisher["id"].startswith(ORGANIZATION)
    assert bus["modified"] == [{"date": "2026-08-20T00:00:00+08:00"}]
    assert bus["broader"] == [] and len(bus["keyword"]) <= 1
    assert pudong["broader"] == [{"id": f"{PLACE}/310000", "name": "上海市"}]
    assert pudong["dataset_count"] == [{"int": 0}]


def test_suggestions_preview_and_view(site: Site) -> None:
    client = site[1]
    found = client.get("/reconcile/suggest/entity?prefix=浦东新&type=place").json()["result"]
    assert found[0]["id"] == f"{PLACE}/310115" and found[0]["notable"][0]["id"] == "place"
    for identifier, words, page in (
        (BUS, "公交线路与站点", "/dataset/city/BUS1"),
        (f"{PLACE}/310115", "浦东新区", "/district/310115"),
        ("https://w3id.org/shdata/vocab/domain/4", "数据集数量", "/theme/4"),
    ):
        shown = client.get("/reconcile/preview", params={"id": identifier})
        assert (
            words in shown.text and "frame-ancestors *" in shown.headers["content-security-policy"]
        )
        seen = client.get("/reconcile/view", params={"id": identifier})
        assert (seen.status_code, seen.headers["location"]) == (303, page)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"queries": "{"}, 400),
        ({"queries": "[]"}, 400),
        ({"queries": '{"q0": 7}'}, 400),
        ({"queries": json.dumps({f"q{n}": "x" for n in range(101)})}, 413),
        ({"extend": '{"ids": []}'}, 400),
        ({"extend": '{"ids": ["x"], "properties": [{}]}'}, 400),
        ({"extend": '{"ids": ["x"], "properties": [{"id": "x", "settings": [1]}]}'}, 400),
        ({"query": "公交线路与站点"}, 200),
        ({"query": '{"query": "公交线路与站点", "properties": [{"pid": "none", "v": null}]}'}, 200),
    ],
)
def test_what_cannot_be_read_is_refused(site: Site, given: dict[str, str], status: int) -> None:
    assert site[1].get("/reconcile", params=given).status_code == status


def test_likeness() -> None:
    assert similarity("上海", "上海") == 1.0
    assert 0.5 < similarity("上海市交通委", "上海市交通委员会") < 1
    assert similarity("aaab", "aab") < 1 and similarity("", "a") == 0.0
