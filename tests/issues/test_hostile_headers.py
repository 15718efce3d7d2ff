"""Headers that once took seconds, or ended in an error: read at once, and for what they are."""

from __future__ import annotations

import gzip

import httpx
import pytest

from catalog_service.datasets.profiles.registry import BY_TOKEN
from tests.fixtures.web import site

__all__ = ["site"]

BUS = "/dataset/city/BUS1"


@pytest.mark.parametrize(
    "named", ["#²", "#0", "#99999999999", "<a><b>", "<a>2", "<a>²", "<a>, #¹", "\x7f0\x7f"]
)
def test_a_profile_that_is_none_is_passed_over(
    site: tuple[object, httpx.Client], named: str
) -> None:
    header = {"Accept-Profile": named.encode("latin-1"), "Accept": "text/turtle"}
    assert site[1].get(f"/id{BUS}", headers=header, follow_redirects=True).status_code == 200


def test_one_among_others_is_taken(site: tuple[object, httpx.Client]) -> None:
    iri = BY_TOKEN["dcat-ap"].iri
    named = f"<a,b;c>, #², <{iri}>;q=0.5".encode("latin-1")
    header = {"Accept-Profile": named, "Accept": b"text/turtle"}
    answer = site[1].get(f"{BUS}.ttl", headers=header)
    assert f'<{iri}>; rel="profile"' in answer.headers["link"]


def test_a_condition_beyond_reason_is_of_no_version(site: tuple[object, httpx.Client]) -> None:
    tag = site[1].get(f"{BUS}.ttl").headers["etag"]
    for header in (f'"a", {tag}', f'"a" , \t,{tag}', f'"{"a" * 3_000}", {tag}'):
        assert site[1].get(f"{BUS}.ttl", headers={"If-None-Match": header}).status_code == 304
    for header in (f'"a",{" " * 30_000}x', f'"{"a" * 5_000}", {tag}', f'"a" {tag}'):
        assert site[1].get(f"{BUS}.ttl", headers={"If-None-Match": header}).status_code == 200


@pytest.mark.parametrize(
    ("path", "form"),
    [("/sparql", "application/sparql-query"), ("/oai", "application/x-www-form-urlencoded")],
)
def test_a_compressed_body_is_refused_for_what_it_is(
    site: tuple[object, httpx.Client], path: str, form: str
) -> None:
    header = {"Content-Type": form, "Content-Encoding": "GZIP"}
    answer = site[1].post(path, content=gzip.compress(b"ASK {}"), headers=header)
    assert answer.status_code == 415 and answer.json()["code"] == "body-encoded"
    header = {"Content-Type": "application/sparql-query", "Content-Encoding": "identity"}
    assert site[1].post("/sparql", content=b"ASK {}", headers=header).status_code == 200
