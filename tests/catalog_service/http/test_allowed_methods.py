"""Which methods an address takes, asked with OPTIONS and told with 405."""

from __future__ import annotations

import httpx
import pytest

from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/explore", "GET, HEAD, OPTIONS"),
        ("/api/v1/search", "GET, HEAD, OPTIONS"),
        ("/api/v1/sources/city/records/B1", "PUT, DELETE, OPTIONS"),
        ("/api/v1/sources/city", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("/sparql", "GET, HEAD, POST, OPTIONS"),
        ("/static/none.css", "GET, HEAD, OPTIONS"),
    ],
)
def test_an_address_tells_which_methods_it_takes(site: Site, path: str, methods: str) -> None:
    client = site[1]
    told = client.options(path)
    assert (told.status_code, told.headers["allow"]) == (204, methods)
    refused = client.request("PATCH", path)
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)


def test_an_address_without_anything_takes_no_method(site: Site) -> None:
    assert site[1].options("/nowhere").status_code == 404
