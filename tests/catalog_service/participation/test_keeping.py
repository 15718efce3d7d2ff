"""What is kept of cases and for how long; what rules they break; what a dataset's page says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import orjson
import pytest
import sqlalchemy as sa

from catalog_service.accounts.service import OPERATOR
from catalog_service.open_list.evidence import EvidenceReader
from catalog_service.open_list.model import ListItem
from catalog_service.participation import service
from catalog_service.participation.bringing_up import Brought, bring_up
from catalog_service.participation.erasing import erase, erase_of_person, erase_old
from catalog_service.participation.judging import judged
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case
from catalog_service.participation.statistics import Term, statistics
from catalog_service.participation.tables import case_followers, case_texts, cases
from catalog_service.participation.taking import take_step
from catalog_service.participation.upkeep import close_uncontested
from catalog_service.reports.measuring import measure
from catalog_service.reports.tables import report_figures
from ontology.errors import AtlasError
from tests.catalog_service.participation.conftest import TRANSPORT, Town
from tests.fixtures.web import HTML

SECRET = "张敏，13800138000，310101199001011237，南京东路100弄5号"


def step(town: Town, who: str, case: Case, name: str, text: str = "", **fields: str) -> Case:
    return take_step(town.house.atlas, town.who(who), case.number, name, text, fields)


def objection(town: Town, text: str = "站名写错了") -> Case:
    iri, organization = service.find_subject(town.house.atlas, "city/BUS1")
    brought = Brought("objection", text, {"fault": "wrong"}, iri, organization=TRANSPORT)
    assert organization is not None
    return bring_up(town.house.atlas, town.who("citizen"), brought)


def answered(town: Town) -> Case:
    return step(town, "steward", objection(town), "not_confirm", "属实无误")


def ended(town: Town) -> Case:
    case = answered(town)
    return step(town, "citizen", case, "accept")


def test_an_answer_that_nobody_contests_closes_the_case(town: Town) -> None:
    case, atlas = answered(town), town.house.atlas
    # The fifteenth working day after it is the last on which it can be contested: Monday, 21
    # September, for the Sunday before is worked.
    town.house.clock.step_days(20)
    assert close_uncontested(atlas) == 0
    town.house.clock.step_days(1)
    assert close_uncontested(atlas) == 1
    assert close_uncontested(atlas) == 0
    assert service.case_for(atlas, OPERATOR, case.number).state == "closed"


def test_a_case_that_somebody_touched_meanwhile_does_not_lapse(town: Town) -> None:
    from catalog_service.participation.taking import lapse

    case = answered(town)
    step(town, "citizen", case, "contest", "不对")
    assert lapse(town.house.atlas, case.number, case.steps[-1].number) is None


def test_what_was_written_is_erased_after_its_time_and_statistics_stay(town: Town) -> None:
    case, atlas = ended(town), town.house.atlas
    service.follow(atlas, town.who("other"), answered(town).name)
    day = atlas.clock.today()
    before = statistics(atlas, day)
    town.house.clock.step_days(365)
    assert erase_old(atlas) == 0
    town.house.clock.step_days(1)
    assert erase_old(atlas) == 1
    assert erase_old(atlas) == 0
    with atlas.journal.reading_tables() as connection:
        texts = connection.execute(
            sa.select(case_texts.c.step).where(case_texts.c.case == case.number)
        ).all()
        asker = connection.execute(
            sa.select(cases.c.asker).where(cases.c.number == case.number)
        ).scalar()
    assert texts == [] and asker is None
    assert statistics(atlas, day) == before


def test_nobody_erases_what_is_still_needed_or_anothers(town: Town) -> None:
    atlas, open_one = town.house.atlas, objection(town)
    with pytest.raises(AtlasError) as needed:
        erase(atlas, town.who("citizen"), open_one.number, "x")
    assert needed.value.code == "case-not-over"
    done = ended(town)
    for who in ("other", "health", "steward"):
        with pytest.raises(AtlasError) as unknown:
            erase(atlas, town.who(who), done.number, "x")
        assert unknown.value.code == "unknown-case"
    assert erase_of_person(atlas, town.who("other")) == 0
    assert erase_of_person(atlas, town.who("citizen")) == 1
    with pytest.raises(AtlasError):
        service.read_case(atlas, town.who("citizen"), done.name)


def test_whoever_brought_it_up_has_it_as_a_file_and_erases_it_on_its_page(town: Town) -> None:
    done, citizen = ended(town), town.browser("citizen")
    file = citizen.get("/cases/export.json")
    assert file.headers["content-disposition"].startswith("attachment")
    (own,) = orjson.loads(file.content)["cases"]
    assert own["name"] == done.name
    assert [one["text"] for one in own["steps"]] == ["站名写错了", "属实无误", None]
    assert town.browser("other").get("/cases/export.json").json() == {"cases": [], "follows": []}
    assert town.client.get("/cases/export.json", headers=HTML).status_code == 303
    assert "删除所写内容" in citizen.get(f"/cases/{done.name}").text
    told = citizen.post(f"/cases/{done.name}", step="erase")
    assert told.status_code == 303 and "已删除" in citizen.get(told.headers["location"]).text
    assert citizen.get(f"/cases/{done.name}").status_code == 404


def test_nothing_of_a_person_is_in_any_file_table_or_answer(town: Town) -> None:
    """Planted in every field that a citizen can fill, and looked for byte by byte."""
    citizen, steward, city = (town.browser(one) for one in ("citizen", "steward", "city"))
    citizen.post("/cases/new/demand", text=SECRET, q=SECRET, topic=SECRET)
    given = {"dataset": "city/BUS1", "fault": "wrong", "part": SECRET, "text": SECRET}
    citizen.post("/cases/new/objection", **given)
    citizen.post("/cases/new/objection", **{**given, "fault": SECRET})
    citizen.post("/cases/new/objection", **{**given, "dataset": SECRET})
    found = service.work_cases(town.house.atlas, OPERATOR, None, 10)[1]
    assert {one.kind for one in found} == {"demand", "objection"} and len(found) == 2
    for one in found:
        citizen.post(f"/cases/{one.name}", step=SECRET, text=SECRET)
        citizen.post(f"/cases/{one.name}", step="withdraw", text=SECRET)
    refused = city.post(
        f"/workbench/cases/{found[0].name}", step="sort", organization=SECRET, title=SECRET
    )
    assert refused.status_code in (409, 422)
    town.house.project()
    paths = ["/demands", "/objections", "/api/v1/cases", "/api/v1/cases?kind=objection"]
    paths += ["/api/v1/cases/statistics", "/dataset/city/BUS1", "/datasets?q=张敏"]
    paths += [f"/{one.kind}s/{one.name}" for one in found]
    paths += [f"/api/v1/cases/{one.name}" for one in found]
    for path in paths:
        for lang in ("zh", "en"):
            text = town.client.get(path, headers={**HTML, "Accept-Language": lang}).text
            for part in SECRET.split("，"):
                assert part not in text.replace("q=张敏", "").replace("“张敏”", "") or path == (
                    "/datasets?q=张敏"
                ), path
    secrets = [part.encode() for part in SECRET.split("，")]
    for file in town.house.settings.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [one for one in secrets if one in content], file
    assert steward.get("/audit").status_code in (200, 403, 404)


def test_erased_texts_are_in_no_page_of_the_database(town: Town) -> None:
    case = step(town, "citizen", objection(town), "withdraw")
    with town.house.atlas.journal.reading_tables() as connection:
        sealed = connection.execute(
            sa.select(case_texts.c.sealed).where(case_texts.c.case == case.number)
        ).scalar_one()
    erase(town.house.atlas, town.who("citizen"), case.number, "asked for")
    # A backup made afterwards is a copy by the database itself.
    copy = town.house.settings.home.parent / "copy.sqlite"
    with closing(sqlite3.connect(town.house.settings.home / "journal.sqlite")) as database:
        database.execute("VACUUM INTO ?", (str(copy),))
    assert bytes(sealed)[:24] not in copy.read_bytes()


def test_terms_that_are_over_and_corrections_of_one_side_break_rules(town: Town) -> None:
    atlas = town.house.atlas
    demand = bring_up(atlas, town.who("citizen"), Brought("demand", "要数据"))
    case = objection(town)
    assert list(judged(atlas)) == []
    step(town, "steward", case, "confirm", "属实")
    step(town, "steward", case, "correct_source", day="2026-09-01", version="2")
    assert [(one.rule, one.case.number) for one in judged(atlas)] == [("R22", case.number)]
    step(town, "steward", case, "correct_opened", day="2026-09-01", version="2")
    assert list(judged(atlas)) == []
    late = objection(town)
    town.house.clock.step_days(14)
    # Ten working days after 2026-09-01 are over on 2026-09-15 (no holiday is between).
    assert list(judged(atlas)) == []
    town.house.clock.step_days(1)
    found = [(one.rule, one.case.number, one.days_over) for one in judged(atlas)]
    assert found == [("R18", demand.number, 1), ("R19", late.number, 1)]
    # A past day comes out as it was.
    assert list(judged(atlas, date(2026, 9, 15))) == []
    step(town, "steward", late, "not_confirm", "无误")
    assert [one.rule for one in judged(atlas)] == ["R18"]
    assert [one.rule for one in judged(atlas, date(2026, 9, 16))] == ["R18"]


def test_a_datasets_page_says_where_to_object_and_what_was_corrected(town: Town) -> None:
    page = town.client.get("/dataset/city/BUS1", headers=HTML).text
    assert "数据有误？提出异议" in page and "/cases/new/objection?dataset=" in page
    case = objection(town, "小区名有误")
    step(town, "steward", case, "confirm", "属实")
    page = town.client.get("/dataset/city/BUS1", headers=HTML).text
    assert "已确认数据有误，尚未更正" in page and case.name in page and "小区名有误" not in page
    for side in ("correct_source", "correct_opened"):
        step(town, "steward", case, side, day="2026-09-01", version="2")
    step(town, "steward", case, "corrected", "已改正")
    page = town.client.get("/dataset/city/BUS1", headers=HTML).text
    assert "数据错误已于 2026-09-01 更正" in page and "尚未更正" not in page


def test_whoever_finds_nothing_is_asked_what_for(town: Town) -> None:
    page = town.client.get("/datasets?q=qqxxzz", headers=HTML).text
    assert "/cases/new/demand?q=qqxxzz" in page


def test_followers_go_with_the_rest(town: Town) -> None:
    case = objection(town)
    service.follow(town.house.atlas, town.who("other"), case.name)
    step(town, "citizen", case, "withdraw")
    erase(town.house.atlas, town.who("citizen"), case.number, "asked for")
    with town.house.atlas.journal.reading_tables() as connection:
        assert connection.execute(sa.select(case_followers.c.person)).all() == []


def test_objections_and_demands_stand_beside_the_item_in_its_evaluation(town: Town) -> None:
    atlas = town.house.atlas
    item = ListItem("BUS1", "公交线路", source="city", remote_id="BUS1")
    iri, _ = service.find_subject(atlas, "city/BUS1")
    first, _ = objection(town), objection(town)
    step(town, "citizen", first, "withdraw")
    bring_up(atlas, town.who("citizen"), Brought("demand", "要更多", subject=iri))
    (known,) = EvidenceReader(atlas, TRANSPORT, 2026).of_all([item])
    assert (known.objections, known.demands) == (1, 1)


def test_reports_count_what_was_answered_in_time(town: Town) -> None:
    """Three terms that were met or are over, one of them in time; a fourth still runs."""
    atlas = town.house.atlas
    answered(town)
    objection(town)
    late = bring_up(atlas, town.who("citizen"), Brought("demand", "要数据"))
    town.house.clock.step_days(20)
    bring_up(atlas, town.who("citizen"), Brought("demand", "也要数据"))
    measure(atlas)
    with atlas.journal.reading_tables() as connection:
        table = report_figures.c
        rows = connection.execute(
            sa.select(table.figure, table.organization, table.counted, table.whole).where(
                table.figure.in_(("demands-in-time", "objections-in-time"))
            )
        ).all()
    found = {(row.figure, row.organization): (row.counted, row.whole) for row in rows}
    assert found["demands-in-time", ""] == (0, 1)
    assert found["objections-in-time", ""] == (1, 2)
    assert found["objections-in-time", TRANSPORT] == (1, 2)
    assert ("demands-in-time", TRANSPORT) not in found
    assert service.terms_of_year(atlas, date(2026, 9, 2)) == [Term("R19", TRANSPORT, True)]
    assert late.state == "received"


def test_everybody_reads_how_fast_it_goes(town: Town) -> None:
    page = town.client.get("/cases/statistics", headers=HTML).text
    assert page.count("尚无。") == len(MACHINES)
    answered(town)
    late = objection(town)
    town.house.clock.step_days(20)
    page = town.client.get("/cases/statistics", headers=HTML).text
    assert "共提出 2 件" in page and "已答复 1 件，平均用时 0.0 个工作日" in page
    assert "逾期 1 件" in page and "2026-09" in page
    table = town.client.get("/api/v1/cases/statistics.csv").text
    head, *rows = table.lstrip("\ufeff").split("\r\n")
    assert head.startswith("kind,month,organization,opened")
    assert rows[0] == f"objection,2026-09,{TRANSPORT},2,0,1,1,0.0" and rows[1:] == [""]
    assert late.state == "assigned"
