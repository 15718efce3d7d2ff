"""What everybody sees of samples, and how they are worked on by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.accounts.service import Role
from catalog_service.notices.service import PersonalNotices
from catalog_service.reports.measuring import measure
from catalog_service.reports.model import CITY
from catalog_service.reports.stored import figures_on
from catalog_service.samples import service
from catalog_service.samples.counting import count
from catalog_service.samples.errors import REASON_MISSING
from catalog_service.samples.model import Sample
from catalog_service.samples.reading import public_samples
from catalog_service.samples.service import ask, draw, release, withdraw
from catalog_service.stored_records import known_record
from ontology.errors import AtlasError
from ontology.terms import ADMS, DCAT, DCT, PROV
from tests.catalog_service.samples.conftest import (
    PARK,
    PLANTED,
    TABLE,
    WISH,
    make_house,
    park_table,
    person_of,
)
from tests.fixtures.people import Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import HTML, House, portal, served

WORK = "/workbench/samples"


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


def test_graph_and_pages_lead_from_whole_to_sample_and_back(
    shared: tuple[House, httpx.Client],
) -> None:
    house, client = shared
    one = released(house)
    house.project()

    def asked(pattern: str) -> bool:
        answer = client.get("/sparql", params={"query": f"ASK {{ {pattern} }}"})
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["boolean"])

    park = known_record(house.atlas, PARK).focus
    own = known_record(house.atlas, f"samples-transport/{one.number}").iri
    there = f"<{park}> <{ADMS.sample}> <{own}#file> . <{own}> <{PROV.wasDerivedFrom}> <{park}> ."
    graph = f"GRAPH <{house.settings.base_iri}/samples>"
    assert asked(f"{graph} {{ {there} }}")
    assert asked(f"{there} <{own}> <{DCAT.distribution}> <{own}#file> ; <{DCT.source}> <{park}> .")
    page = client.get(f"/dataset/samples-transport/{one.number}?lang=en", headers=HTML).text
    assert f'href="/dataset/{PARK}?lang=en"' in page
    assert "This is a sample set" in page
    assert "This is a sample set" not in client.get(f"/dataset/{PARK}?lang=en", headers=HTML).text
    withdraw(house.atlas, person_of(house, "r", Role.REVIEWER), one.number, "错")
    house.project()
    assert not asked(f"<{park}> <{ADMS.sample}> <{own}#file>")


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
        house.project()
        counted = count(atlas, public_samples(atlas))
        assert (counted.served, counted.named, counted.total) == (1, 1, 2)


def signed(shared: tuple[House, httpx.Client], login: str, role: Role, over: str) -> Browser:
    house, client = shared
    return signed_in(client, house.atlas, person(house.atlas, login, role, over))


@pytest.fixture(scope="module")
def desk(shared: tuple[House, httpx.Client]) -> tuple[Browser, Browser, Browser]:
    """A steward, a reviewer, and a steward of another department."""
    use_counting_hasher(shared[0].atlas)
    return (
        signed(shared, "steward", Role.STEWARD, "transport"),
        signed(shared, "reviewer", Role.REVIEWER, "transport"),
        signed(shared, "water", Role.STEWARD, "water"),
    )


def send(browser: Browser, content: bytes, name: str = "park.csv", **fields: str) -> httpx.Response:
    given = {"csrf": browser.csrf, "dataset": PARK, "size": "50", "strata": "区，", "seed": "42"}
    return browser.client.post(
        f"{WORK}?lang=en",
        headers=browser.headers,
        data={**given, **fields},
        files={"file": (name, content)},
        follow_redirects=False,
    )


def test_a_sample_is_drawn_asked_for_and_released_by_page(
    shared: tuple[House, httpx.Client], desk: tuple[Browser, Browser, Browser]
) -> None:
    house, client = shared
    steward, reviewer, _ = desk
    assert "ATLAS_SAMPLE" not in steward.get(f"{WORK}?lang=en").text
    answer = send(steward, park_table())
    assert answer.status_code == 303
    path = answer.headers["location"].partition("?")[0]
    own = steward.get(f"{path}?lang=en")
    for text in ("drawn, to be looked at", "Give it up", "Ask another", "P0", "Kolmogorov"):
        assert text in own.text
    assert "Release it" not in own.text
    file = client.get(f"{path}/file.csv", headers=steward.headers)
    assert (file.status_code, file.headers["cache-control"]) == (200, "private, no-store")
    steward.post(path, step="ask")
    assert "Another has to release it" in steward.get(f"{path}?lang=en").text
    refused = steward.post(f"{path}?lang=en", step="release")
    assert refused.status_code == 403
    assert "does not release it" in refused.text
    assert path in reviewer.get("/workbench").text
    # Of this dataset a sample was released under another seed: seeds end there, whatever the file.
    changed = park_table() + "P0301,徐汇区,5,\r\n".encode()
    for table in (park_table(), changed):
        assert "released under the seed" in send(steward, table, seed="43").text
    given_up = send(steward, changed).headers["location"].partition("?")[0]
    steward.post(given_up, step="discard", reason="不合适")
    # Files can be tried until the rows suit: whoever releases sees it.
    assert "1 given up · 1 seed</span>" in reviewer.get(f"{path}?lang=en").text
    assert "Release it" in reviewer.get(f"{path}?lang=en").text
    reviewer.post(path, step="release")
    public = path.removeprefix("/workbench")
    assert client.get(public, headers=HTML).status_code == 200
    assert public in reviewer.get(path).text
    assert reviewer.post(path, step="withdraw", reason="").status_code == 422
    reviewer.post(path, step="withdraw", reason="有误")
    assert client.get(f"{public}/file.csv").status_code == 410
    assert "有误" in reviewer.get(path).text
    assert house.atlas.audit.head().number > 0


def test_conditional_datasets_are_found_to_draw_from(
    shared: tuple[House, httpx.Client], desk: tuple[Browser, Browser, Browser]
) -> None:
    steward, _, stranger = desk
    chosen = f"?dataset={PARK.replace('/', '%2F')}&amp;lang=en#draw"
    for words in ("", "停车"):
        page = steward.get(f"{WORK}?lang=en&q={words}").text
        assert chosen in page, page[-3000:]
        assert "BUS" not in page
    for nothing in (steward.get(f"{WORK}?lang=en&q=火星"), stranger.get(f"{WORK}?lang=en")):
        assert "None that you may draw from" in nothing.text


def test_others_see_no_sample_at_work(
    shared: tuple[House, httpx.Client], desk: tuple[Browser, Browser, Browser]
) -> None:
    client = shared[1]
    steward, _, stranger = desk
    path = send(steward, park_table()).headers["location"].partition("?")[0]
    assert path not in stranger.get(WORK).text
    for way in (path, f"{path}/file.csv"):
        assert client.get(way, headers=stranger.headers).status_code == 404
        assert client.get(way, headers=HTML).status_code in (303, 401)
    assert stranger.post(path, step="discard", reason="x").status_code == 404
    assert send(stranger, park_table()).status_code == 403
    nobody = client.post(WORK, data={"dataset": PARK}, files={"file": ("x.csv", b"a\n1\n")})
    assert nobody.status_code in (303, 401)
    auditor = signed(shared, "auditor", Role.AUDITOR, "transport")
    assert auditor.get(path).status_code == 200
    assert auditor.post(path, step="discard", reason="x").status_code == 403


@pytest.mark.parametrize(
    ("content", "fields", "text"),
    [
        (b"", {}, "No file was sent"),
        ("编号,区\n".encode(), {}, "No row is left"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, {"strata": ""}, "alert"),
        (",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n", {}, "10000 columns"),
        (b"a,b\n" + b"\xff\xfe\xfa,\x80\n" * 20, {"strata": ""}, "Save the file as UTF-8"),
        (b"a,b\n1,2\n", {"size": "-5", "strata": ""}, "size"),
        (b"a,b\n1,2\n", {"strata": "<script>"}, "no column"),
        (b"a,b\n1,2\n", {"dataset": "transport/BUS"}, "conditional"),
    ],
    ids=["nothing", "no-rows", "picture", "wide", "encoding", "size", "column", "open"],
)
def test_what_cannot_be_drawn_is_told_on_the_form(
    desk: tuple[Browser, Browser, Browser], content: bytes, fields: dict[str, str], text: str
) -> None:
    answer = send(desk[0], content, **fields)
    assert 400 <= answer.status_code < 500
    assert 'role="alert"' in answer.text
    assert 'value="<script>' not in answer.text
    assert text in answer.text


def test_what_was_typed_stands_in_the_form_again(
    desk: tuple[Browser, Browser, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    steward = desk[0]
    typed = {"strata": "区，無", "groups": "泊位数、备注", "size": "37", "seed": "乙 7"}
    page = send(steward, park_table(), **typed).text
    for name, value in {**typed, "dataset": PARK}.items():
        assert re.search(f'name="{name}" value="{value}"', page), name
    # A browser sends no file twice.
    assert "choose it again" in page
    assert "choose it again" not in steward.get(f"{WORK}?lang=en").text
    path = send(steward, park_table()).headers["location"].partition("?")[0]

    def fails(*_: object) -> Sample:
        raise AtlasError(REASON_MISSING)

    monkeypatch.setattr(service, "discard", fails)
    answer = steward.post(path, step="discard", reason="数据“有误”")
    assert answer.status_code == 422
    assert 'name="reason" value="数据“有误”"' in answer.text


def test_who_may_release_is_told_of_a_sample_that_waits(tmp_path: Path) -> None:
    made = make_house(tmp_path / "var")
    with made.atlas as atlas:
        steward = person(atlas, "steward", Role.STEWARD, "transport")
        reviewer = person(atlas, "reviewer", Role.REVIEWER, "transport")
        stranger = person(atlas, "stranger", Role.REVIEWER, "water")
        drawer = person_of(made, steward.id, Role.STEWARD)
        one = draw(atlas, drawer, PARK, TABLE, WISH)

        def told(who: str) -> list[tuple[str, str | None]]:
            found = PersonalNotices(atlas.journal).of(who, limit=50)
            return [(each.kind, each.path) for each in found if each.kind == "sample.waiting"]

        assert told(reviewer.id) == []
        ask(atlas, drawer, one.number)
        assert told(reviewer.id) == [("sample.waiting", f"{WORK}/{one.number}")]
        assert told(steward.id) == told(stranger.id) == []
