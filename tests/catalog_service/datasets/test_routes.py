"""Datasets through the API: JSON, RDF, time travel, tombstones, and what stays hidden."""

from __future__ import annotations

import httpx
import pyoxigraph as ox
import pytest

from ontology.record import mint_iri
from ontology.terms import SKOS, VOCAB
from tests.fixtures.web import BASE, HTML, House, own_site, portal, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
HIDDEN = ["CLOSED", "TURNED", "SECRETGONE", "never-was"]


def test_a_dataset_is_described_in_both_languages(site: Site) -> None:
    answer = site[1].get("/api/v1/datasets/city/BUS1")
    assert answer.status_code == 200
    found = answer.json()
    assert found["iri"] == mint_iri(BASE, "city", "BUS1")
    assert found["description"]["title"] == {"zh": "公交线路与站点"}
    assert found["description"]["open_type"]["label"] == {
        "zh": "无条件开放",
        "en": "Unconditionally open",
    }
    assert answer.headers["etag"].startswith(f'"{found["hash"]}-json.')


POINTED_AT = (
    *("open-type/unconditional", "frequency/monthly", "organization/transport"),
    *("domain/4", "format/csv", "delivery-mode/file"),
)


@pytest.mark.parametrize(
    ("media_type", "syntax"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_every_rdf_form_holds_the_same_graph(
    site: Site, media_type: str, syntax: ox.RdfFormat
) -> None:
    house, client = site
    stored = house.atlas.journal.get(mint_iri(BASE, "city", "BUS1"))
    assert stored is not None
    assert stored.nquads is not None
    wanted = {str(q.triple) for q in ox.parse(stored.nquads, format=ox.RdfFormat.N_TRIPLES)}
    # What is named is given as it is stored; else concepts have their labels.
    concepts = [house.atlas.vocabulary.concept(f"{VOCAB}{name}") for name in POINTED_AT]
    labels = {
        f'<{concept.iri}> <{SKOS.prefLabel}> "{label}"@{lang}'
        for concept in concepts
        if concept is not None
        for lang, label in (("zh", concept.zh), ("en", concept.en))
    }
    assert f'<{VOCAB}open-type/unconditional> <{SKOS.prefLabel}> "无条件开放"@zh' in labels
    suffix = {"text/turtle": "ttl", "application/n-triples": "nt"}.get(media_type)
    for address in ("/api/v1/datasets/city/BUS1", f"/dataset/city/BUS1.{suffix}"):
        if address.endswith("None"):
            continue
        for query, more in (("?_profile=shdata", set()), ("", labels)):
            answer = client.get(address + query, headers={"Accept": media_type})
            assert answer.headers["content-type"].startswith(media_type)
            told = {str(q.triple) for q in ox.parse(answer.content, format=syntax)}
            assert told == wanted | more


def test_etag_answers_304_and_differs_by_form(site: Site) -> None:
    client = site[1]
    first = client.get("/api/v1/datasets/city/BUS1")
    again = client.get(
        "/api/v1/datasets/city/BUS1", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    turtle = {"Accept": "text/turtle", "If-None-Match": first.headers["etag"]}
    assert client.get("/api/v1/datasets/city/BUS1", headers=turtle).status_code == 200


def test_time_travel(site: Site) -> None:
    client = site[1]
    address = "/api/v1/datasets/city/BUS1"
    then = client.get(address, params={"at": "2026-09-01T12:30:00+08:00"})
    assert then.json()["description"]["title"] == {"zh": "公交线路"}
    assert client.get(address, params={"at": "2026-09-01"}).json()["description"]["title"] == {
        "zh": "公交线路与站点"
    }
    before = client.get(address, params={"at": "2020-01-01"})
    assert (before.status_code, before.json()["code"]) == (404, "no-version-then")
    wrong = client.get(address, params={"at": "yesterday"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "time-invalid")


def test_a_withdrawn_record_is_gone_but_its_past_can_be_read(site: Site) -> None:
    client = site[1]
    answer = client.get("/api/v1/datasets/city/GONE")
    assert (answer.status_code, answer.json()["code"]) == (410, "dataset-withdrawn")
    past = client.get("/api/v1/datasets/city/GONE", params={"at": "2026-09-01T12:30:00"})
    assert past.json()["description"]["title"] == {"zh": "旧公交线路"}
    kinds = [c["kind"] for c in client.get("/api/v1/datasets/city/GONE/history").json()["changes"]]
    assert kinds == ["created", "withdrawn"]


@pytest.mark.parametrize("remote_id", HIDDEN)
@pytest.mark.parametrize("rest", ["", "/history", "/findings", "?at=2026-09-01T12:30:00"])
def test_what_is_not_public_looks_as_if_it_never_was(site: Site, remote_id: str, rest: str) -> None:
    answer = site[1].get(f"/api/v1/datasets/city/{remote_id}{rest}")
    assert answer.status_code == 404
    told = answer.json()
    assert told["code"] == "dataset-not-found"
    assert told["detail"].replace(remote_id, "ID") == (
        site[1].get("/api/v1/datasets/city/unheard-of").json()["detail"].replace("unheard-of", "ID")
    )


def test_hidden_records_are_in_no_list_search_sparql_or_count(site: Site) -> None:
    house, client = site
    listed = client.get("/api/v1/datasets", params={"limit": 100}).json()["items"]
    assert {i["remote_id"] for i in listed} == {"BUS1", "XSS", "a/b c%", "COND"}
    assert client.get("/api/v1/search").json()["total"] == 4
    query = "SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d a <http://www.w3.org/ns/dcat#Dataset> }"
    answer = client.get("/sparql", params={"query": query, "format": "csv"})
    assert answer.text.split() == ["n", "4"]
    public = client.get("/api/v1/sources/city").json()
    assert (public["public"], public["states"], public["waiting"]) == (4, None, None)
    steward = client.get("/api/v1/sources/city", headers=house.token("steward:city")).json()
    assert sum(steward["states"].values()) == 8


def test_a_steward_sees_what_waits_and_what_is_closed_in_their_source_alone(site: Site) -> None:
    house, client = site
    own = house.token("steward:strict")
    held = client.get("/api/v1/datasets/strict/HELD", headers=own)
    assert (held.status_code, held.json()["state"]) == (200, "held")
    assert held.headers["cache-control"] == "private, no-store"
    assert client.get("/api/v1/datasets/city/CLOSED", headers=own).status_code == 404
    admin = house.token("admin")
    assert client.get("/api/v1/datasets/city/CLOSED", headers=admin).status_code == 200
    assert client.get("/api/v1/datasets/strict/HELD").status_code == 404


def test_history_tells_the_public_who_only_with_a_token(site: Site) -> None:
    house, client = site
    public = client.get("/api/v1/datasets/city/BUS1/history").json()["changes"]
    assert [c["kind"] for c in public] == ["created", "updated"]
    assert {c["actor"] for c in public} == {None}
    assert (public[1]["added"], public[1]["removed"]) == (3, 3)
    told = client.get("/api/v1/datasets/city/BUS1/history", headers=house.token("steward")).json()[
        "changes"
    ]
    assert {c["actor"] for c in told} == {"test"}


def test_the_list_is_paged_by_key(site: Site) -> None:
    client = site[1]
    found: list[str] = []
    after = None
    while True:
        page = client.get(
            "/api/v1/datasets", params={"limit": 1} | ({"after": after} if after else {})
        )
        items = page.json()["items"]
        found += [i["remote_id"] for i in items]
        after = page.json()["next"]
        if after is None:
            break
    assert found == sorted(found)
    assert len(found) == 4
    assert (
        client.get("/api/v1/datasets", params={"after": "!"}).json()["code"] == "parameter-invalid"
    )


def test_identifiers_with_slashes_and_blanks(site: Site) -> None:
    client = site[1]
    (item,) = [
        i for i in client.get("/api/v1/datasets").json()["items"] if i["remote_id"] == "a/b c%"
    ]
    address = item["url"].removeprefix(BASE)
    assert client.get(address).json()["iri"] == f"{BASE}/id/dataset/city/a%2Fb%20c%25"
    # Typed as it is read, or decoded by a proxy on the way.
    for typed, ending in (("a/b%20c%25", ""), ("a/b%20c%25.ttl", ".ttl")):
        seen = client.get(f"/dataset/city/{typed}?lang=en", headers=HTML, follow_redirects=False)
        canonical = f"/dataset/city/a%2Fb%20c%25{ending}?lang=en"
        assert (seen.status_code, seen.headers["location"]) == (308, canonical)
        assert client.get(canonical, headers=HTML).status_code == 200
    seen = client.get("/dataset/city/BUS1/", headers=HTML, follow_redirects=False)
    assert (seen.status_code, seen.headers["location"]) == (308, "/dataset/city/BUS1")
    assert client.get("/dataset/city/no/such", follow_redirects=True).status_code == 404
    seen = client.get("/id/dataset/city/a%2Fb%20c%25", headers=HTML, follow_redirects=False)
    assert seen.status_code == 303
    assert client.get(seen.headers["location"], headers=HTML).status_code == 200


def test_identity_sees_other_by_accept(site: Site) -> None:
    client = site[1]

    def other(accept: str) -> str:
        answer = client.get(
            "/id/dataset/city/BUS1", headers={"Accept": accept}, follow_redirects=False
        )
        assert answer.status_code == 303
        assert "Accept" in answer.headers["vary"]
        return answer.headers["location"]

    assert other("text/html") == "/dataset/city/BUS1"
    assert other("text/turtle") == "/dataset/city/BUS1.ttl"
    assert other("application/ld+json, text/turtle;q=0.5") == "/dataset/city/BUS1.jsonld"
    assert client.get("/id/dataset/city/CLOSED", follow_redirects=False).status_code == 404


def test_ontology_and_vocabularies_are_served(site: Site) -> None:
    client = site[1]
    whole = list(ox.parse(client.get("/def/").content, format=ox.RdfFormat.TURTLE))
    term = list(ox.parse(client.get("/def/dataItem").content, format=ox.RdfFormat.TURTLE))
    assert 0 < len(term) < len(whole)
    assert client.get("/def/noSuchTerm").json()["code"] == "unknown-term"
    concept = client.get("/vocab/open-type/none", headers={"Accept": "text/turtle"})
    assert "非开放" in concept.text
    page = client.get("/vocab/open-type/none", headers=HTML, follow_redirects=False)
    assert page.headers["location"] == "/vocabulary/open-type#none"
    schemes = client.get("/api/v1/vocabularies").json()["vocabularies"]
    assert {"open-type", "domain", "place"} <= {s["id"] for s in schemes}
    assert client.get("/api/v1/vocabularies/domain").json()["concepts"] == 12
    assert client.get("/api/v1/vocabularies/nope").json()["code"] == "unknown-scheme"


@pytest.mark.parametrize("held_first", [True, False])
def test_what_was_held_does_not_hide_that_a_record_was_withdrawn(
    own_site: Site, held_first: bool
) -> None:
    house, client = own_site
    house.submit("strict", [portal("TWO", "两个版本")])
    waiting = [portal("TWO", "两个版本", is_open="")]
    if held_first:
        house.submit("strict", waiting, gate="enforce")
        house.withdraw("strict", "TWO")
    else:
        house.withdraw("strict", "TWO")
        house.clock.step(60 * 24)
        house.submit("strict", waiting, gate="enforce")
    answer = client.get("/api/v1/datasets/strict/TWO")
    assert (answer.status_code, answer.json()["code"]) == (410, "dataset-withdrawn")
    # The day is that of the withdrawal, not of what is none of the public's business.
    assert "2026-09-01" in answer.json()["detail"]
    told = client.get("/api/v1/datasets/strict/TWO/history").json()["changes"]
    assert [change["kind"] for change in told] == ["created", "withdrawn"]
    assert client.get("/dataset/strict/TWO", headers=HTML).status_code == 410


def test_what_may_have_been_closed_leaves_nothing_to_read(own_site: Site) -> None:
    house, client = own_site
    house.submit("city", [portal("TWO", "两个版本"), portal("BAD", "两个版本")])
    # One that may mean 非开放 waits, and one that says so and is refused closes all the same.
    house.submit("city", [portal("TWO", "两个版本", is_open="否")])
    house.submit("city", [portal("BAD", "", is_open="非开放")])
    kinds = {
        one: [c.kind for c in house.atlas.journal.history(f"{BASE}/id/dataset/city/{one}")]
        for one in ("TWO", "BAD")
    }
    assert kinds == {"TWO": ["created", "missing", "held"], "BAD": ["created", "missing"]}
    for one in kinds:
        for rest in ("", "/history", "?at=2026-09-01T08:00:00%2B08:00"):
            answer = client.get(f"/api/v1/datasets/city/{one}{rest}")
            assert (answer.status_code, answer.json()["code"]) == (404, "dataset-not-found")


def test_a_held_version_of_a_closed_record_that_ended_stays_unseen(own_site: Site) -> None:
    house, client = own_site
    house.submit("strict", [portal("TWO", "两个版本")])
    house.submit("strict", [portal("TWO", "两个版本", is_open="非开放")])
    house.withdraw("strict", "TWO")
    house.submit("strict", [portal("TWO", "两个版本", is_open="")], gate="enforce")
    assert client.get("/api/v1/datasets/strict/TWO").status_code == 404


def test_a_line_separator_in_a_title_breaks_no_difference(own_site: Site) -> None:
    house, client = own_site
    for title in ("甲\u2028乙\u2029\u0085<!--<script>", "甲\u2028丙"):
        house.submit("city", [portal("LINES", title)])
    changes = client.get("/api/v1/datasets/city/LINES/history").json()["changes"]
    assert changes[-1]["added"] == changes[-1]["removed"] == 2  # title and description
    page = client.get(f"/dataset/city/LINES/changes/{changes[-1]['seq']}", headers=HTML)
    assert page.status_code == 200
