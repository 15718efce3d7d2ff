"""No length of a title or of anything else makes an anonymous answer larger than a bound."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from catalog_service.app import create_app
from catalog_service.datasets.bounded_view import MAX_WHOLE, bounded
from catalog_service.datasets.description import describe
from ontology.truncation import ELLIPSIS, MAX_NAME, clip
from search.index.payload import payload_of, stored
from tests.fixtures.routes import address_of, all_routes
from tests.fixtures.web import BASE, HTML, House, portal

Site = tuple[House, httpx.Client]
TITLE = "公交" * 60_000
"""350 kB, as the fault was reported."""
LIMIT = 1_000_000
"""Bytes: the page of a title of this length had five million."""
WHOLE = (
    *("/dataset/{source}/{remote_id}", "/api/v1/datasets/{source}/{remote_id}"),
    *("/api/v1/openapi.json", "/data.json"),
)
"""Forms of the record itself, and of the catalogue, which have all of it; a page among them is
looked at apart."""


def maximal(remote_id: str, title: str, **more: object) -> dict[str, object]:
    """Everything that a record can say, many times and at length."""
    long = "长文" * 2_000
    return portal(
        remote_id,
        title,
        description="说明" * 50_000,
        keywords=[f"{n}{'词' * 1_000}" for n in range(100)],
        data_items=[
            {"name": f"项{n}{'名' * 200}", "description": long[:400], "type": "字" * 100}
            for n in range(1_500)
        ],
        files=[
            {"name": f"件{n}{'名' * 300}.csv", "url": f"https://a.example/{n}/{'x' * 3_000}.csv"}
            for n in range(300)
        ],
        department="部" * 5_000,
        open_condition=long,
        contact=long,
        category="类" * 2_000,
        update_frequency="率" * 2_000,
        region="区" * 2_000,
        **more,
    )


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    from tests.fixtures.web import served

    house = House(tmp_path_factory.mktemp("large"))
    with house.atlas:
        made = house.submit(
            "city", [maximal("BUS1", TITLE), maximal("BUS2", TITLE + "二"), portal("X", "公交站")]
        )
        assert [one.status for one in made] == ["created"] * 3, [one.error for one in made]
        house.clock.step()
        house.submit("city", [maximal("BUS1", TITLE + "改", score="1"), portal("GONE", TITLE)])
        house.withdraw("city", "GONE")
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield house, client


@pytest.mark.slow
def test_every_anonymous_answer_is_bounded(large: Site) -> None:
    house, client = large
    iri = quote(f"{BASE}/id/dataset/city/BUS1", safe="")
    other = quote(f"{BASE}/id/dataset/city/BUS2", safe="")
    field = quote(f"项1{'名' * 200}"[:200], safe="")
    routes = [r for r in all_routes(create_app(house.atlas)) if "GET" in (r.methods or ())]
    addresses = {
        address_of(route, seq=str(house.atlas.journal.head() - 2)): route.path
        for route in routes
        if route.path not in WHOLE
    }
    asked = [
        "/datasets?q=公交",
        "/datasets",
        "/api/v1/search?q=公交&limit=100",
        "/api/v1/search?facet_size=100",
        "/api/v1/search.csv",
        "/api/v1/search.jsonl",
        "/api/v1/suggest?q=公交&limit=20",
        "/api/v1/suggest?q=项1&limit=20",
        "/feeds/datasets.atom",
        f"/explore?at={iri}",
        f"/explore?at={iri}&relation=same_publisher",
        f"/explore?at={iri}&to={other}",
        f"/api/v1/graph/neighbours?iri={iri}&limit=100",
        f"/api/v1/graph/path?from={iri}&to={other}",
        f"/field/{field}",
        "/dataset/city/BUS1",
        "/dataset/city/BUS1?lang=en",
        "/dataset/city/BUS1?at=2026-12-01",
        "/dataset/city/X",
        "/dataset/city/GONE",
        "/api/v1/datasets/city/BUS1/findings",
        "/sparql?query=SELECT * { ?s <http://purl.org/dc/terms/title> ?o }",
    ]
    seen = 0
    for address in (*addresses, *asked):
        for headers in (HTML, {"Accept": "*/*"}):
            answer = client.get(address, headers=headers)
            assert answer.status_code < 500, (address, answer.text[:300])
            if answer.headers.get("content-type", "").startswith("text/turtle"):
                # A fixed form of the vocabularies or the ontology.
                continue
            if not answer.content:
                # It leads elsewhere.
                continue
            html = answer.headers["content-type"].startswith("text/html")
            if address.startswith(("/dataset/", "/sparql")) and not html:
                # A form of the record itself; a bare result, which has a bound of its own.
                continue
            assert len(answer.content) <= LIMIT, (address, headers, len(answer.content))
            seen += "公交" * 100 in answer.text
    # What was bounded is what was shown.
    assert seen > 10


@pytest.mark.slow
def test_what_is_cut_ends_with_an_ellipsis_and_the_forms_have_all(large: Site) -> None:
    _, client = large
    page = client.get("/dataset/city/BUS1", headers=HTML).text
    assert ("公交" * 150)[: MAX_NAME - 1] + ELLIPSIS in page
    (hit,) = client.get("/api/v1/search", params={"q": "公交站"}).json()["hits"][:1]
    assert hit["title"] == "公交站"
    titles = [h["title"] for h in client.get("/api/v1/search?q=公交").json()["hits"]]
    assert max(map(len, titles)) == MAX_NAME
    assert TITLE in client.get("/dataset/city/BUS1.ttl").text
    assert client.get("/api/v1/datasets/city/BUS1").json()["description"]["title"]["zh"] == (
        TITLE + "改"
    )


def test_a_description_is_bounded_as_a_whole() -> None:
    focus = "https://e.example/1"
    dct = "http://purl.org/dc/terms/"
    lines = [
        f'<{focus}> <{dct}title> "{"题" * 1_000}"@zh .',
        f'<{focus}> <{dct}description> "{"文" * 90_000}"@zh .',
        *(
            f'<{focus}> <http://www.w3.org/ns/dcat#keyword> "{n}{"词" * 999}" .'
            for n in range(1_000)
        ),
        f"<{focus}> <http://www.w3.org/ns/dcat#landingPage> <https://e.example/{'p' * 9_000}> .",
        *(
            f'<{focus}> <{dct}title> "t{n}"@q{chr(97 + n // 26)}{chr(97 + n % 26)} .'
            for n in range(100)
        ),
    ]

    class Concepts:
        def concept(self, iri: str) -> None:
            return None

        def find(self, *_: object) -> None:
            return None

    whole = describe(
        "\n".join(lines) + "\n",
        iri=focus,
        focus=focus,
        source="city",
        remote_id="1",
        concepts=Concepts(),  # type: ignore[arg-type]  # nothing is looked up here
    )
    shown = bounded(whole)
    assert len(shown.model_dump_json()) < 2 * MAX_WHOLE
    assert shown.title["zh"] == "题" * (MAX_NAME - 1) + ELLIPSIS
    assert 10 < len(shown.keywords) < 1_000
    # What is no whole address is no link.
    assert not shown.landing_pages or shown.landing_pages[0].startswith(ELLIPSIS)
    small = whole.model_copy(
        update={"title": {"zh": "短"}, "description": {}, "keywords": [], "landing_pages": []}
    )
    assert bounded(small) == small


def test_clipping() -> None:
    assert clip("a" * MAX_NAME) == "a" * MAX_NAME
    assert clip("a" * (MAX_NAME + 1)) == "a" * (MAX_NAME - 1) + ELLIPSIS
    assert clip("ab cd", 4) == "ab" + ELLIPSIS


def test_an_index_of_before_is_read_with_short_names(large: Site) -> None:
    house = large[0]
    view = house.atlas.index.view()
    assert view is not None
    document = view.get(f"{BASE}/id/dataset/city/BUS1")
    assert document is not None
    assert len(document.title) == MAX_NAME
    kept = payload_of(document)  # type: ignore[arg-type]  # it has all that is kept
    old = kept.replace(document.title, "长" * 50_000)
    assert len(stored(old).title) == MAX_NAME
