"""``cat`` and ``cat.ttl`` in one source: each has a page and every form at its own address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest

from catalog_service.links import dataset_path, form_path, split_ending
from catalog_service.output_formats import BY_SUFFIX
from tests.fixtures.web import BASE, HTML, House, portal, served

Site = tuple[House, httpx.Client]
ENDINGS = ("ttl", "nt", "jsonld", "rdf", "html", "json", "atom", "csv", "xml", "TTL")
IDS = [
    "cat",
    *(f"cat.{ending}" for ending in ENDINGS),
    *("cat.ttl.ttl", "cat.ttl.html", "cat.html.ttl", "a/b.ttl", ".ttl", "猫.rdf", "x.tar.nt"),
]
FORMS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}


@pytest.fixture(scope="module")
def cats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = House(tmp_path_factory.mktemp("cats"))
    with house.atlas:
        house.submit("city", [portal(one, f"猫的数据（{one}）") for one in IDS])
        house.submit("city", [portal("dog.ttl", "狗的数据")])
        house.clock.step()
        house.submit("city", [portal(one, f"猫咪的数据（{one}）") for one in IDS])
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield house, client


def test_addresses_are_of_one_record_and_form_each() -> None:
    made = {dataset_path("s", one) for one in IDS}
    made |= {form_path("s", one, suffix) for one in IDS for suffix in FORMS}
    assert len(made) == len(IDS) * 5
    assert dataset_path("s", "cat") == "/dataset/s/cat"
    assert dataset_path("s", "cat.json") == "/dataset/s/cat.json"
    assert dataset_path("s", "cat.ttl") == "/dataset/s/cat.ttl.html"
    assert FORMS.keys() == BY_SUFFIX.keys()
    assert split_ending("a.b.ttl") == ("a.b", "ttl")


def local(address: str) -> str:
    """An address of the site, as the test's server has it."""
    parts = urlsplit(address)
    assert address.startswith(("/", f"{BASE}/")), address
    return parts.path + (f"?{parts.query}" if parts.query else "")


@pytest.mark.parametrize("remote_id", IDS)
def test_page_and_forms_of_each(cats: Site, remote_id: str) -> None:
    house, client = cats
    (state,) = house.atlas.journal.states("city", [remote_id]).values()
    title = f"猫咪的数据（{remote_id}）"
    followed = client.get(local(state.iri), headers=HTML, follow_redirects=True)
    assert followed.status_code == 200
    page = unescape(followed.text)
    assert f"<h1>{title}</h1>" in page
    for suffix, media_type in FORMS.items():
        for found in (
            client.get(local(state.iri), headers={"Accept": media_type}, follow_redirects=True),
            client.get(local(_alternate(page, media_type))),
            client.get(form_path("city", remote_id, suffix)),
        ):
            assert found.headers["content-type"].split(";")[0] == media_type
            graph = found.text.encode().decode("unicode_escape") if suffix == "nt" else found.text
            assert title in found.text or title in graph
    answer = client.get(f"/api/v1/datasets/city/{_quoted(remote_id)}").json()
    assert (
        client.get(local(answer["page"]), headers=HTML).text
        == client.get(dataset_path("city", remote_id), headers=HTML).text
    )
    for link in re.findall(r'href="(/dataset/[^"]*/changes/[^"]*)"', page):
        assert client.get(link, headers=HTML).status_code == 200


def test_every_link_generator_says_the_same(cats: Site) -> None:
    client = cats[1]
    pages = {dataset_path("city", one) for one in (*IDS, "dog.ttl")}
    hits = client.get("/api/v1/search?limit=50").json()["hits"]
    assert {local(hit["url"]) for hit in hits} == pages
    feed = client.get("/feeds/datasets.atom").text
    assert {local(a) for a in re.findall(r'rel="alternate" type="text/html" href="([^"]*)"', feed)
            if "/dataset/" in a} == pages  # fmt: skip
    turtles = re.findall(r'type="text/turtle" href="([^"]*)"', feed)
    assert {local(a) for a in turtles} == {
        form_path("city", one, "ttl") for one in (*IDS, "dog.ttl")
    }
    listed = client.get("/datasets", headers=HTML).text
    links = {local(unescape(a)) for a in re.findall(r'href="(/dataset/[^"?#]*)"', listed)}
    assert links
    assert links <= pages
    around = client.get("/explore", params={"at": f"{BASE}/id/dataset/city/cat.ttl"}, headers=HTML)
    links = set(re.findall(r'href="(/dataset/[^"?#]*)"', around.text))
    assert "/dataset/city/cat.ttl.html" in links
    assert links <= pages
    offered = client.get("/api/v1/suggest?q=猫咪&limit=20").json()["suggestions"]
    assert {one["url"] for one in offered if one["kind"] == "dataset"} <= pages


def test_addresses_of_before_still_lead_there(cats: Site) -> None:
    client = cats[1]
    # There is no `dog`: its Turtle cannot be meant.
    assert "狗的数据" in client.get("/dataset/city/dog.ttl", headers=HTML).text
    assert client.get("/dataset/city/bird.ttl").status_code == 404
    assert client.get("/dataset/city/cat.html", headers=HTML).status_code == 200


def _alternate(page: str, media_type: str) -> str:
    (found,) = re.findall(
        rf'<link rel="alternate" type="{re.escape(media_type)}" href="([^"]*)"', page
    )
    return str(found)


def _quoted(remote_id: str) -> str:
    return (
        dataset_path("", remote_id)
        .removeprefix("/dataset//")
        .removesuffix(".html" if split_ending(remote_id)[1] else "")
    )
