"""An answer that depends on the token says so to caches, and is not kept where one was sent."""

from __future__ import annotations

import httpx
import pytest

from catalog_service.app import create_app
from tests.fixtures.routes import address_of, all_routes, asks_for_token
from tests.fixtures.web import House, own_site, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]


def varies(answer: httpx.Response) -> list[str]:
    return [name.strip().lower() for name in answer.headers.get("vary", "").split(",")]


def test_every_route_that_asks_for_a_token_tells_caches(own_site: Site) -> None:
    house, client = own_site
    steward = house.token("steward", "write", "admin")
    asked = [route for route in all_routes(create_app(house.atlas)) if asks_for_token(route)]
    read = {route.path for route in asked if route.methods and "GET" in route.methods}
    assert {
        "/api/v1/sources",
        "/api/v1/sources/{source}",
        "/api/v1/runs",
        "/api/v1/datasets/{source}/{remote_id}/history",
        "/api/v1/datasets/{source}/{remote_id}/findings",
        "/api/v1/sources/{source}/records",
    } <= read
    for route in asked:
        for method in sorted(route.methods or ()):
            address = address_of(route)
            for headers in ({}, steward, {"Authorization": "Bearer wrong"}):
                # What is written is refused: it is no JSON and no record.
                answer = client.request(method, address, headers=headers, content=b"-")
                told = (method, address, answer.status_code, answer.headers)
                assert answer.status_code < 500, told
                assert varies(answer).count("authorization") == 1, told
                kept = answer.headers.get("cache-control")
                assert not headers or kept == "private, no-store", told


@pytest.mark.parametrize("path", ["history", "findings"])
def test_what_only_stewards_see_is_not_kept(site: Site, path: str) -> None:
    house, client = site
    address = f"/api/v1/datasets/city/BUS1/{path}"
    public = client.get(address)
    private = client.get(address, headers=house.token("steward:city"))
    assert private.headers["cache-control"] == "private, no-store"
    assert public.headers.get("cache-control") != "private, no-store"
    unchanged = client.get("/dataset/city/BUS1.ttl", headers=house.token("steward:city"))
    again = client.get(
        "/dataset/city/BUS1.ttl",
        headers={**house.token("steward:city"), "If-None-Match": unchanged.headers["etag"]},
    )
    assert (again.status_code, again.headers["cache-control"]) == (304, "private, no-store")
