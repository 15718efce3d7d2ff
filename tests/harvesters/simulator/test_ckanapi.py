"""The CKAN shape as CKAN's own client sees it: ckanapi, unmodified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from ckanapi import NotFound, RemoteCKAN, ValidationError
from ckanapi.errors import CKANAPIError

from harvesters.simulator.server import Platform
from tests.harvesters.platforms.memory import Asked, walk
from tests.harvesters.platforms.memory import platform as platform_of
from tests.harvesters.simulator.conftest import Client


@pytest.fixture(params=[False, True], ids=["post", "get"])
def ckan(request: pytest.FixtureRequest, platform: Platform) -> Iterator[RemoteCKAN]:
    platform.faults.clear()
    with RemoteCKAN(platform.url, get_only=request.param) as client:
        yield client


def searched(ckan: RemoteCKAN, **asked: Any) -> list[dict[str, Any]]:
    """Return all packages of a search, as scripts with ckanapi page through it."""
    found: list[dict[str, Any]] = []
    while True:
        page = ckan.action.package_search(rows=15, start=len(found), sort="id asc", **asked)
        found += page["results"]
        if len(found) >= page["count"] or not page["results"]:
            return found


def test_what_it_reads_is_what_a_harvest_reads(ckan: RemoteCKAN, client: Client) -> None:
    packages = searched(ckan)
    assert len(packages) == 40
    names = [package["name"] for package in packages]
    assert ckan.action.package_list() == sorted(names)
    assert ckan.action.package_list(limit=5, offset=3) == sorted(names)[3:8]
    shown = [ckan.action.package_show(id=package["id"]) for package in packages[:3]]
    assert shown == packages[:3] == [ckan.action.package_show(id=n) for n in names[:3]]
    # What it wrote down, served from memory to the platform's reader.
    made, _ = platform_of("ckan", Fixture(packages), page_size="7")
    walked = walk(made)
    assert walked.unreadable == [] and set(walked.records) == {one["id"] for one in packages}
    # The same as from the portal itself.
    made, _ = platform_of(
        "ckan", lambda asked: client.get(f"{asked.path}?{urlencode(asked.params)}").body
    )
    assert walk(made).records == walked.records


class Fixture:
    """A search over packages that ckanapi has fetched."""

    def __init__(self, packages: list[dict[str, Any]]) -> None:
        self._packages = packages

    def __call__(self, asked: Asked) -> dict[str, object]:
        start, rows = int(asked.params["start"]), int(asked.params["rows"])
        found = self._packages[start : start + rows]
        return {"success": True, "result": {"count": len(self._packages), "results": found}}


def test_organizations(ckan: RemoteCKAN) -> None:
    names = ckan.action.organization_list()
    described = ckan.action.organization_list(all_fields=True)
    assert [one["name"] for one in described] == names == sorted(names)
    assert sum(one["package_count"] for one in described) == 40
    first = described[0]
    of_first = searched(ckan, fq=f"organization:{first['name']}")
    assert len(of_first) == first["package_count"]
    assert {one["organization"]["title"] for one in of_first} == {first["title"]}


def test_errors_are_those_of_ckan(ckan: RemoteCKAN) -> None:
    with pytest.raises(NotFound, match="Not found"):
        ckan.action.package_show(id="nothing")
    with pytest.raises(ValidationError, match="Missing value"):
        ckan.action.package_show()
    with pytest.raises(ValidationError, match="natural number"):
        ckan.action.package_search(rows=-1)
    with pytest.raises(CKANAPIError, match="Action name not known: package_find"):
        ckan.action.package_find()


def test_content_that_is_no_json(client: Client) -> None:
    answer = client.request("POST", "/api/action/package_list", "{")
    assert answer.status == 400 and answer.json.startswith("Bad request - JSON Error")
