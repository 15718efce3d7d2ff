"""One tag never stands for two representations, and Vary names all that an answer depends on."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx
import pytest

from catalog_service.http.middleware import varying
from tests.fixtures.web import House, portal, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]

SELECT = quote("SELECT ?s ?t { ?s a ?t } ORDER BY ?s ?t LIMIT 3")
OTHER = quote("SELECT ?s ?t { ?s a ?t } ORDER BY ?s ?t LIMIT 2")
GRAPH = quote("CONSTRUCT WHERE { ?s a <http://www.w3.org/ns/dcat#Dataset> }")
ADDRESSES = [
    "/",
    "/datasets?q=公交",
    "/dataset/city/BUS1",
    "/dataset/city/BUS1?at=2026-09-01T12:30:00%2B08:00",
    "/dataset/city/BUS1.ttl",
    "/dataset/city/BUS1.rdf",
    "/dataset/city/GONE",
    "/dataset/city/CLOSED",
    "/id/dataset/city/BUS1",
    "/id/organization/city/x",
    "/api/v1/datasets/city/BUS1",
    "/api/v1/datasets/strict/HELD",
    "/api/v1/datasets/city/BUS1?at=2026-09-01T12:30:00%2B08:00",
    "/api/v1/datasets/city/BUS1/history",
    "/api/v1/datasets/city/BUS1/findings",
    "/api/v1/datasets",
    "/api/v1/search?q=公交",
    "/api/v1/search.csv?q=公交",
    "/api/v1/suggest?q=公交",
    "/api/v1/vocabularies",
    "/api/v1/vocabularies/domain",
    "/api/v1/rules/R04",
    "/feeds/datasets.atom",
    "/vocab/domain",
    "/vocab/domain/4",
    "/vocabulary/domain",
    "/def/",
    "/def.ttl",
    "/def/dataItem",
    "/rule/R04",
    "/rules/R04",
    "/graph/state",
    "/thesaurus/停车场",
    "/context.jsonld",
    f"/sparql?query={SELECT}",
    f"/sparql?query={OTHER}",
    f"/sparql?query={SELECT}&format=csv",
    f"/sparql?query={SELECT}&default-graph-uri=https://w3id.org/shdata/def/",
    f"/sparql?query={GRAPH}",
    "/no/such/page",
]
ACCEPTS = [
    "text/html", "application/json", "text/turtle", "application/n-triples", "text/csv",
    "application/ld+json", "application/rdf+xml", "application/sparql-results+xml", "image/png",
]  # fmt: skip
_PASSING = re.compile(r'[0-9a-f]{32}|"milliseconds":[0-9.e-]+|[0-9]+ (?:毫秒|ms)')
_OF_THE_ANSWER = {
    *("date", "x-request-id", "x-query-milliseconds", "content-length", "server", "ratelimit"),
}


def same(answer: httpx.Response) -> tuple[int, str, str, str]:
    """What two answers have alike where they are one representation."""
    body = _PASSING.sub("", answer.content.decode())
    place = answer.headers.get("location", "")
    return answer.status_code, answer.headers.get("content-type", ""), place, body


@pytest.fixture(scope="module")
def answers(site: Site) -> dict[str, dict[tuple[str, str], httpx.Response]]:
    """Every address asked plainly, and with one header of a kind at a time."""
    house, client = site
    token = house.token("steward")["Authorization"]
    asked = [
        ("", ""),
        *(("Accept", accept) for accept in ACCEPTS),
        ("Accept-Language", "en"),
        ("Authorization", token),
    ]
    return {
        address: {
            (name, value): client.get(address, headers={name: value} if name else {})
            for name, value in asked
        }
        for address in ADDRESSES
    }


def test_vary_names_whatever_changes_an_answer(
    answers: dict[str, dict[tuple[str, str], httpx.Response]],
) -> None:
    changed = 0
    for address, found in answers.items():
        plain = found["", ""]
        assert plain.status_code < 500, address
        for (name, _), answer in found.items():
            if name and same(answer) != same(plain):
                changed += 1
                for one in (plain, answer):
                    named = {part.strip() for part in one.headers["vary"].split(",")}
                    assert name in named, (address, name)
    assert changed > 60


def test_one_tag_is_one_representation(
    answers: dict[str, dict[tuple[str, str], httpx.Response]],
) -> None:
    tagged: dict[str, tuple[str, tuple[int, str, str, str]]] = {}
    for address, found in answers.items():
        for answer in found.values():
            tag = answer.headers.get("etag")
            if tag is None or answer.status_code != 200:
                continue
            before = tagged.setdefault(tag, (address, same(answer)))
            assert before[1][1:] == same(answer)[1:], (tag, before[0], address)
    assert len(tagged) > 40


def test_a_copy_is_confirmed_for_its_own_representation_alone(
    site: Site, answers: dict[str, dict[tuple[str, str], httpx.Response]]
) -> None:
    client = site[1]
    confirmed = 0
    for address, found in answers.items():
        asked = {a.headers["etag"]: key for key, a in found.items() if "etag" in a.headers}
        tags = set(asked)
        for own, (name, value) in asked.items():
            answer = found[name, value]
            sent = {name: value} if name else {}
            again = client.get(address, headers={**sent, "If-None-Match": own})
            assert (again.status_code, again.content) == (304, b""), (address, name, value)
            for kept in ("etag", "vary", "cache-control"):
                assert again.headers[kept] == answer.headers[kept], (address, kept)
            confirmed += 1
            others = ", ".join(sorted(tags - {own}))
            if others:
                other = client.get(address, headers={**sent, "If-None-Match": others})
                assert other.status_code == 200, (address, name, value)
    assert confirmed > 40


def test_head_is_get_without_its_body(
    site: Site, answers: dict[str, dict[tuple[str, str], httpx.Response]]
) -> None:
    client = site[1]
    for address, found in answers.items():
        for name, value in (("", ""), ("Accept", "text/turtle"), ("Accept", "text/html")):
            got = found[name, value]
            head = client.head(address, headers={name: value} if name else {})
            assert head.status_code == got.status_code, address
            kept = {k: v for k, v in head.headers.items() if k not in _OF_THE_ANSWER}
            wanted = {k: v for k, v in got.headers.items() if k not in _OF_THE_ANSWER}
            assert kept == wanted, (address, name, value)


def test_sparql_tags_name_query_form_and_dataset(site: Site) -> None:
    client = site[1]
    query = {"query": "SELECT ?s { ?s a ?t } LIMIT 1"}
    one = client.get("/sparql", params=query)
    tag = one.headers["etag"]
    assert tag.startswith('"'), "strong: it names the bytes"
    assert client.get("/sparql", params=query).headers["etag"] == tag
    for other in (
        {"query": "SELECT ?s { ?s a ?t } LIMIT 2"},
        {**query, "format": "csv"},
        {**query, "default-graph-uri": "https://w3id.org/shdata/def/"},
        {**query, "named-graph-uri": "https://w3id.org/shdata/def/"},
    ):
        answer = client.get("/sparql", params=other, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert answer.headers["etag"] != tag
    refused = client.get(
        "/sparql", params=query, headers={"If-None-Match": tag, "Accept": "image/png"}
    )
    assert refused.status_code == 406
    kept = client.get("/sparql", params={**query, "format": "json"}, headers={"If-None-Match": tag})
    assert kept.status_code == 304


@pytest.mark.parametrize(
    "call", ["NOW()", "rand()", "STRUUID ( )", "uuid()", "bnode()", "RAND #x\n()"]
)
def test_what_is_another_each_time_has_no_tag(site: Site, call: str) -> None:
    answer = site[1].get("/sparql", params={"query": f"SELECT ({call} AS ?x) {{}}"})
    assert answer.status_code == 200
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_a_steward_s_copy_is_not_the_public_s(site: Site) -> None:
    house, client = site
    house.submit("two", [portal("W", "公开的版本")])
    house.submit("two", [portal("W", "等待的版本", is_open="")], gate="enforce")
    address = "/api/v1/datasets/two/W"
    public = client.get(address)
    steward = client.get(address, headers=house.token("steward:two"))
    assert public.json()["waiting"] is not steward.json()["waiting"]
    assert public.headers["etag"] != steward.headers["etag"]


@pytest.mark.parametrize(
    ("own", "whole"),
    [
        ("", "Accept, Accept-Language, Authorization"),
        ("accept", "accept, Accept-Language, Authorization"),
        ("Origin, Authorization", "Origin, Authorization, Accept, Accept-Language"),
    ],
)
def test_what_an_answer_names_is_kept(own: str, whole: str) -> None:
    assert varying(own) == whole
