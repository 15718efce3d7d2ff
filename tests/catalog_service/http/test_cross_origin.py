"""What scripts of other sites may read of an answer beside its body, and what they may not."""

from __future__ import annotations

import anyio
import httpx
import pytest
from starlette.responses import Response

from catalog_service.http.cross_origin import CrossOriginMiddleware, shared_methods
from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]
ORIGIN = {"Origin": "https://other.example"}


def asked(method: str, path: str, more: dict[str, str] | None = None) -> httpx.Response:
    """Ask, from a page elsewhere, an application that answers everything."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(CrossOriginMiddleware(Response()))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as web:
            return await web.request(method, path, headers={**ORIGIN, **(more or {})})

    return anyio.run(ask)


@pytest.mark.parametrize("name", ["ETag", "Link", "Times-Ahead", "X-Left-Out", "X-Request-Id"])
def test_headers_that_say_something_of_the_answer_can_be_read(name: str) -> None:
    headers = asked("GET", "/api/v1/datasets/s/1").headers
    assert headers["access-control-allow-origin"] == "*"
    assert name in headers["access-control-expose-headers"].split(", ")


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/datasets", {}),
        ("GET", "/api/v1/search", {"Authorization": "Bearer x"}),
        ("POST", "/api/v1/validate", {}),
        ("PUT", "/api/v1/sources/city/records/X", {}),
    ],
)
def test_pages_writes_and_answers_to_a_token_are_not_shared(
    method: str, path: str, more: dict[str, str]
) -> None:
    answer = asked(method, path, more)
    assert "access-control-allow-origin" not in answer.headers


def test_all_that_is_published_for_other_programs_is_shared(site: Site) -> None:
    paths = site[1].get("/api/v1/openapi.json").json()["paths"]
    published = {
        path
        for path, operations in paths.items()
        if "for other programs" in operations.get("get", {}).get("tags", ())
    }
    assert "/data.json" in published
    assert [path for path in sorted(published) if "GET" not in shared_methods(path)] == []


def test_a_preflight_of_a_write_allows_reading_alone(site: Site) -> None:
    wish = {**ORIGIN, "Access-Control-Request-Method": "PUT"}
    answer = site[1].options("/api/v1/sources/city/records/X", headers=wish)
    assert (answer.status_code, answer.headers["allow"]) == (204, "PUT, DELETE, OPTIONS")
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_a_preflight_is_answered_and_counted_as_every_request_is(site: Site) -> None:
    def counted() -> str:
        lines = site[1].get("/metrics").text.splitlines()
        return "\n".join(line for line in lines if 'method="OPTIONS"' in line)

    before = counted()
    wish = {**ORIGIN, "Access-Control-Request-Method": "GET"}
    answer = site[1].options("/api/v1/search", headers=wish)
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-max-age"] == "86400"
    assert counted() != before
    # Where nothing is, a page elsewhere is to read that: its request is let through to the 404.
    assert site[1].options("/api/v1/nothing", headers=wish).status_code == 204


def test_a_preflight_that_is_refused_gets_a_problem_that_can_be_read(site: Site) -> None:
    wish = {**ORIGIN, "Access-Control-Request-Method": "GET"}
    answer = site[1].options("/api/v1/search", params={"q": "x" * 20_000}, headers=wish)
    assert (answer.status_code, answer.json()["code"]) == (414, "address-too-long")
    assert answer.headers["access-control-allow-origin"] == "*"
