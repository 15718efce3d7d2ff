"""A demand and an objection from their beginning to their end, over HTTP."""

from __future__ import annotations

import re

import httpx
import sqlalchemy as sa

from catalog_service.participation import service
from catalog_service.participation.bringing_up import Brought
from catalog_service.participation.tables import case_texts
from tests.catalog_service.participation.conftest import HEALTH, TRANSPORT, Town
from tests.fixtures.web import HTML

WANTED = "我想要公交车实时到站数据，联系我：张敏 13800138000"


def name_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    found = re.search(r"[DO]2026-\d{6}", answer.headers["location"])
    assert found is not None, answer.headers["location"]
    return found[0]


def state(town: Town, name: str) -> str:
    answer = town.client.get(f"/api/v1/cases/{name}")
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["state"]
    return found


def test_a_demand_is_asked_sorted_passed_on_answered_contested_and_closed(town: Town) -> None:
    citizen, city, second = (town.browser(one) for one in ("citizen", "city", "second"))
    health, steward = town.browser("health"), town.browser("steward")
    page = citizen.get("/cases/new/demand?q=公交线路")
    assert page.status_code == 200 and "公交线路</a>" in page.text
    name = name_of(citizen.post("/cases/new/demand", text=WANTED))
    own, work, public = f"/cases/{name}", f"/workbench/cases/{name}", f"/demands/{name}"
    assert WANTED in citizen.get(own).text
    # Nobody reads of it before it is sorted, and nobody else ever reads what was written.
    assert town.client.get(public, headers=HTML).status_code == 404
    assert steward.get(work).status_code == 404
    assert WANTED in city.get(work).text
    sorted_ = city.post(work, step="sort", organization=HEALTH, title="公交实时到站")
    assert sorted_.status_code == 303, sorted_.text
    assert state(town, name) == "assigned"
    told = health.post(work, step="pass_on", organization=TRANSPORT, text="由交通委负责")
    assert told.headers["location"] == "/workbench/cases"
    # A work order does not come back to who passed it on.
    back = steward.post(work, step="pass_on", organization=HEALTH, text="不是我们的")
    assert back.status_code == 409 and "不是我们的" in back.text
    town.house.clock.step(minutes=1)
    steward.post(work, step="ask_more", text="需要哪些线路？")
    assert state(town, name) == "waiting"
    citizen.post(own, step="give_more", text="全部线路")
    answered = steward.post(
        work, step="answer", outcome="will-open", day="2026-12-01", text="年内开放"
    )
    assert answered.status_code == 303, answered.text
    citizen.post(own, step="contest", text="太晚了")
    # Whoever sorted it before does not decide about its answer.
    own_answer = city.post(work, step="uphold", text="维持")
    assert own_answer.status_code == 403
    second.post(work, step="uphold", text="合理")
    assert state(town, name) == "closed"
    citizen.post(own, step="rate", rating="4")
    page = town.client.get(public, headers=HTML)
    assert page.status_code == 200 and "公交实时到站" in page.text
    for secret in (WANTED, "张敏", "13800138000", "太晚了", "由交通委负责", "Citizen", "Steward"):
        assert secret not in page.text
        assert secret not in town.client.get(f"/api/v1/cases/{name}").text


def test_an_objection_is_corrected_on_both_sides_before_it_is_answered(town: Town) -> None:
    citizen, steward, other = (town.browser(one) for one in ("citizen", "steward", "other"))
    given = {"dataset": "city/BUS1", "fault": "wrong", "part": "站点", "text": "站名写错了"}
    name = name_of(citizen.post("/cases/new/objection", **given))
    own, work, public = f"/cases/{name}", f"/workbench/cases/{name}", f"/objections/{name}"
    page = town.client.get(public, headers=HTML)
    assert "公交线路" in page.text and "站名写错了" not in page.text
    assert other.post(public, action="follow").status_code == 303
    assert steward.post(work, step="confirm", text="属实").status_code == 303
    refused = steward.post(work, step="corrected", text="已改正")
    assert refused.status_code == 409 and "R22" in refused.text
    day = {"day": "2026-09-01", "version": "2"}
    assert steward.post(work, step="correct_source", **day).status_code == 303
    assert steward.post(work, step="corrected", text="已改正").status_code == 409
    assert steward.post(work, step="correct_opened", **day).status_code == 303
    assert steward.post(work, step="corrected", text="已改正").status_code == 303
    assert citizen.post(own, step="accept").status_code == 303
    assert state(town, name) == "closed"
    notices = town.house.atlas.accounts and other.get("/notices").text
    assert name not in notices or "站名写错了" not in notices


def test_what_was_written_is_encrypted_where_it_is_kept(town: Town) -> None:
    made = service.bring_up(town.house.atlas, town.who("citizen"), Brought("demand", WANTED))
    with town.house.atlas.journal.reading_tables() as connection:
        (row,) = connection.execute(sa.select(case_texts.c.case, case_texts.c.sealed))
    assert row.case == made.number
    assert "张敏".encode() not in bytes(row.sealed)
    files = [one for one in town.house.settings.home.rglob("*") if one.is_file()]
    for secret in ("张敏", "13800138000"):
        assert not [one for one in files if secret.encode() in one.read_bytes()]


def test_wrong_input_is_told_and_what_was_typed_stays(town: Town) -> None:
    citizen, city = town.browser("citizen"), town.browser("city")
    assert citizen.post("/cases/new/demand", text=" ").status_code == 422
    assert citizen.post("/cases/new/demand", text="长" * 4_001).status_code == 422
    none = citizen.post("/cases/new/objection", dataset="city/CLOSED", fault="wrong", text="不对")
    assert none.status_code == 422 and "不对" in none.text
    assert "内部" not in none.text
    name = name_of(citizen.post("/cases/new/demand", text="要数据"))
    work = f"/workbench/cases/{name}"
    private = city.post(work, step="sort", organization=HEALTH, title="张敏要的数据 13800138000")
    assert private.status_code == 422
    unknown = city.post(work, step="sort", organization="nobody", title="数据")
    assert unknown.status_code == 422
    assert city.post(work, step="answer", outcome="exists", text="有").status_code == 409
    assert city.post(work, step="nothing").status_code == 409
    assert town.client.get("/demands/D2026-999999", headers=HTML).status_code == 404
    assert citizen.get("/cases/x").status_code == 404


def test_nobody_sees_or_steps_into_another_persons_case(town: Town) -> None:
    citizen, other, health = (town.browser(one) for one in ("citizen", "other", "health"))
    given = {"dataset": "city/BUS1", "fault": "wrong", "text": "站名写错了"}
    name = name_of(citizen.post("/cases/new/objection", **given))
    for who in (other, health):
        assert who.get(f"/cases/{name}").status_code == 404
        assert who.post(f"/cases/{name}", step="withdraw").status_code == 404
        assert "站名写错了" not in who.get(f"/objections/{name}").text
    for number in range(2, 60):
        assert other.get(f"/cases/O2026-{number:06d}").status_code == 404
    assert town.client.get(f"/cases/{name}", headers=HTML).status_code == 303
    assert town.client.post(
        f"/cases/{name}", headers=HTML, data={"step": "withdraw"}
    ).status_code in (
        303,
        403,
    )
    assert state(town, name) == "assigned"
