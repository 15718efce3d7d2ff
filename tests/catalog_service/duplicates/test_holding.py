"""A district's records that repeat the city's: held back where their source is set so (R07)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest

from catalog_service.duplicates.service import (
    REPEATS,
    decide,
    let_through,
    repeats_of_city,
    repeats_setting,
    set_repeats,
    waits_for,
)
from catalog_service.errors import UNKNOWN_SOURCE
from catalog_service.sources.service import a_run
from harvesters.protocols import Gate, Outcome, Submission
from harvesters.readers.formats import read_bytes
from ontology.errors import AtlasError
from ontology.record import mint_iri
from tests.fixtures.command import Cli
from tests.fixtures.web import BASE, HTML, House, portal, served

SUBJECTS = ("养老机构", "公共厕所", "幼儿园名录", "停车场", "药品零售企业")


def district(number: int, name: str = "静安区", **more: object) -> dict[str, object]:
    """A record of a district's that repeats the city's of the same number."""
    title = f"{name}{SUBJECTS[number]}信息"
    return portal(f"D{number}", title, department=f"上海市{name}人民政府", **more)


def iri(source: str, remote_id: str) -> str:
    return mint_iri(BASE, source, remote_id)


class District:
    """A catalogue with the city's records, and a district whose repeats are held back."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder / "var")
        self.atlas = self.house.atlas
        city = [
            portal(f"C{number}", subject, department="上海市民政局")
            for number, subject in enumerate(SUBJECTS)
        ]
        self.house.submit("city", city)
        self.house.project()
        for source in ("jingan", "minhang"):
            self.atlas.journal.put_source(source, kind="push")
        set_repeats(self.atlas, "jingan", "hold")

    def take(self, record: dict[str, object], gate: Gate = "report") -> Outcome:
        (outcome,) = self.house.submit("jingan", [record], gate)
        return outcome

    def is_public(self, remote_id: str) -> bool:
        return self.atlas.journal.states("jingan", [remote_id])[remote_id].public


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    found = District(tmp_path_factory.mktemp("holding"))
    with found.atlas:
        yield found


@pytest.mark.parametrize(("number", "gate"), [(0, "report"), (1, "enforce")])
def test_a_repeat_waits_and_says_why_and_a_decision_lets_it_through(
    found: District, number: int, gate: Gate
) -> None:
    atlas, own, city = found.atlas, iri("jingan", f"D{number}"), iri("city", f"C{number}")
    held = found.take(district(number), gate)
    assert (held.status, held.public) == ("held", False)
    (warning,) = held.warnings
    assert warning.code == "repeats-the-city"
    for lang in ("zh", "en"):
        for part in (f"静安区{SUBJECTS[number]}信息", f"“{SUBJECTS[number]}”", city, "R07"):
            assert part in warning.message(lang)
    report = atlas.journal.findings(own)
    assert report is not None
    assert [(f.severity, f.value) for f in report.findings if f.rule_id == "R07"] == [
        ("Violation", f"<{city}>")
    ]
    assert [one.title for one in waits_for(atlas, report)] == [SUBJECTS[number]]
    # It waits already; neither the source's next visit nor the rules of today change that.
    assert found.take(district(number), gate).status == "unchanged"
    (still,) = atlas.catalog.recheck(Submission("jingan", "test"), [f"D{number}"])
    assert (still.status, found.is_public(f"D{number}")) == ("unchanged", False)

    made = decide(atlas, own, city, "none", reason="只含区里备案的", actor="test")
    assert [one.kind for one in let_through(atlas, made)] == ["released"]
    assert found.is_public(f"D{number}") and let_through(atlas, made) == []
    later = found.take(district(number, description="另一份说明。"), gate)
    assert (later.status, later.public) == ("updated", True)


def test_what_a_steward_releases_may_repeat_the_same_and_nothing_else(found: District) -> None:
    assert found.take(district(2)).status == "held"
    submission = Submission("jingan", "steward", reason="区里的更全")
    (released,) = found.atlas.catalog.release(["D2"], submission)
    assert released.public
    report = found.atlas.journal.findings(iri("jingan", "D2"))
    assert report is not None
    assert "R07" not in [finding.rule_id for finding in report.findings]
    later = found.take(district(2, description="另一份说明。"))
    assert (later.status, later.public) == ("updated", True)
    other = found.take(district(2) | {"title": f"静安区{SUBJECTS[3]}信息"})
    # What was public stays so.
    assert (other.status, other.public) == ("held", True)


def test_only_what_would_be_public_is_held_and_only_of_such_a_source(found: District) -> None:
    closed = found.take(portal("D3", f"静安区{SUBJECTS[3]}信息", is_open="非开放"))
    assert (closed.status, closed.public) == ("created", False)
    own = found.take(portal("OWN", "静安区弄堂故事", department="上海市静安区人民政府"))
    assert own.status == "created"
    flagged = district(3, "闵行区") | {"id": "M3"}
    (taken,) = found.house.submit("minhang", [flagged])
    assert (taken.status, taken.warnings) == ("created", ())
    found.house.project()
    repeats = repeats_of_city(found.atlas, [iri("minhang", "M3")], wait=True)
    assert repeats is not None
    (pair,) = repeats[iri("minhang", "M3")]
    assert (pair.other.title, pair.relation) == (SUBJECTS[3], "repeats-city")


def test_a_setting_is_of_a_source_that_is_there(found: District) -> None:
    assert repeats_setting(found.atlas, "jingan") == "hold"
    assert repeats_setting(found.atlas, "minhang") == "flag"
    with pytest.raises(AtlasError) as error:
        set_repeats(found.atlas, "nobody", "hold")
    assert error.value.kind is UNKNOWN_SOURCE


def test_a_version_waits_no_more_once_its_source_only_flags(tmp_path: Path) -> None:
    found = District(tmp_path)
    with found.atlas:
        # The gate only reports: what else is amiss has never held it.
        assert found.take(district(0, is_open="")).status == "held"
        set_repeats(found.atlas, "jingan", "flag")
        (freed,) = found.atlas.catalog.recheck(Submission("jingan", "test"))
        assert (freed.kind, found.is_public("D0")) == ("released", True)


def test_while_there_is_no_index_a_repeat_is_taken_in_and_told_later(tmp_path: Path) -> None:
    house = House(tmp_path / "var")
    with house.atlas as atlas:
        house.submit("city", [portal("C0", SUBJECTS[0], department="上海市民政局")])
        atlas.journal.put_source("jingan", kind="push")
        set_repeats(atlas, "jingan", "hold")
        (taken,) = house.submit("jingan", [district(0)])
        assert taken.status == "created"
        house.project()
        assert repeats_of_city(atlas, [iri("jingan", "D0")], wait=True)


@pytest.fixture(scope="module")
def client(found: District) -> Iterator[httpx.Client]:
    with served(found.house) as address, httpx.Client(base_url=address, timeout=60) as opened:
        yield opened


def test_it_is_set_pushed_and_decided_through_the_api(
    found: District, client: httpx.Client
) -> None:
    admin = found.house.token("admin")
    sources = "/api/v1/sources/putuo"
    assert client.put(sources, json={"repeats": "keep"}, headers=admin).status_code == 400
    set_to = client.put(sources, json={"type": "push", "repeats": "hold"}, headers=admin)
    assert (set_to.status_code, set_to.json()["repeats"]) == (200, "hold")
    assert client.get(sources).json()["repeats"] is None
    own = {"id": "P4", "title": f"普陀区{SUBJECTS[4]}信息", "is_open": "无条件开放"}
    pushed = client.put(f"{sources}/records/P4", json=own, headers=admin)
    assert (pushed.status_code, pushed.json()["status"]) == (202, "held")
    assert "普陀区" in pushed.json()["warnings"][-1]
    decision = {"one": "putuo/P4", "other": "city/C4", "relation": "variant", "reason": "另有内容"}
    decided = client.post("/api/v1/duplicates/decisions", json=decision, headers=admin)
    assert decided.status_code == 201, decided.text
    assert found.atlas.journal.states("putuo", ["P4"])["P4"].public


def test_a_run_s_report_lists_what_repeats_and_what_waits_for_it(
    found: District, client: httpx.Client
) -> None:
    atlas, run, last = found.atlas, "", ""
    for repeats, number in zip(REPEATS, (4, 3), strict=True):
        record = district(number, "闵行区") | {"id": f"R{number}"}
        set_repeats(atlas, "minhang", repeats)
        with a_run(atlas, "minhang") as begun:
            run = run or begun.id
            items = read_bytes(
                orjson.dumps(record),
                name="test.jsonl",
                source="minhang",
                base_iri=BASE,
                vocabulary=atlas.vocabulary,
                format="portal-jsonl",
            )
            submission = Submission("minhang", "test", run=begun.id)
            list(atlas.catalog.submit(items, submission))
            atlas.journal.finish_run(begun.id, {})
        last = begun.id
    found.house.project()
    steward = found.house.token("steward:minhang")

    def report(name: str, suffix: str = "", **headers: str) -> httpx.Response:
        return client.get(f"/api/v1/runs/{name}/report{suffix}", headers={**steward, **headers})

    (repeating,) = report(run).json()["repeating"]
    (one,) = repeating["repeats"]
    assert (repeating["remote_id"], one["title"]) == ("R4", SUBJECTS[4])
    assert one["reasons"] and one["score"] >= 0.5
    assert client.get(f"/api/v1/runs/{run}/report").json()["repeating"] is None
    (held,) = report(last).json()["held"]
    assert [one["title"] for one in held["repeats"]] == [SUBJECTS[3]]
    token = {"token": steward["Authorization"].split()[1]}
    for lang in ("zh", "en"):
        language = {"Accept-Language": lang}
        assert SUBJECTS[4] in report(run, ".md", **language).text
        assert f"R07,{atlas.rules.get('R07').source.zh}" in report(run, ".csv").text or lang == "en"
        for name, subject in ((run, SUBJECTS[4]), (last, SUBJECTS[3])):
            address = f"/sources/minhang/runs/{name}"
            page = client.post(address, data=token, headers={**HTML, **language})
            assert f">{subject}</a>" in page.text
            # Nothing of it before the token.
            public = client.get(address, headers={**HTML, **language}).text
            assert f">{subject}</a>" not in public
    assert f"“{SUBJECTS[3]}”" in report(last, ".md").text + report(last, ".csv").text


def test_a_public_page_names_the_city_s_dataset(found: District, client: httpx.Client) -> None:
    flagged = district(1, "闵行区") | {"id": "M1"}
    set_repeats(found.atlas, "minhang", "flag")
    found.house.submit("minhang", [flagged])
    found.house.project()
    page = client.get("/dataset/minhang/M1", headers={**HTML, "Accept-Language": "zh"}).text
    assert "市级已发布同一主题的数据：" in page and 'href="/dataset/city/C1"' in page
    rules = client.get("/api/v1/datasets/minhang/M1/findings").json()["rules"]
    (told,) = [rule for rule in rules if rule["rule"] == "R07"]
    assert (told["severity"], told["spots"][0]["value"]) == ("Warning", f"<{iri('city', 'C1')}>")
    city = client.get("/api/v1/datasets/city/C1/findings").json()["rules"]
    assert "R07" not in [rule["rule"] for rule in city]


def test_the_commands_set_import_validate_show_and_decide(tmp_path: Path) -> None:
    with District(tmp_path).atlas:
        pass  # Its index is written by the commands.
    atlas, base = Cli(tmp_path), {"ATLAS_BASE_IRI": BASE}
    added = atlas("source", "add", "hongkou", "--repeats", "hold", "--json", **base)
    assert added.json["repeats"] == "hold", added.err
    assert atlas("source", "add", "hongkou", "--repeats", "x", **base).code == 2
    assert atlas("source", "show", "hongkou", "--json", **base).json["repeats"] == "hold"
    file = tmp_path / "hongkou.jsonl"
    file.write_bytes(orjson.dumps(district(0, "虹口区")))
    validated = atlas("validate", str(file), "--repeats", "--json", **base)
    found_by = {rule["rule"]: rule for rule in validated.json["rules"]}
    assert found_by["R07"]["findings"][0]["value"] == f"<{iri('city', 'C0')}>"
    plain = atlas("validate", str(file), "--json", **base).json["rules"]
    assert "R07" not in [rule["rule"] for rule in plain]
    imported = atlas("import", str(file), "--source", "hongkou", "--json", **base)
    assert (imported.code, imported.json["held"]) == (1, 1)
    assert imported.json["warnings"][-1]["code"] == "repeats-the-city"
    shown = atlas("held", "show", "hongkou/D0", "--json", **base).json
    assert [one["title"] for one in shown["repeats"]] == [SUBJECTS[0]]
    decided = atlas(
        *("duplicates", "decide", "hongkou/D0", "city/C0", "none", "--reason", "x", "--json"),
        **base,
    )
    assert decided.code == 0, (decided.out, decided.err)
    assert decided.json["released"] == [iri("hongkou", "D0")]
