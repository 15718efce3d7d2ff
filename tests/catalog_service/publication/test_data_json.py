"""``/data.json``: what the schema of DCAT-US 3 demands, and what was closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any

import httpx
import orjson
import pytest

from catalog_service.publication import data_json_routes, dcat_us
from catalog_service.sparql.errors import SPARQL_BUDGET
from catalog_service.sparql.model import Client
from ontology.errors import AtlasError
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


@pytest.mark.parametrize("refused", [1, 3])
def test_the_document_is_charged_and_waits_once_it_has_begun(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    house, client = own_site
    whole = client.get("/data.json").text
    monkeypatch.setattr(dcat_us, "_AT_ONCE", 2)
    working, charged = house.atlas.sparql.working, count(1)

    @contextmanager
    def once_refused(client: Client, turn: AbstractContextManager[None]) -> Iterator[None]:
        if next(charged) == refused:
            raise AtlasError(SPARQL_BUDGET, retry_after=0.01)
        with working(client, turn):
            yield

    monkeypatch.setattr(house.atlas.sparql, "working", once_refused)
    answer = client.get("/data.json")
    if refused == 1:
        assert (answer.status_code, answer.json()["code"]) == (429, "sparql-budget")
        assert answer.headers["retry-after"] == "1"
    else:
        assert answer.json() == orjson.loads(whole)
        # Head, two parts, end, and that there is nothing more; one of them twice.
        assert next(charged) == 7
