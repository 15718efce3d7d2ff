"""Pairs of public records through service, API and command, and decisions that stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from catalog_service.duplicates.service import decisions, list_pairs
from ontology.record import mint_iri
from tests.fixtures.command import Cli
from tests.fixtures.web import BASE, HTML, House, portal, served

CITY, DISTRICT = mint_iri(BASE, "city", "C1"), mint_iri(BASE, "jingan", "D1")
PAIRS = "/api/v1/duplicates"
DECISIONS = f"{PAIRS}/decisions"


@contextmanager
def filled(home: Path) -> Iterator[House]:
    """A catalogue in which a dataset of a district repeats two of the city's."""
    found = House(home)
    with found.atlas:
        found.submit(
            "city",
            [
                portal("C1", "养老机构", department="上海市民政局"),
                portal("C2", "养老机构（接口）", department="上海市民政局"),
                portal("C3", "内部线路", is_open="非开放"),
            ],
        )
        found.submit(
            "jingan",
            [
                portal("D1", "静安区养老机构信息", department="上海市静安区人民政府"),
                portal("D2", "静安区内部线路", department="上海市静安区人民政府"),
            ],
        )
        found.project()
        yield found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with filled(tmp_path_factory.mktemp("house") / "var") as found:
        yield found


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[httpx.Client]:
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as found:
        yield found


def test_stewards_see_the_pairs_of_public_records_and_decide(
    house: House, client: httpx.Client
) -> None:
    jingan, admin = house.token("steward:jingan"), house.token("admin")
    assert client.get(PAIRS).status_code == 401
    assert client.get(PAIRS, headers=jingan).status_code == 403
    assert client.get(f"{PAIRS}?source=city", headers=jingan).status_code == 403
    found = client.get(f"{PAIRS}?source=jingan", headers=jingan).json()
    # Nothing about the closed record, which no reader of the index sees.
    assert found["counts"] == {"repeats-city": 2, "replica": 0, "edition": 0, "variant": 0}
    first = next(p for p in found["pairs"] if p["other"]["iri"] == CITY)
    assert (first["one"]["iri"], first["relation"], first["rule"]) == (
        DISTRICT,
        "repeats-city",
        "R07",
    )
    assert "静安区在上海市境内" in [reason["text"]["zh"] for reason in first["reasons"]]
    whole = client.get(PAIRS, headers=admin).json()
    assert whole["counts"]["replica"] == 1

    body = {"one": DISTRICT, "other": CITY, "relation": "none", "reason": "只含区里备案的机构"}
    assert client.post(DECISIONS, json=body, headers=house.token("write:city")).status_code == 403
    made = client.post(DECISIONS, json=body, headers=jingan)
    assert (made.status_code, made.json()["reason"]) == (201, body["reason"])
    left = client.get(f"{PAIRS}?source=jingan", headers=jingan).json()
    assert [p["other"]["remote_id"] for p in left["pairs"]] == ["C2"]
    again = client.post(DECISIONS, json={**body, "relation": "variant"}, headers=admin)
    assert again.status_code == 201
    (pair,) = client.get(f"{PAIRS}?iri={DISTRICT}&relation=variant", headers=jingan).json()["pairs"]
    assert (pair["computed"], pair["decision"]["relation"]) == ("repeats-city", "variant")
    # Both stay, for they are labels.
    kept = client.get(DECISIONS, headers=admin).json()["decisions"]
    assert [one["relation"] for one in kept] == ["none", "variant"]
    same = client.post(DECISIONS, json={**body, "other": DISTRICT}, headers=jingan)
    assert (same.status_code, same.json()["code"]) == (422, "same-record")
    closed = client.get(f"{PAIRS}?iri={mint_iri(BASE, 'city', 'C3')}", headers=admin)
    assert (closed.status_code, closed.json()["code"]) == (409, "not-listed-yet")


def test_a_steward_may_state_a_pair_that_nothing_tells(house: House, client: httpx.Client) -> None:
    other = mint_iri(BASE, "jingan", "D2")
    body = {"one": CITY, "other": other, "relation": "variant", "reason": "看过内容"}
    client.post(DECISIONS, json=body, headers=house.token("steward:city"))
    pairs = list_pairs(house.atlas, relation="variant").pairs
    assert [(p.score, p.computed) for p in pairs if p.other.iri == other] == [(1.0, None)]


def secret(house: House, *scopes: str) -> str:
    return house.token(*scopes)["Authorization"].split()[1]


def test_the_page_shows_nothing_before_a_token_and_all_with_it(
    house: House, client: httpx.Client
) -> None:
    closed = client.get("/duplicates", headers=HTML)
    assert closed.status_code == 200
    assert "静安区养老机构" not in closed.text and 'name="token"' in closed.text
    chosen = client.get("/duplicates", params={"source": "jingan"}, headers=HTML)
    assert '<option value="jingan" selected>' in chosen.text
    jingan = secret(house, "steward:jingan")
    for token, source, status in (
        ("", "", 401),
        ("wrong", "", 401),
        (jingan, "city", 403),
        (secret(house, "write:city"), "", 403),
        (secret(house, "admin"), "nobody", 404),
    ):
        form = {"token": token, "source": source}
        assert client.post("/duplicates", data=form, headers=HTML).status_code == status
    # The one source of its token is meant where none is named.
    form = {"token": jingan, "relation": "repeats-city"}
    shown = client.post("/duplicates", data=form, headers={**HTML, "Accept-Language": "zh"})
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "private, no-store")
    assert jingan not in shown.text and "set-cookie" not in shown.headers
    for part in ("静安区养老机构信息", "养老机构（接口）", "静安区在上海市境内", "CSV", "每月"):
        assert part in shown.text, part
    assert ">内部线路<" not in shown.text
    for name, value in (("page", "0"), ("relation", "x"), ("action", "x")):
        wrong = {"token": jingan, name: value}
        assert client.post("/duplicates", data=wrong, headers=HTML).status_code == 400
    beyond = client.post("/duplicates", data={"token": jingan, "page": "99"}, headers=HTML)
    assert beyond.status_code == 200


def test_a_decision_on_the_page_is_made_once_however_often_it_is_sent(
    house: House, client: httpx.Client
) -> None:
    form = {
        **{"token": secret(house, "steward:jingan"), "action": "decide", "verdict": "edition"},
        **{"one": "jingan/D2", "other": "city/C2", "reason": "看过<b>内容"},
    }
    before = len(decisions(house.atlas))
    for _ in range(2):
        decided = client.post("/duplicates", data=form, headers={**HTML, "Accept-Language": "en"})
        assert decided.status_code == 200
        assert "看过&lt;b&gt;内容" in decided.text and "<b>内容" not in decided.text
    assert len(decisions(house.atlas)) == before + 1
    other = {**form, "token": secret(house, "steward:minhang")}
    for wrong, status in ((other, 403), ({**form, "reason": " "}, 400)):
        assert client.post("/duplicates", data=wrong, headers=HTML).status_code == status
    assert client.post("/duplicates", data={**form, "verdict": "x"}).status_code == 400
    assert client.post("/duplicates", data={**form, "one": "jingan/–"}).status_code == 404
    assert client.post("/duplicates", data={**form, "other": "jingan/D2"}).status_code == 422


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_pairs_of_a_page_are_decided_with_one_form_and_one_token(
    tmp_path: Path, lang: str
) -> None:
    headers = {**HTML, "Accept-Language": lang}
    with (
        filled(tmp_path / "var") as house,
        served(house) as address,
        httpx.Client(base_url=address, timeout=60, headers=headers) as client,
    ):
        token = secret(house, "steward:jingan")
        opening = client.get("/duplicates").text
        assert '<option value="jingan">' in opening, "sources are chosen, not typed"
        shown = client.post("/duplicates", data={"token": token}).text
        pairs = re.findall(r'name="(pair-\d+)" value="([^"]+)"', shown)
        assert len(pairs) >= 2 and shown.count('name="verdict-1"') == 1
        one_form = shown[
            shown.index('name="pair-1"') : shown.index('name="action" value="decide-all"')
        ]
        assert one_form.count('name="token"') == 1
        form = {"token": token, "action": "decide-all", "here": "1", **dict(pairs)}
        # Nothing chosen, and a reason that is missing: nothing is written.
        assert client.post("/duplicates", data=form).status_code == 200
        chosen = {**form, "verdict-1": "edition", "reason-1": "年份不同", "verdict-2": "none"}
        missing = client.post("/duplicates", data=chosen)
        assert (missing.status_code, missing.headers["cache-control"]) == (400, "private, no-store")
        assert decisions(house.atlas) == []
        assert ">年份不同</textarea>" in missing.text, "what was typed stands there again"
        assert missing.text.count('aria-invalid="true"') == 1
        assert 'value="edition" selected' in missing.text and token not in missing.text
        # A decision that is not allowed keeps the others from being written.
        foreign = f"{mint_iri(BASE, 'city', 'C1')} {mint_iri(BASE, 'city', 'C2')}"
        refused = client.post("/duplicates", data={**chosen, "reason": "x", "pair-2": foreign})
        assert refused.status_code == 403 and decisions(house.atlas) == []
        assert foreign in refused.text and ">年份不同</textarea>" in refused.text
        # A wrong token loses nothing either: the page is no one that a browser can go back to.
        wrong = client.post("/duplicates", data={**chosen, "reason": "看过", "token": "nobody"})
        assert (wrong.status_code, wrong.headers["cache-control"]) == (401, "private, no-store")
        assert 'role="alert"' in wrong.text and 'value="edition" selected' in wrong.text
        assert ">年份不同</textarea>" in wrong.text and ">看过</textarea>" in wrong.text
        assert f'value="{pairs[0][1]}"' in wrong.text and "nobody" not in wrong.text
        assert "静安" not in wrong.text.split("<h2>")[1].split("</form>")[0], "nothing of the pairs"
        one_alone = {"action": "decide", "one": "city/C1", "other": "city/C2", "verdict": "edition"}
        wrong = client.post("/duplicates", data={**one_alone, "reason": "同", "token": "nobody"})
        assert wrong.status_code == 401 and 'value="city/C2"' in wrong.text
        assert 'value="edition" selected' in wrong.text and ">同</textarea>" in wrong.text
        assert client.post("/duplicates", data={"token": "nobody"}).status_code == 401
        # Nor does turning the page.
        turned = client.post("/duplicates", data={**chosen, "action": "show", "page": "2"})
        assert turned.status_code == 400 and 'value="edition" selected' in turned.text
        assert ">年份不同</textarea>" in turned.text and decisions(house.atlas) == []
        for _ in range(2):
            done = client.post("/duplicates", data={**chosen, "reason": "看过"})
            assert done.status_code == 200
            told = done.text.split('role="status"')[1].split("</div>")[0]
            assert told.count("↔") == 2, "the confirmation names the pairs"
        made = {(one.relation, one.reason) for one in decisions(house.atlas)}
        assert made == {("edition", "年份不同"), ("none", "看过")}
        assert len(decisions(house.atlas)) == 2, "once, however often it is sent"
        crowded = {"token": token} | {f"field{number}": "x" for number in range(200)}
        assert client.post("/duplicates", data=crowded).status_code == 400


def test_pairs_come_in_pages(house: House) -> None:
    whole = list_pairs(house.atlas)
    pages = [list_pairs(house.atlas, offset=at, limit=1).pairs for at in range(len(whole.pairs))]
    assert [pair for page in pages for pair in page] == list(whole.pairs)
    assert sum(whole.by_source["jingan"].values()) <= sum(whole.counts.values())


def test_the_command_tells_and_decides(tmp_path: Path) -> None:
    with filled(tmp_path / "var") as house:
        atlas, base = Cli(house.settings.home.parent), {"ATLAS_BASE_IRI": BASE}
    listed = atlas("duplicates", "--source", "jingan", "--json", **base)
    assert (listed.code, listed.json["counts"]["repeats-city"]) == (1, 2)
    for other in ("city/C1", "city/C2"):
        decided = atlas(
            *("duplicates", "decide", "jingan/D1", other, "none", "--reason", "另一批机构"), **base
        )
        assert decided.code == 0, decided.err
    assert atlas("duplicates", "--source", "jingan", **base).code == 0
    shown = atlas("duplicates", "show", "city/C1", LANG="zh_CN.UTF-8", **base)
    assert "同一数据发布了两次" in shown.out
    labels = atlas("duplicates", "decisions", "--json", **base).json["decisions"]
    assert labels[-1]["actor"] == "cli"
    assert atlas("duplicates", "decide", "jingan/D1", "city/C2", "x", "--reason", "y").code == 2
