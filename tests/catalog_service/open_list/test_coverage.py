"""What the open lists of a year cover: R12 and its reverse, pilots, and their machine forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.coverage.figures import Coverage
from catalog_service.open_list.coverage.livelihood import (
    Topic,
    livelihood_share,
    searched_in_vain,
    topics,
)
from catalog_service.open_list.demanded import livelihood_domains
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.model import ListItem, Version
from catalog_service.open_list.service import draft, edit, get, take
from catalog_service.search_log.model import Click, Reformulation
from catalog_service.search_log.store import SearchLogStore
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, furnished
from tests.fixtures.command import Cli
from tests.fixtures.people import person, signed_in, use_counting_hasher
from tests.fixtures.web import HTML, House, portal, served

NAME = (TRANSPORT, 2026)
PAGE = "/open-list/2026/coverage"
API = f"/api/v1{PAGE}"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A published list, and what does not agree with it: read, and not written."""
    with furnished(tmp_path_factory.mktemp("told")) as house:
        publish(house)
        narrowed(house)
        yield house


@pytest.fixture(scope="module")
def client(told: House) -> Iterator[httpx.Client]:
    with served(told) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def publish(house: House) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, *NAME, step)


def test_topics_are_made_anew_where_something_changed(house: House) -> None:
    atlas, year = house.atlas, NAME[1]

    def made() -> Sequence[Topic]:
        found = Coverage(atlas, year)
        return topics(atlas, found, livelihood_domains(atlas.rules, found.day))

    house.project()
    before = made()
    publish(house)
    listed = made()
    assert made() is listed is not before
    house.submit("city", [portal("OLD", "养老机构", category="民生服务")])
    house.project()
    changed = made()
    assert changed is not listed and made() is changed
    named = {one.names["zh"]: one.datasets for one in changed}
    assert named != {one.names["zh"]: one.datasets for one in listed}


def narrowed(house: House) -> None:
    """Open the car park to nobody, and give the buses a sister that is on no list."""
    more = {"open_scope": "全市范围", "fields": ["线路"], "secrecy_review": "2019-12-01"}
    house.submit(
        "transport",
        [
            portal("PARK", "停车场", is_open="", **more),
            portal("FERRY", "轮渡航线", **more),
        ],
    )
    house.project()


def test_what_is_open_and_on_no_list_is_counted_by_organization(house: House) -> None:
    before = Coverage(house.atlas, 2026)
    assert (before.total.open, before.total.listed, before.total.percent) == (3, 0, 0)
    assert before.aim is not None and before.aim.percent == 100
    publish(house)
    narrowed(house)
    found = Coverage(house.atlas, 2026)
    assert (found.total.open, found.total.listed, found.total.missing) == (3, 1, 2)
    shares = {one.organization: (one.open, one.listed) for one in found.shares}
    assert shares == {TRANSPORT: (2, 1), CIVIL: (1, 0)}
    assert [one.title for one in found.missing(TRANSPORT, 9)[1]] == ["轮渡航线"]
    assert found.missing("", 1)[0] == 2
    (wrong,) = found.mismatches
    assert (wrong.item.title, wrong.gap, wrong.opened) == ("停车场", "not-opened", "")
    # Nothing is on a list of another year, and before the rule nothing was demanded.
    assert Coverage(house.atlas, 2025).total.listed == 0
    assert Coverage(house.atlas, 2017).aim is None


def test_the_pages_tell_both_sides_and_lead_to_the_entries(client: httpx.Client) -> None:
    page = client.get(f"{PAGE}?lang=en", headers=HTML)
    assert page.status_code == 200
    for text in ("33.3 %", "2 are on none", "The aim is 100 %", "Pudong", "no list"):
        assert text in page.text
    assert "is empty" in page.text and PAGE in client.get("/open-list/2026", headers=HTML).text
    missing = client.get(f"{PAGE}/missing?organization=transport&lang=en", headers=HTML).text
    assert "轮渡航线" in missing and "养老机构" not in missing
    assert "养老机构" in client.get(f"{PAGE}/missing", headers=HTML).text
    items = client.get(f"{PAGE}/items?lang=en", headers=HTML).text
    assert "停车场" in items and "not stated" in items
    assert "停车场" not in client.get(f"{PAGE}/items?gap=unlinked", headers=HTML).text
    past = client.get("/open-list/2025/coverage?lang=en", headers=HTML).text
    assert "as it is today" in past
    unknown = client.get(f"{PAGE}/missing?organization=nobody", headers=HTML)
    assert unknown.status_code == 404


def test_programs_read_the_same(client: httpx.Client) -> None:
    answer = client.get(API).json()
    assert (answer["total"]["open"], answer["total"]["listed"]) == (3, 1)
    assert answer["mismatches"] == {"unlinked": 0, "not-public": 0, "not-opened": 1}
    assert {one["least"] for one in answer["pilots"]} == {50}
    assert {one["items"] for one in answer["pilots"]} == {None}
    assert answer["systems"] == {"entered": 0, "lacking": 0}
    text = client.get(f"{API}.csv").content.decode("utf-8-sig")
    assert [row["missing"] for row in csv.DictReader(io.StringIO(text))] == ["2", "1", "1"]
    assert client.get(f"{API}/missing?limit=1").json()["total"] == 2
    names = client.get(f"{API}/missing.csv").content.decode("utf-8-sig")
    assert [row["title"] for row in csv.DictReader(io.StringIO(names))] == ["轮渡航线", "养老机构"]
    (item,) = client.get(f"{API}/items?organization=transport").json()["items"]
    assert (item["gap"], item["by_list"], item["in_catalogue"]) == (
        "not-opened",
        "有条件开放",
        "",
    )
    assert "停车场" in client.get(f"{API}/items.csv").text
    assert client.get(f"{API}.xyz").status_code == 404


def test_the_cube_is_well_formed(client: httpx.Client) -> None:
    store = ox.Store()
    store.load(client.get(f"{API}.ttl").content, format=ox.RdfFormat.TURTLE)
    start = "PREFIX qb: <http://purl.org/linked-data/cube#> "

    def asked(query: str) -> int:
        return len(list(store.query(start + query)))  # type: ignore[arg-type]

    # The whole and two organizations, with three measures each.
    assert asked("SELECT ?o { ?o a qb:Observation ; qb:dataSet ?d }") == 9
    # IC-11: every dimension of the structure is there; IC-14 and 17 by its measure.
    without = "FILTER NOT EXISTS { ?o ?dimension ?value } }"
    dimensions = "?d qb:structure/qb:component/qb:dimension ?dimension . ?o qb:dataSet ?d "
    assert asked(f"SELECT ?o {{ {dimensions} {without}") == 0
    assert asked("SELECT ?o { ?o qb:measureType ?m FILTER NOT EXISTS { ?o ?m ?value } }") == 0
    # IC-12: no two observations have the same values of all dimensions.
    measured = "SELECT ?m ?of { ?o qb:measureType ?m ; ?p ?of . FILTER(STRENDS(STR(?p), '#org"
    assert asked(f"{measured}anization')) }} GROUP BY ?m ?of HAVING(COUNT(*) > 1)") == 0
    # IC-19, 20: components are dimensions or measures of their kind.
    kinds = "{ ?c a qb:DimensionProperty } UNION { ?c a qb:MeasureProperty }"
    component = "?x qb:component/(qb:dimension|qb:measure) ?c"
    assert asked(f"SELECT ?c {{ {component} FILTER NOT EXISTS {{ {kinds} }} }}") == 0


def test_an_item_without_a_dataset_is_told_of(house: House) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    alone = ListItem(
        key="alone",
        title="共享单车",
        open_type="无条件开放",
        scope="全市",
        content="停放点",
        frequency="每月",
    )
    edit(house.atlas, OPERATOR, NAME, frozenset({ItemChange(None, alone)}))
    # What R05 finds keeps a list from being filed; one of before the rule may be so.
    content = get(house.atlas, *NAME).content
    now = house.atlas.clock.now()
    version = Version(*NAME, 1, content.hash, now.date(), now)
    found = Coverage(house.atlas, 2026)
    found.lists.append((version, content))
    assert [(one.item.title, one.gap) for one in found.mismatches if one.gap == "unlinked"] == [
        ("共享单车", "unlinked")
    ]


def test_the_command_tells_the_shares_and_the_entries(told: House) -> None:
    settings = told.settings
    cli = Cli(settings.home.parent)
    ran = cli("open-list", "coverage", "2026", "--json", ATLAS_BASE_IRI=settings.base_iri)
    assert ran.json["total"]["listed"] == 1
    asked = ("open-list", "coverage", "2026", "--missing", "--org", "transport")
    found = cli(*asked, ATLAS_BASE_IRI=settings.base_iri).out
    assert "轮渡航线" in found and "养老机构" not in found


def test_topics_of_livelihood_without_an_item_come_first(client: httpx.Client) -> None:
    answer = client.get(f"{API}/livelihood").json()
    named = {one["name"]["zh"]: (one["items"], one["datasets"]) for one in answer["topics"]}
    assert named["养老机构"] == (0, 1) and answer["topics"][0]["name"]["zh"] == "养老机构"
    # A dataset counts by its data domain, which none of these has.
    assert (answer["datasets"], answer["percent"]) == (0, None)
    page = client.get(f"{PAGE}/livelihood?lang=en", headers=HTML).text
    assert "topics have no item on a list" in page and "nursing home" in page
    assert client.get(f"{PAGE}/livelihood?show=datasets", headers=HTML).status_code == 200
    # Nothing was demanded before 2022-08-05.
    before = client.get("/open-list/2021/coverage/livelihood?lang=en", headers=HTML).text
    assert "No text demanded it in this year" in before


def test_what_was_searched_in_vain_is_told_within_the_bounds_of_the_log(house: House) -> None:
    store, day = SearchLogStore(house.atlas.journal), house.atlas.clock.today()
    house.submit("civil", [portal("HOME", "福利院", category="民生服务")])
    house.project()
    store.merge(
        [
            Reformulation(day, "停车场", "停车场 车位", 5),
            Reformulation(day, "殡仪馆", "殡葬服务机构", 10),
            Click(day, "公交线路", f"{house.settings.base_iri}/id/dataset/transport/BUS", "1", 5),
            Reformulation(day, "殡仪馆", "公交线路", 5),
        ]
    )
    domains = livelihood_domains(house.atlas.rules, day)
    found = {one.text: one for one in searched_in_vain(house.atlas, domains)}
    assert found["殡仪馆"].networks == 10 and found["殡仪馆"].topics
    # What finds something, and what was opened from its results, was not in vain.
    assert "停车场" not in found and "公交线路" not in found
    share = livelihood_share(Coverage(house.atlas, 2026), domains)
    assert (share.open, share.listed) == (1, 0)
    use_counting_hasher(house.atlas)
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        office = signed_in(client, house.atlas, person(house.atlas, "city", Role.CITY_OFFICE, None))
        asked = "/workbench/open-lists/searched?lang=en"
        assert "殡仪馆" in office.get(asked, **HTML).text
        steward = person(house.atlas, "bus", Role.STEWARD, "transport")
        assert signed_in(client, house.atlas, steward).get(asked, **HTML).status_code == 403
