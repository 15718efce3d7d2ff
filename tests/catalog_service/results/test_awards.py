"""Distinctions of results: given and taken away with reasons, by criteria of their day."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from catalog_service.accounts.service import Role
from catalog_service.audit.tables import audit_entries
from catalog_service.participation.service import take_step
from catalog_service.results.service import (
    awards_of,
    give_award,
    held_by_year,
    put_criteria,
    submit,
    take_award_away,
)
from ontology.errors import AtlasError
from tests.catalog_service.participation.conftest import Town
from tests.catalog_service.results.conftest import MADE, PHONE, shown
from tests.fixtures.people import person
from tests.fixtures.web import HTML

WORK = "/workbench/results"
TODAY = date(2026, 9, 1)


def keep(town: Town, award: str = "excellent", day: date = TODAY) -> None:
    put_criteria(town.house.atlas, town.who("city"), award, day, "有新意，可复用", "New, reusable")


def refused(code: str, town: Town, who: str, case: int, *given: object) -> None:
    award, year, reason = (*given, *("excellent", 2026, "用得好")[len(given) :])
    with pytest.raises(AtlasError) as error:
        give_award(town.house.atlas, town.who(who), case, str(award), int(str(year)), str(reason))
    assert error.value.code == code
    assert error.value.message("zh") != error.value.message("en")


def test_a_result_is_distinguished_and_is_so_no_longer(town: Town) -> None:
    case, city = shown(town), town.browser("city")
    kept = {"step": "criteria", "award": "pilot", "day": "2026-09-01", "zh": "可推广", "en": ""}
    given = {"step": "give", "award": "pilot", "result": case.name, "reason": "三个区在用"}
    assert city.post(WORK, **given, year="2026").status_code == 409
    assert city.post(WORK, **kept).status_code == 303
    assert city.post(WORK, **given, year="2026").status_code == 303
    for address in ("/results/awards", f"/results/{case.name}"):
        page = town.client.get(address, headers=HTML).text
        assert "示范项目" in page and "三个区在用" in page and MADE["title"] in page
    assert "可推广" in town.client.get("/results/awards", headers=HTML).text
    assert "示范项目" in town.client.get("/results", headers=HTML).text
    (award,) = town.client.get(f"/api/v1/results/{case.name}").json()["awards"]
    assert award["given"] and award["award"] == "pilot" and award["year"] == 2026
    # Once is enough.
    assert city.post(WORK, **given, year="2026").status_code == 409
    taken = {**given, "step": "take", "year": "2026", "reason": "已停止服务"}
    assert city.post(WORK, **taken).status_code == 303
    assert "三个区在用" not in town.client.get("/results/awards", headers=HTML).text
    page = town.client.get(f"/results/{case.name}", headers=HTML).text
    assert "已停止服务" in page and "已取消" in page
    assert city.post(WORK, **taken).status_code == 409
    with town.house.atlas.journal.reading_tables() as connection:
        query = sa.select(audit_entries.c.action).where(
            audit_entries.c.action.in_(("result.award", "result.criteria"))
        )
        told = connection.execute(query).scalars().all()
    assert sorted(told) == ["result.award", "result.award", "result.criteria"]


def test_only_the_city_office_distinguishes_and_never_its_own(town: Town) -> None:
    case = shown(town)
    keep(town)
    town.people["district"] = person(
        town.house.atlas, "district", Role.DISTRICT_OFFICE, "transport"
    )
    for who in ("citizen", "other", "steward", "reviewer", "health", "district"):
        refused("right-missing", town, who, case.number)
        with pytest.raises(AtlasError) as error:
            put_criteria(town.house.atlas, town.who(who), "pilot", TODAY, "可推广", "")
        assert error.value.code == "right-missing"
    given = {"step": "give", "award": "excellent", "result": case.name, "reason": "好"}
    for who, status in (("citizen", 403), ("steward", 403), ("district", 403)):
        assert town.browser(who).post(WORK, **given, year="2026").status_code == status
    assert town.browser("steward").get(WORK).status_code == 403
    page = town.browser("district").get(WORK)
    assert page.status_code == 200 and 'value="give"' not in page.text
    own = submit(town.house.atlas, town.who("city"), MADE)
    take_step(town.house.atlas, town.who("second"), own.number, "show", "", {})
    refused("award-own-result", town, "city", own.number)
    assert awards_of(town.house.atlas) == []


def test_what_a_distinction_needs(town: Town) -> None:
    case = shown(town)
    refused("award-without-criteria", town, "city", case.number)
    keep(town, day=date(2026, 9, 2))
    # They are in force tomorrow.
    refused("award-without-criteria", town, "city", case.number)
    keep(town)
    refused("unknown-award", town, "city", case.number, "best")
    refused("case-field-wrong", town, "city", case.number, "excellent", 2027)
    refused("case-field-needed", town, "city", case.number, "excellent", 2026, " ")
    refused("case-field-wrong", town, "city", case.number, "excellent", 2026, "长" * 301)
    refused("case-field-personal", town, "city", case.number, "excellent", 2026, f"电话 {PHONE}")
    refused("unknown-case", town, "city", 999)
    hidden = submit(town.house.atlas, town.who("citizen"), MADE)
    refused("unknown-result", town, "city", hidden.number)
    with pytest.raises(AtlasError) as error:
        put_criteria(town.house.atlas, town.who("city"), "excellent", TODAY, " ", "New")
    assert error.value.code == "case-field-needed"


def test_what_is_shown_no_longer_is_distinguished_no_longer(town: Town) -> None:
    atlas, case = town.house.atlas, shown(town)
    keep(town)
    give_award(atlas, town.who("city"), case.number, "excellent", 2026, "用得好")
    give_award(atlas, town.who("city"), case.number, "excellent", 2025, "一直好")
    assert list(held_by_year(atlas)) == [2026, 2025]
    take_award_away(atlas, town.who("second"), case.number, "excellent", 2025, "弄错了年份")
    assert list(held_by_year(atlas)) == [2026]
    take_step(atlas, town.who("citizen"), case.number, "withdraw")
    assert held_by_year(atlas) == {}
    assert MADE["title"] not in town.client.get("/results/awards", headers=HTML).text
