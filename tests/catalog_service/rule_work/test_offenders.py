"""Records that offend: with what is found, by organization, on pages, as JSON and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from catalog_service.accounts.service import Role
from catalog_service.editing.desks import open_desk
from catalog_service.rule_work.offenders import (
    all_offenders,
    count_offenders,
    covered,
    list_offenders,
    offending_publishers,
)
from catalog_service.rule_work.publishers import RecordPublishers, publishers_of
from ontology.errors import AtlasError
from search.errors import INDEX_MISSING
from tests.fixtures.organizations import vocabulary_with_below
from tests.fixtures.people import ORGANIZATION, person, signed_in, use_counting_hasher
from tests.fixtures.web import House, portal, served

HEALTH, WATER = f"{ORGANIZATION}health", f"{ORGANIZATION}water"
SHENKANG = f"{ORGANIZATION}shenkang"
RULE = "V-description"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two departments whose datasets say nothing of themselves, one below another."""
    made = House(tmp_path_factory.mktemp("offenders"))
    made.atlas.shipped_vocabulary = vocabulary_with_below(shenkang="health")
    with made.atlas:
        made.submit(
            "city",
            [
                portal("H1", "医院床位", description="", department="上海市卫生健康委员会"),
                portal("W1", "=水质\t监测", description="", department="上海市水务局"),
                portal("S1", "医院门诊", description="", department="上海申康医院发展中心"),
                portal("FINE", "停车场"),
                portal("SHUT", "内部", description="", is_open="非开放"),
            ],
        )
        made.project()
        RecordPublishers(made.atlas.journal).follow()
        yield made


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[httpx.Client]:
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as found:
        yield found


def names(house: House, organization: str | None) -> list[str]:
    found = list_offenders(house.atlas, RULE, organization, 0, 10)
    assert [one.remote_id for one in all_offenders(house.atlas, RULE, organization)] == [
        one.remote_id for one in found
    ]
    assert len(found) == count_offenders(house.atlas, RULE, organization)
    return [one.remote_id for one in found]


def test_an_organization_has_what_lies_below_it(house: House) -> None:
    assert SHENKANG in covered(house.atlas, HEALTH)
    assert names(house, None) == ["H1", "S1", "W1"]
    assert names(house, HEALTH) == ["H1", "S1"]
    assert names(house, WATER) == ["W1"]
    assert names(house, "https://nowhere.example/x") == []
    assert offending_publishers(house.atlas, RULE) == {HEALTH: 1, WATER: 1, SHENKANG: 1}


def test_who_publishes_what_follows_the_journal(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas:
        table = RecordPublishers(house.atlas.journal)
        assert not table.is_behind() and not table.follow()
        house.submit("city", [portal("X", "甲", description="", department="上海市水务局")])
        assert table.is_behind() and table.follow() and not table.is_behind()
        assert offending_publishers(house.atlas, RULE) == {WATER: 1}
        moved = portal("X", "甲", description="", department="上海市卫生健康委员会")
        house.submit("city", [moved])
        assert table.follow() and not table.follow()
        assert offending_publishers(house.atlas, RULE) == {HEALTH: 1}


def test_publishers_are_read_from_the_dataset_alone() -> None:
    text = (
        "<https://x/1> <http://purl.org/dc/terms/publisher> <https://x/a> .\n"
        "<https://x/1#part> <http://purl.org/dc/terms/publisher> <https://x/b> .\n"
        '<https://x/1> <http://purl.org/dc/terms/title> "<https://x/1> '
        '<http://purl.org/dc/terms/publisher> <https://x/c> ." .\n'
    )
    assert publishers_of(text, "https://x/1") == ["https://x/a"]


def test_as_json_and_as_a_table_that_no_spreadsheet_runs(client: httpx.Client) -> None:
    path = f"/api/v1/rules/{RULE}/records"
    answer = client.get(path, params={"limit": 2}).json()
    assert (answer["total"], answer["next"]) == (3, 2)
    first = answer["records"][0]
    assert first["remote_id"] == "H1" and first["findings"][0]["rule"] == RULE
    assert first["findings"][0]["message"]["zh"] and first["url"].endswith("/dataset/city/H1")
    last = client.get(path, params={"organization": WATER}).json()
    assert [one["remote_id"] for one in last["records"]] == ["W1"] and last["next"] is None
    table = client.get(f"{path}.csv?lang=en")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert [row["remote_id"] for row in rows] == ["H1", "S1", "W1"]
    assert rows[2]["title"].startswith("'=")
    assert client.get("/api/v1/rules/R99/records").status_code == 404
    assert client.get(f"{path}?limit=1000").status_code == 400


def test_the_page_leads_to_where_it_is_mended(house: House, client: httpx.Client) -> None:
    page = client.get(f"/rules/{RULE}/records?lang=en", headers={"Accept": "text/html"})
    assert "3 public datasets in which it finds something" in page.text
    assert "Edit this dataset" not in page.text and "Ask for an exception" not in page.text
    assert "SHUT" not in page.text and "内部" not in page.text
    one = client.get(f"/rules/{RULE}/records", params={"organization": HEALTH, "lang": "en"}).text
    assert "/dataset/city/S1" in one and "/dataset/city/W1" not in one
    assert f'value="{HEALTH}" selected' in one
    use_counting_hasher(house.atlas)
    source = open_desk(house.atlas, WATER)
    house.submit(source, [portal("D1", "水位", description="", department="上海市水务局")])
    house.project()
    steward = signed_in(client, house.atlas, person(house.atlas, "li", Role.STEWARD, "water"))
    mine = steward.get(f"/rules/{RULE}/records?lang=en").text
    assert f"/workbench/datasets/of/{source}/D1" in mine
    assert f"rule={RULE}&amp;source={source}&amp;remote_id=D1" in mine
    assert "/workbench/datasets/of/city/" not in mine


def test_where_the_index_is_missing_the_table_is_an_error_and_not_half_a_table(
    house: House, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: object) -> None:
        raise AtlasError(INDEX_MISSING, path=house.settings.home / "index")

    monkeypatch.setattr(type(house.atlas.index), "view", missing)
    answer = client.get(f"/api/v1/rules/{RULE}/records.csv")
    assert (answer.status_code, answer.json()["code"]) == (503, "index-missing")
