"""What goes over the wire: HEAD, other origins, raw addresses, requests that are none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import orjson
import pytest

from catalog_service.http.protocol import escape_line
from tests.fixtures.web import HTML, House, portal, served


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, httpx.Client]]:
    """A served catalogue of one record, over real connections."""
    folder: Path = tmp_path_factory.mktemp("wire")
    house = House(folder / "home")
    with house.atlas, served(house) as address, httpx.Client(base_url=address, timeout=120) as web:
        house.submit("city", [portal("BUS1", "公交线路"), portal("公交", "公交站点")])
        house.project()
        yield house, web


Site = tuple[House, httpx.Client]


def raw(web: httpx.Client, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes, read until the server closes; it hangs where the connection stays open."""
    address = urlsplit(str(web.base_url))
    with socket.create_connection((address.hostname or "", address.port or 0), 120) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/datasets",
        "/dataset/city/BUS1",
        "/dataset/city/BUS1.ttl",
        "/api/v1/search?q=公交",
        "/api/v1/rules",
        "/api/v1/openapi.json",
        "/sparql?query=ASK{}",
        "/def/",
        "/metrics",
        "/health/live",
    ],
)
def test_head_is_get_without_its_body(site: Site, path: str) -> None:
    got, head = site[1].get(path), site[1].head(path)
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers.get("etag") == got.headers.get("etag")


def test_head_of_what_is_not_there_and_of_what_is_current(site: Site) -> None:
    web = site[1]
    assert web.head("/api/v1/datasets/city/NONE").status_code == 404
    tag = web.head("/api/v1/datasets/city/BUS1").headers["etag"]
    again = web.head("/api/v1/datasets/city/BUS1", headers={"If-None-Match": tag})
    assert again.status_code == 304
    # The connection is whole afterwards.
    assert web.get("/health/live").status_code == 200
    assert web.head("/api/v1/validate").status_code == 405
    assert 'method="HEAD"' in web.get("/metrics").text


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=ASK{}",
        "/api/v1/search",
        "/api/v1/datasets/city/BUS1",
        "/api/v1/datasets/city/NONE",
        "/dataset/city/BUS1.ttl",
        "/id/dataset/city/BUS1",
        "/def/",
        "/vocab/domain",
    ],
)
def test_any_page_may_read_what_is_public(site: Site, path: str) -> None:
    answer = site[1].get(path, headers={"Origin": "https://other.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers


def test_preflight_of_reading_and_of_writing(site: Site) -> None:
    def asked(path: str, method: str) -> httpx.Response:
        return site[1].options(
            path,
            headers={"Origin": "https://other.example", "Access-Control-Request-Method": method},
        )

    query = asked("/sparql", "POST")
    assert query.is_success
    assert query.headers["access-control-allow-origin"] == "*"
    assert "POST" in query.headers["access-control-allow-methods"]
    assert "Content-Type" in query.headers["access-control-allow-headers"]
    write = asked("/api/v1/sources/city/records/X", "PUT")
    assert "PUT" not in write.headers["access-control-allow-methods"]
    assert "Authorization" not in write.headers["access-control-allow-headers"]


def test_no_page_elsewhere_may_write_or_read_with_a_token(site: Site) -> None:
    house, web = site
    origin = {"Origin": "https://other.example"}
    write = house.token("write:city", "steward:city")
    put = web.put(
        "/api/v1/sources/city/records/X", json=portal("X", "线"), headers={**write, **origin}
    )
    assert put.status_code == 201
    assert "access-control-allow-origin" not in put.headers
    listed = web.get("/api/v1/sources/city/records", headers={**write, **origin})
    assert listed.status_code == 200
    assert "access-control-allow-origin" not in listed.headers
    for page in ("/", "/datasets"):
        assert "access-control-allow-origin" not in web.get(page, headers=origin).headers


def test_an_address_in_raw_utf8_is_understood(site: Site) -> None:
    close = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    status, _, body = raw(site[1], b"GET /api/v1/search?q=" + "公交".encode() + close)
    assert status == 200
    assert orjson.loads(body)["total"] >= 2
    status, _, body = raw(site[1], b"GET /api/v1/datasets/city/" + "公交".encode() + close)
    assert (status, orjson.loads(body)["description"]["remote_id"]) == (200, "公交")
    status, headers, body = raw(site[1], b"GET /api/v1/datasets/city/\xb9\xab" + close)
    assert (status, orjson.loads(body)["code"]) == (400, "illegal-path")
    assert headers["content-type"] == "application/problem+json"


def test_an_address_in_pieces_is_understood(site: Site) -> None:
    address = urlsplit(str(site[1].base_url))
    with socket.create_connection((address.hostname or "", address.port or 0), 120) as connection:
        for part in (b"GET /api/v1/search?q=\xe5\x85", b"\xac\xe4\xba\xa4 HTTP/1.1\r\n"):
            connection.sendall(part)
        connection.sendall(b"Host: x\r\nConnection: close\r\n\r\n")
        assert b" 200 " in connection.recv(100)


def test_only_the_request_line_is_mended() -> None:
    line = "GET /路 HTTP/1.1\r\nX-Name: 名\r\n\r\n体".encode()
    first, rest = line.split(b"\r\n", 1)
    assert escape_line(line) == b"GET /%E8%B7%AF HTTP/1.1\r\n" + rest
    assert first not in escape_line(line)


@pytest.mark.parametrize(
    "bad", [b"NOT HTTP AT ALL\r\n\r\n", b"GET / HTTP/1.1\r\nbad header\r\n\r\n"]
)
def test_what_is_no_http_gets_a_problem(site: Site, bad: bytes) -> None:
    status, headers, body = raw(site[1], bad)
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    problem = orjson.loads(body)
    assert problem["code"] == "not-http"
    assert "请求" in problem["detail"]
    assert "request" in problem["detail"]


def test_two_lengths_end_the_connection(site: Site) -> None:
    request = (
        b"POST /api/v1/validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    status, headers, body = raw(site[1], request)
    assert (status, headers["connection"]) == (400, "close")
    assert b"length-ambiguous" in body
    assert b"smuggled" not in body


def test_errors_for_browsers_are_pages_here_too(site: Site) -> None:
    answer = site[1].get("/nothing", headers=HTML)
    assert answer.headers["content-type"].startswith("text/html")
