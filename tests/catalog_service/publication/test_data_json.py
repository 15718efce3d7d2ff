"""``/data.json``: what the schema of DCAT-US 3 demands, and what was closed."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from catalog_service.publication import data_json_routes, dcat_us
from tests.fixtures.web import BASE, House, own_site, portal

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
PERIODICITY = re.compile(r"R/P.+|irregular|notPlanned")
TEXTS = ("title", "description")
LISTS = ("keyword", "theme", "spatial", "temporal", "distribution", "rights", "page")


def faults(dataset: dict[str, Any]) -> list[str]:
    """What the definition of a Dataset forbids, as its JSON schema of GSA has it."""
    required = ("description", "publisher", "title", "contactPoint", "identifier")
    found = [f"lacks {name}" for name in required if name not in dataset]
    found += [f"empty {name}" for name in TEXTS if not dataset.get(name)]
    found += [name for name in LISTS if not isinstance(dataset.get(name, []), list)]
    found += [n for n in ("issued", "modified") if not DATE.fullmatch(dataset.get(n, "2026"))]
    if not PERIODICITY.fullmatch(dataset.get("accrualPeriodicity", "irregular")):
        found.append("accrualPeriodicity")
    if not dataset["publisher"].get("name"):
        found.append("publisher")
    for contact in dataset["contactPoint"]:
        if not contact.get("fn") or not contact["hasEmail"].startswith("mailto:"):
            found.append("contactPoint")
    for concept in (*dataset.get("theme", ()), *dataset.get("spatial", ())):
        if not concept["prefLabel"]:
            found.append("prefLabel")
    for file in dataset.get("distribution", ()):
        if not isinstance(file.get("byteSize", ""), str) or None in file.values():
            found.append("distribution")
    return found


def test_the_whole_catalogue_in_dcat_us(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    house, client = own_site
    monkeypatch.setattr(dcat_us, "_AT_ONCE", 2)
    answer = client.get("/data.json")
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert found["conformsTo"]["@id"] == "https://resources.data.gov/dcat-us3"
    datasets = {one["identifier"]: one for one in found["dataset"]}
    assert len(datasets) == len(found["dataset"]) == 4
    assert [fault for one in found["dataset"] for fault in faults(one)] == []
    bus = datasets[f"{BASE}/id/dataset/city/BUS1"]
    assert bus["title"] == "公交线路与站点" and bus["accessLevel"] == "public"
    assert bus["accrualPeriodicity"] == "R/P1M" and bus["modified"] == "2026-08-20"
    assert bus["publisher"]["name"] == "上海市交通委员会"
    assert [theme["prefLabel"] for theme in bus["theme"]] == ["道路交通"]
    # An address that is none is left out.
    assert "javascript" not in answer.text
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/data.json", headers=tag).status_code == 304
    house.submit("city", [portal("BUS1", "公交线路", is_open="非开放")])
    later = client.get("/data.json", headers=tag)
    assert later.status_code == 200 and "BUS1" not in later.text


@pytest.mark.parametrize("changed", ["vocabulary", "source", "release"])
def test_the_tag_changes_with_all_that_the_document_is_made_from(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    house, client = own_site
    tag = {"If-None-Match": client.head("/data.json").headers["etag"]}
    assert client.head("/data.json", headers=tag).status_code == 304
    if changed == "vocabulary":
        monkeypatch.setattr(house.atlas.vocabulary, "digest", "another")
    elif changed == "source":
        house.atlas.journal.put_source("city", title="市级平台", kind="push")
    else:
        monkeypatch.setattr(data_json_routes, "version", lambda name: "99.0")
    assert client.head("/data.json", headers=tag).status_code == 200
