"""The pages, routes and commands of values that no vocabulary knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest

from catalog_service.accounts.service import Role
from catalog_service.audit.service import Wanted as Everything
from catalog_service.vocabulary_work.service import map_waiting
from ontology.record import mint_iri
from tests.fixtures.command import Cli
from tests.fixtures.page_forms import form_of
from tests.fixtures.people import ORGANIZATION, Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import BASE, House, opened, portal

TEXT = "道路交通类"
HERE = "/workbench/vocabulary"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, httpx.Client]]:
    with opened(tmp_path_factory.mktemp("desk") / "var") as (house, client):
        use_counting_hasher(house.atlas)
        for source, organization in (("mine", "transport"), ("theirs", "statistics")):
            records = [portal(f"T{n}", f"{source}的路{n}", category=TEXT) for n in range(2)]
            house.submit(source, records)
            house.atlas.accounts.owners.set(source, ORGANIZATION + organization)
        yield house, client


@pytest.fixture(scope="module")
def steward(desk: tuple[House, httpx.Client]) -> Browser:
    house, client = desk
    account = person(house.atlas, "li", Role.STEWARD, "transport")
    return signed_in(client, house.atlas, account)


def test_a_steward_maps_a_value_of_their_own_source_and_undoes_it(
    desk: tuple[House, httpx.Client], steward: Browser
) -> None:
    atlas = desk[0].atlas
    listed = steward.get(HERE)
    assert listed.status_code == 200 and TEXT in listed.text and "theirs" not in listed.text
    page = steward.get(f"{HERE}/value?field=theme&text={TEXT}")
    assert "除标点和词尾外与“道路交通”相同" in page.text and "mine的路0" in page.text
    chosen = form_of(page.text)
    assert chosen["concept"].endswith("/domain/4")

    nothing = steward.post(f"{HERE}/value", field="theme", text=TEXT, concept="other", source="")
    assert nothing.status_code == 400 and "请选择一个概念" in nothing.text
    wrong = steward.post(
        f"{HERE}/value", field="theme", text=TEXT, concept="other", other="天书", source="mine"
    )
    assert wrong.status_code == 400 and "天书" in wrong.text
    ask = {"field": "theme", "text": TEXT, "concept": chosen["concept"], "source": "mine"}
    ahead = steward.post(f"{HERE}/value", **ask)
    assert ahead.status_code == 200 and "已在全部 2 个数据集上试行" in ahead.text
    silent = steward.post(f"{HERE}/value", step="decide", reason="", **ask)
    assert silent.status_code == 400 and "尚未作出决定" in silent.text
    made = steward.post(f"{HERE}/value", step="decide", reason="就是它", **ask)
    assert made.status_code == 303
    decision = made.headers["location"]
    assert "后台正在处理" in steward.get(decision).text
    assert [work.changed for work in map_waiting(atlas)] == [2]
    told = steward.get(decision)
    assert "2 个数据集" in told.text and "就是它" in told.text and "Li" in told.text
    assert TEXT not in steward.get(f"{HERE}?source=mine").text
    run = atlas.journal.runs("mine", limit=1)[0]
    assert (run.status, run.counters["updated"]) == ("done", 2)

    assert steward.post(decision, step="undo", reason="看错").status_code == 303
    assert [work.changed for work in map_waiting(atlas)] == [2]
    assert TEXT in steward.get(HERE).text
    assert "已撤销" in steward.get(f"{HERE}/decisions").text


def test_what_a_steward_proposes_for_the_city_waits_for_its_office(
    desk: tuple[House, httpx.Client], steward: Browser
) -> None:
    house, client = desk
    made = steward.post(
        f"{HERE}/value",
        step="decide",
        reason="全市一样",
        field="theme",
        text=TEXT,
        concept="domain/4",
        source="",
    )
    decision = made.headers["location"]
    own = steward.get(decision).text
    assert "待放行" in own and 'value="release"' not in own and "撤销" in own
    office = signed_in(client, house.atlas, person(house.atlas, "wang", Role.CITY_OFFICE))
    assert TEXT in office.get("/workbench").text
    assert decision in office.get(HERE).text
    assert 'value="release"' in office.get(decision).text
    assert office.post(decision, step="release", reason="").status_code == 400
    assert office.post(decision, step="release", reason="同意").status_code == 303
    assert sorted(work.source for work in map_waiting(house.atlas)) == ["mine", "theirs"]
    told = {entry.action for entry in house.atlas.audit.walk(Everything())}
    assert {"value.propose", "value.release", "value.undo"} <= told


def test_pages_are_for_those_who_may_map(desk: tuple[House, httpx.Client]) -> None:
    house, client = desk
    auditor = signed_in(client, house.atlas, person(house.atlas, "zhao", Role.AUDITOR))
    for path in (HERE, f"{HERE}/decisions", f"{HERE}/value?field=theme&text=x"):
        assert auditor.get(path).status_code == 403
        assert client.get(path, headers={"Accept": "text/html"}).status_code in (303, 401)
    assert HERE not in auditor.get("/workbench").text


def test_a_program_lists_previews_decides_and_undoes(desk: tuple[House, httpx.Client]) -> None:
    house, client = desk
    house.submit("api", [portal("A1", "接口", update_frequency="每月信息")])
    token = house.token("steward:api")
    api = "/api/v1/vocabulary"
    listed = client.get(f"{api}/unmapped?source=api", headers=token).json()
    (value,) = listed["values"]
    assert (value["field"], value["text"], value["records"]) == ("frequency", "每月信息", 1)
    shown = client.get(
        f"{api}/unmapped/frequency", params={"text": "每月信息", "source": "api"}, headers=token
    ).json()
    assert shown["examples"] == [mint_iri(BASE, "api", "A1")]
    first = shown["suggestions"][0]
    assert (first["notation"], first["why"]) == ("monthly", "normal")
    body = {"field": "frequency", "text": "每月信息", "concept": first["concept"], "source": "api"}
    ahead = client.post(f"{api}/previews", json=body, headers=token).json()
    assert (ahead["records"], ahead["tried"], ahead["statuses"]) == (1, 1, {"updated": 1})
    made = client.post(f"{api}/decisions", json=body | {"reason": "月"}, headers=token)
    assert made.status_code == 201 and made.json()["state"] == "released"
    again = client.post(f"{api}/decisions", json=body | {"reason": "月"}, headers=token)
    assert (again.status_code, again.json()["code"]) == (409, "value-decided")
    map_waiting(house.atlas)
    number = made.json()["number"]
    office = house.token("steward")
    told = client.get(f"{api}/decisions/{number}", headers=office).json()
    assert [(w["source"], w["state"], w["changed"]) for w in told["work"]] == [("api", "done", 1)]
    undone = client.post(
        f"{api}/decisions/{number}", json={"step": "undo", "reason": "x"}, headers=office
    )
    assert undone.json()["state"] == "undone"
    map_waiting(house.atlas)
    numbers = [
        one["number"] for one in client.get(f"{api}/decisions", headers=office).json()["decisions"]
    ]
    assert number in numbers
    # A token of one source decides nothing for the others.
    refused = client.post(
        f"{api}/decisions", json=body | {"source": "mine", "reason": "x"}, headers=token
    )
    assert refused.status_code == 403


def test_commands_list_map_and_undo(tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    lines = [portal(f"C{n}", f"命令{n}", category=TEXT, data_formats=["表格档"]) for n in range(2)]
    (tmp_path / "road.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    assert cli("import", "road.jsonl", "--format", "portal-jsonl").code in (0, 1)
    listed = cli("vocabulary", "list", "--json")
    assert listed.code == 1
    assert {(v["field"], v["text"], v["records"]) for v in listed.json["values"]} == {
        ("theme", TEXT, 2),
        ("format", "表格档", 2),
    }
    shown = cli("vocabulary", "show", "theme", TEXT)
    assert "domain/4" in shown.out
    ahead = cli("vocabulary", "map", "theme", TEXT, "domain/4", "--preview", "--json")
    assert ahead.json["statuses"] == {"updated": 2}
    for wrong in (
        ("theme", TEXT),
        ("theme", TEXT, "domain/4"),
        ("theme", TEXT, "d", "--no-concept"),
    ):
        assert cli("vocabulary", "map", *wrong).code == 2
    made = cli("vocabulary", "map", "theme", TEXT, "domain/4", "--reason", "就是它", "--json")
    assert [(w["changed"], w["state"]) for w in made.json["work"]] == [(2, "done")]
    assert cli("import", "road.jsonl", "--json").json["unchanged"] == 2
    assert "道路交通" in cli("vocabulary", "decisions").out
    undone = cli("vocabulary", "undo", "1", "--reason", "看错", "--json")
    assert undone.json["state"] == "undone"
    assert cli("vocabulary", "release", "1", "--reason", "x").code == 3
    assert cli("vocabulary", "refuse", "9", "--reason", "x").code == 3
    assert TEXT in cli("vocabulary", "list").out
