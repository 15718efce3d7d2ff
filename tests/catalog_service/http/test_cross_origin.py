"""What scripts of other sites may read of an answer beside its body, and what they may not."""

from __future__ import annotations

import anyio
import httpx
import pytest
from starlette.responses import Response

from catalog_service.http.cross_origin import CrossOriginMiddleware

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


def test_a_preflight_of_a_write_is_refused() -> None:
    wish = {"Access-Control-Request-Method": "PUT"}
    answer = asked("OPTIONS", "/api/v1/sources/city/records/X", wish)
    assert answer.status_code == 400
