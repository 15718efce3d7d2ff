"""The graph of things over HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def _iri(site: Site, name: str) -> str:
    found: str = site[1].get(f"/api/v1/datasets/city/{name}").json()["iri"]
    return found


def test_a_dataset_tells_what_stands_next_to_it(site: Site) -> None:
    answer = site[1].get("/api/v1/graph/neighbours", params={"iri": _iri(site, "BUS1")})
    assert answer.status_code == 200
    body = answer.json()
    assert body["node"]["kind"] == "dataset"
    relations = {beside["relation"]: beside for beside in body["relations"]}
    theme = relations["theme"]["neighbours"][0]["node"]
    back = site[1].get("/api/v1/graph/neighbours", params={"iri": theme["iri"]}).json()
    listed = {b["relation"]: b for b in back["relations"]}["dataset"]
    assert body["node"]["iri"] in {n["node"]["iri"] for n in listed["neighbours"]}


def test_related_gives_relations_among_datasets_only(site: Site) -> None:
    answer = site[1].get("/api/v1/datasets/city/BUS1/related")
    assert answer.status_code == 200
    kinds = {beside["relation"] for beside in answer.json().get("relations", [])}
    assert not kinds & {"theme", "organization", "field"}


def test_two_datasets_of_one_theme_hang_together(site: Site) -> None:
    first = site[1].get("/api/v1/search", params={"theme": "4"}).json()["hits"]
    ends = {"from": first[0]["iri"], "to": first[1]["iri"]}
    body = site[1].get("/api/v1/graph/path", params=ends).json()
    assert body["found"]
    assert body["steps"][-1]["node"]["iri"] == ends["to"]


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("/api/v1/graph/neighbours", {"iri": "urn:nothing"}, 404, "unknown-node"),
        ("/api/v1/graph/neighbours", {"iri": ""}, 404, "unknown-node"),
        ("/api/v1/graph/neighbours", {"iri": "<script>" + "x" * 1500}, 404, "unknown-node"),
        ("/api/v1/graph/neighbours", {"iri": "x" * 2001}, 400, "request-invalid"),
        ("/api/v1/graph/neighbours", {}, 400, "request-invalid"),
        ("/api/v1/graph/neighbours", {"iri": "urn:x", "limit": "0"}, 400, "request-invalid"),
        ("/api/v1/graph/path", {"from": "urn:x", "to": "urn:y"}, 404, "unknown-node"),
        ("/api/v1/datasets/city/NOTHING/related", {}, 404, "unknown-node"),
    ],
)
def test_what_is_not_there_is_told(
    site: Site, path: str, params: dict[str, str], status: int, code: str
) -> None:
    answer = site[1].get(path, params=params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_closed_and_waiting_records_are_no_nodes(site: Site) -> None:
    for name in ("CLOSED", "HELD"):
        assert site[1].get(f"/api/v1/datasets/city/{name}/related").status_code == 404
