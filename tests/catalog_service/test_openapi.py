"""The description of the API, made of the routes of all rooms."""

from __future__ import annotations

import httpx

from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def test_openapi_describes_every_route_of_the_api(site: Site) -> None:
    document = site[1].get("/api/v1/openapi.json").json()
    assert {
        "/api/v1/search",
        "/api/v1/datasets/{source}/{remote_id}",
        "/api/v1/datasets/{source}/{remote_id}/history",
        "/api/v1/validate",
        "/api/v1/rules",
        "/api/v1/vocabularies/{scheme}",
        "/api/v1/sources/{source}/records/{remote_id}",
        "/api/v1/sources/{source}/records",
        "/api/v1/runs",
        "/sparql",
        "/health/ready",
    } <= document["paths"].keys()
    assert "Problem" in document["components"]["schemas"]
