"""What strangers send: odd addresses, large bodies, forged hosts; and what must not come back."""

from __future__ import annotations

import socket

import httpx
import pytest

from tests.fixtures.web import BASE, HTML, House, own_site, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]


def raw(client: httpx.Client, target: bytes, *headers: bytes) -> bytes:
    """Send a request line as it is, and return the whole answer."""
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=120) as wire:
        lines = [b"GET " + target + b" HTTP/1.1", b"Connection: close", *headers]
        if not any(h.lower().startswith(b"host:") for h in headers):
            lines.append(b"Host: localhost")
        wire.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        parts = []
        while part := wire.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("address", ["/", "/api/v1/search", "/nope", "/static/styles/atlas.css"])
def test_every_answer_is_dressed(site: Site, address: str) -> None:
    headers = site[1].get(address, headers=HTML).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in headers
    assert len(headers["x-request-id"]) == 32
    assert "server" not in headers


@pytest.mark.parametrize(
    "target",
    [
        b"/dataset/city/..%2f..%2f..%2fetc%2fpasswd",
        b"/static/..%2f..%2fview.py",
        b"/static/%2e%2e/view.py",
        b"/static/../view.py",
        b"/dataset/city/%ff%fe",
        b"/dataset/city/%",
        b"/dataset/city/%zz",
        b"/dataset/city/%00",
        b"/dataset/city/a%0d%0aSet-Cookie:x",
        b"/dataset/%2e%2e/x",
        b"/vocab/open-type/%3Cscript%3E",
        b"/def/%20%3E",
        b"//evil.example/",
        b"/id/dataset/city/x%22%3E",
    ],
)
def test_odd_paths_are_refused_and_reveal_nothing(site: Site, target: bytes) -> None:
    answer = raw(site[1], target, b"Accept: text/html")
    status = int(answer.split(b" ", 2)[1])
    assert status in (400, 404)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"set-cookie" not in head.lower()
    assert b"root:" not in body
    assert b"\n    def " not in body and b"\ndef " not in body, "source code"
    assert b"Traceback" not in body
    assert b"<script>" not in body


def test_the_host_header_is_not_believed(site: Site) -> None:
    for target in (b"/api/v1/datasets/city/BUS1", b"/dataset/city/BUS1", b"/", b"/about/api"):
        answer = raw(
            site[1],
            target,
            b"Host: evil.example",
            b"X-Forwarded-Host: evil.example",
            b"Accept: */*",
        )
        assert b" 200 " in answer[:20]
        assert b"evil.example" not in answer
    seen = raw(site[1], b"/id/dataset/city/BUS1", b"Host: evil.example")
    assert b"location: /dataset/city/BUS1" in seen


def test_a_long_address_and_a_large_head(site: Site) -> None:
    client = site[1]
    long = client.get("/datasets", params={"q": "x" * 20_000})
    assert (long.status_code, long.json()["code"]) == (414, "address-too-long")
    head = raw(client, b"/", b"X-Large: " + b"x" * 50_000)
    assert b" 431 " in head[:20]


def test_a_body_over_the_limit_is_refused_announced_or_not(own_site: Site) -> None:
    house, client = own_site
    headers = {**house.token("admin"), "Content-Type": "application/x-ndjson"}
    address = "/api/v1/sources/city/records"
    large = b'{"id":"x"}\n' * 200_000
    announced = client.post(address, content=large, headers=headers)
    assert (announced.status_code, announced.json()["code"]) == (413, "body-too-large")
    pieces = (large[i : i + 65_536] for i in range(0, len(large), 65_536))
    unannounced = client.post("/api/v1/validate", content=pieces, headers=headers)
    assert (unannounced.status_code, unannounced.json()["code"]) == (413, "body-too-large")
    assert client.get("/health/live").status_code == 200


def test_an_xml_bomb_is_an_unreadable_body(site: Site) -> None:
    bomb = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">
    <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
    <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]>
    <r xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&e;</r>"""
    answer = site[1].post(
        "/api/v1/validate", content=bomb, headers={"Content-Type": "application/rdf+xml"}
    )
    assert answer.status_code == 200
    assert (answer.json()["read"], answer.json()["unreadable"]) == (1, 1)


def test_an_internal_error_shows_an_id_and_nothing_else(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = own_site

    def broken(*_: object) -> None:
        raise RuntimeError("secret path /var/lib/secret")

    monkeypatch.setattr(house.atlas.journal, "get", broken)
    for headers in ({"Accept": "application/json"}, HTML):
        answer = client.get("/dataset/city/BUS1", headers=headers)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.headers["x-request-id"] in answer.text
        assert "content-security-policy" in answer.headers


def test_an_unreachable_database_is_not_named(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog_service.errors import JOURNAL_UNREACHABLE
    from ontology.errors import AtlasError

    house, client = own_site

    def gone(*_: object) -> None:
        raise AtlasError(JOURNAL_UNREACHABLE, url="postgresql://atlas:word@db/", reason="no route")

    monkeypatch.setattr(house.atlas.journal, "states", gone)
    answer = client.get("/api/v1/datasets/city/BUS1")
    assert (answer.status_code, answer.json()["code"]) == (503, "journal-unreachable")
    assert "postgresql" not in answer.text
    assert "no route" not in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_redirects_stay_here(site: Site) -> None:
    answer = site[1].get("/id/organization/city/abc", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/organization/city/abc"
    assert BASE == "https://data.example"
