"""``/ldes``: what it shows of the public's past, how it is cut into pages, its forms and caches."""

from __future__ import annotations

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.federation import paged_catalog, routes, service
from catalog_service.federation.event_stream import AS, TREE
from ontology.terms import DCAT, HYDRA, RDF
from tests.fixtures.web import BASE, House, own_site, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
CITY = f"{BASE}/id/dataset/city"
SHOWN = [f"{CITY}/{end}" for end in ("a%2Fb%20c%25#v2", "COND#v3", "XSS#v8", "BUS1#v10")]
ENDED = [f"{CITY}/{end}" for end in ("TURNED#v11", "GONE#v12")]


def members(quads: list[ox.Quad]) -> list[str]:
    return [q.object.value for q in quads if q.predicate.value == TREE.member]


def leads(quads: list[ox.Quad]) -> list[str]:
    found = [q.object.value for q in quads if q.predicate.value == TREE.node]
    return list(dict.fromkeys(found))


def quads_of(client: httpx.Client, path: str) -> list[ox.Quad]:
    answer = client.get(path, headers={"Accept": "application/n-quads"})
    assert answer.headers["content-type"] == "application/n-quads"
    return list(ox.parse(answer.content, format=ox.RdfFormat.N_QUADS))


def test_the_newest_public_version_of_each_record_and_the_ends_of_others(site: Site) -> None:
    client = site[1]
    (ranges,) = leads(quads_of(client, "/ldes"))
    (changes,) = leads(quads_of(client, ranges.removeprefix(BASE)))
    quads = quads_of(client, changes.removeprefix(BASE))
    assert members(quads) == [*SHOWN, *ENDED]
    ends = (ox.NamedNode(RDF.type), ox.NamedNode(AS.Delete))
    deleted = [q.subject.value for q in quads if (q.predicate, q.object) == ends]
    assert deleted == ENDED
    # Nothing but that it is gone: neither what it said, nor why, nor that it was closed.
    said = {q.predicate.value for q in quads if q.subject.value == ENDED[0]}
    assert len(said) == 5 and RDF.type in said
    text = str(quads)
    assert all(hidden not in text for hidden in ("关闭", "CLOSED", "SECRETGONE", "HELD"))


def test_pages_of_passed_changes_get_nothing_new(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas = site[0].atlas
    monkeypatch.setattr(service, "PAGE", 4)
    monkeypatch.setattr(service, "RANGE", 8)
    ranges = leads(service.entry(atlas).quads)
    assert ranges == [f"{BASE}/ldes/ranges/1", f"{BASE}/ldes/ranges/9"]
    first, second = service.range_of(atlas, 1), service.range_of(atlas, 9)
    assert (first.is_full, second.is_full) == (True, False)
    pages = [*leads(first.quads), *leads(second.quads)]
    assert pages == [f"{BASE}/ldes/changes/{start}" for start in (1, 5, 9, 13)]
    made = [service.page(atlas, start) for start in (1, 5, 9, 13)]
    assert [page.is_full for page in made] == [True, True, True, False]
    assert [name for page in made for name in members(page.quads)] == [*SHOWN, *ENDED]
    # A page that grows too long ends, and leads on.
    monkeypatch.setattr(service, "LONGEST", 1)
    page = service.page(atlas, 1)
    assert members(page.quads) == SHOWN[:1] and leads(page.quads) == [f"{BASE}/ldes/changes/3"]


def test_a_page_that_was_cut_is_never_called_full(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_site[0]
    monkeypatch.setattr(service, "PAGE", 8)
    assert service.page(house.atlas, 1).is_full
    monkeypatch.setattr(service, "LONGEST", 1)
    cut = service.page(house.atlas, 1)
    assert members(cut.quads) == SHOWN[:1] and not cut.is_full
    # What it held ends, which makes room for another one.
    house.withdraw("city", "a/b c%")
    assert members(service.page(house.atlas, 1).quads) == SHOWN[1:2]


def test_forms_caches_and_addresses_that_are_none(site: Site) -> None:
    client = site[1]
    for kind in ("text/turtle", "application/trig", "application/ld+json", "application/n-quads"):
        answer = client.get("/ldes/changes/1", headers={"Accept": kind})
        assert answer.headers["content-type"].startswith(kind)
        form = ox.RdfFormat.from_media_type(kind)
        assert len(members(list(ox.parse(answer.content, format=form)))) == len(SHOWN + ENDED)
        assert answer.headers["cache-control"] == "no-cache"
        again = {"Accept": kind, "If-None-Match": answer.headers["etag"]}
        assert client.get("/ldes/changes/1", headers=again).status_code == 304
    gone = client.get("/ldes/changes/999")
    assert (gone.status_code, gone.json()["code"]) == (404, "fragment-not-found")
    assert client.get("/ldes", headers={"Accept": "image/png"}).status_code == 406
    # Who has no wish, or takes everything, gets what programs begin with.
    for accept in ("*/*", "text/turtle, text/html;q=0.2"):
        answer = client.get("/ldes", headers={"Accept": accept})
        assert answer.headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("accept", ["text/html", "text/html,application/xml;q=0.9,*/*;q=0.8"])
def test_a_browser_is_told_what_the_stream_is(site: Site, accept: str, lang: str) -> None:
    client = site[1]
    headers = {"Accept": accept, "Accept-Language": lang}
    page = client.get("/ldes", headers=headers)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for shown in (f"{BASE}/ldes", "text/turtle", 'href="/ldes/ranges/1"', "ldes:EventStream"):
        assert shown in page.text
    assert ("事件流" if lang == "zh" else "Event stream") in page.text
    # The fragments are shown as text, and are the Turtle that programs get.
    for path in ("/ldes/ranges/1", "/ldes/changes/1"):
        shown = client.get(path, headers=headers)
        assert shown.headers["content-type"] == "text/plain; charset=utf-8"
        assert shown.text == client.get(path).text


def test_a_browser_is_shown_the_beginning_of_a_long_fragment(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "_SHOWN_BYTES", 500)
    whole = site[1].get("/ldes/changes/1").text
    shown = site[1].get("/ldes/changes/1", headers={"Accept": "text/html"}).text
    assert len(shown) < 600 < len(whole)
    *lines, last = shown.splitlines(keepends=True)
    assert whole.startswith("".join(lines))
    assert last == f"# … {len(whole.encode()):,} B; Accept: text/turtle\n"


def test_the_paged_catalogue(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site[1]
    monkeypatch.setattr(paged_catalog, "SIZE", 3)
    for accept, target in (("text/html", "/datasets"), ("application/rdf+xml", "/catalog.rdf")):
        sent = client.get("/catalog", headers={"Accept": accept})
        assert (sent.status_code, sent.headers["location"]) == (303, target)
    pages, path, named = 0, "/catalog.nt", set[str]()
    while path:
        answer = client.get(path)
        pages += 1
        triples = list(ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES))
        named |= {t.object.value for t in triples if t.predicate.value == DCAT.dataset}
        assert {t.object.value for t in triples if t.predicate.value == HYDRA.totalItems} == {"4"}
        path = answer.links.get("next", {}).get("url", "").removeprefix(BASE)
    assert pages == 2 and len(named) == 4 and "https://elsewhere.example/XSS" in named
    again = {"If-None-Match": answer.headers["etag"]}
    assert client.get(answer.url, headers=again).status_code == 304
    assert client.get("/catalog.rdf").headers["content-type"] == "application/rdf+xml"
    for page in (999, 10**24):
        beyond = client.get(f"/catalog.ttl?page={page}")
        assert (beyond.status_code, beyond.json()["code"]) == (404, "catalog-page-not-found")
    assert client.get("/catalog.html").status_code == 404


def test_a_walk_ends_well_where_all_that_it_leads_to_has_ended(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = own_site
    monkeypatch.setattr(paged_catalog, "SIZE", 1)
    walk = client.get("/catalog.nt")
    while "next" in walk.links:
        last = walk.links["next"]["url"]
        walk = client.get(last.removeprefix(BASE))
    (name,) = (
        t.object.value
        for t in ox.parse(walk.content, format=ox.RdfFormat.N_TRIPLES)
        if t.predicate.value == DCAT.dataset
    )
    record = next(
        one for one in house.atlas.journal.public_records(1, 9, 10**9)[0] if one.focus == name
    )
    house.withdraw(record.source, record.remote_id)
    end = client.get(last.removeprefix(BASE))
    assert end.status_code == 200 and "next" not in end.links
    assert DCAT.dataset not in end.text
