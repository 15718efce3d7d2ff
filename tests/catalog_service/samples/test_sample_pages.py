"""What everybody sees of samples, and how they are worked on by page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.accounts.service import Role
from catalog_service.reports.measuring import measure
from catalog_service.reports.model import CITY
from catalog_service.reports.stored import figures_on
from catalog_service.samples.model import Sample
from catalog_service.samples.service import ask, draw, release, withdraw
from ontology.terms import ADMS, DCAT, DCT
from tests.catalog_service.samples.conftest import (
    PARK,
    PLANTED,
    TABLE,
    WISH,
    make_house,
    person_of,
)
from tests.fixtures.web import HTML, House, portal, served


def released(house: House) -> Sample:
    steward, reviewer = person_of(house, "s", Role.STEWARD), person_of(house, "r", Role.REVIEWER)
    made = draw(house.atlas, steward, PARK, TABLE, WISH)
    ask(house.atlas, steward, made.number)
    return release(house.atlas, reviewer, made.number)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, httpx.Client]]:
    made = make_house(tmp_path_factory.mktemp("samples") / "var")
    with made.atlas:
        made.project()
        with served(made) as address, httpx.Client(base_url=address, timeout=60) as client:
            yield made, client


def test_a_served_sample_is_told_everywhere(shared: tuple[House, httpx.Client]) -> None:
    house, client = shared
    one = released(house)
    house.project()
    path = f"/samples/{one.number}"
    page = client.get(f"/dataset/{PARK}?lang=en", headers=HTML).text
    for text in ('id="sample-set"', f"{path}/file.csv", "50 of 300 rows", "total variation"):
        assert text in page
    own = client.get(f"{path}?lang=en", headers=HTML)
    assert own.status_code == 200
    assert "浦东新区" in own.text
    answer = client.get(f"/api/v1{path}").json()
    assert (answer["rows"], answer["whole_rows"], answer["smallest_group"]) == (50, 300, 5)
    listed = client.get("/samples?lang=en", headers=HTML).text
    assert "1,000" in listed
    assert "停车场" in listed
    counted = client.get("/api/v1/samples").json()
    assert (counted["datasets"], counted["served"], counted["named"]) == (1, 1, 0)
    assert counted["aims"][0]["number"] == 1000
    for text in (page, own.text, listed, str(answer), str(counted)):
        assert not any(secret in text for secret in (*PLANTED, "person:", '"42"'))
    graph = ox.Store()
    for address in (f"/dataset/{PARK}.nt", f"/dataset/samples-transport/{one.number}.nt"):
        graph.load(client.get(address).content, ox.RdfFormat.N_TRIPLES)
    both = f"""ASK {{ ?d <{ADMS.sample}> ?file . ?s <{DCAT.distribution}> ?file ;
        <{DCT.source}> ?d . ?file <{DCAT.downloadURL}> ?url }}"""
    assert bool(graph.query(both))
    # No past version had it.
    assert "sample-set" not in client.get(f"/dataset/{PARK}?at=2020-01-01", headers=HTML).text


def test_the_file_is_kept_and_never_shown(shared: tuple[House, httpx.Client]) -> None:
    house, client = shared
    one = released(house)
    answer = client.get(f"/samples/{one.number}/file.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "no-cache"
    assert not any(secret in answer.text for secret in PLANTED)
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"/samples/{one.number}/file.csv", headers=tag).status_code == 304
    head = client.head(f"/samples/{one.number}/file.csv")
    assert (head.status_code, head.content) == (200, b"")


def test_a_withdrawn_sample_is_gone_and_says_so(shared: tuple[House, httpx.Client]) -> None:
    house, client = shared
    one = released(house)
    tag = client.get(f"/samples/{one.number}/file.csv").headers["etag"]
    withdraw(house.atlas, person_of(house, "r", Role.REVIEWER), one.number, "内部理由")
    for path in (f"/samples/{one.number}", f"/samples/{one.number}/file.csv"):
        page = client.get(f"{path}?lang=en", headers={**HTML, "If-None-Match": tag})
        assert page.status_code == 410
        assert "was withdrawn" in page.text
        assert "内部理由" not in page.text
    assert client.get(f"/api/v1/samples/{one.number}").json()["code"] == "sample-withdrawn"
    assert f"/samples/{one.number}/" not in client.get(f"/dataset/{PARK}", headers=HTML).text


def test_what_is_not_released_is_not_there(shared: tuple[House, httpx.Client]) -> None:
    house, client = shared
    steward = person_of(house, "s", Role.STEWARD)
    made = draw(house.atlas, steward, PARK, TABLE, WISH)
    for number in (made.number, 0, 999_999):
        for path in (f"/samples/{number}", f"/samples/{number}/file.csv"):
            assert client.get(path, headers=HTML).status_code == 404


def test_reports_count_what_is_served(tmp_path: Path) -> None:
    house = make_house(tmp_path / "var")
    with house.atlas as atlas:
        released(house)
        house.submit(
            "transport",
            [portal("B", "乙", is_open="有条件开放", sample="https://data.sh.gov.cn/s.csv")],
        )
        measure(atlas)
        with atlas.journal.reading_tables() as connection:
            found = figures_on(connection, [atlas.clock.today()], [CITY])
        (figure,) = [counted for name, _, counted in found if name == "sample-sets"]
        assert figure.counted == 2
