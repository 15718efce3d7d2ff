"""What changes reach whom: gathered from the journal, told once, and nothing of what was closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from catalog_service.dataset_notes import DatasetNote
from catalog_service.following import gathering, service, telling
from catalog_service.following.gathering import gather
from catalog_service.following.tables import follow_news, follow_targets, follows
from catalog_service.following.upkeep import follow_up, keep_tidy
from catalog_service.notices.tables import notices, outbox
from ontology.errors import AtlasError
from tests.catalog_service.following.conftest import ITEMS, TRANSPORT, Town, iri
from tests.fixtures.people import person
from tests.fixtures.web import House, portal


def test_what_users_must_know_of_a_dataset_is_told(town: Town) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.submit(
        portal("BUS1", "公交线路", fields=["线路名称", "起终点站", "票价", "运营时间"]),
    )
    assert town.look() == 1
    (told,) = town.told("li")
    assert told == "您关注的“公交线路”：新增数据项：运营时间；数据项改名：首末站 → 起终点站。"
    town.house.clock.step()
    town.submit(portal("BUS1", "公交线路", fields=["线路名称"], is_open="有条件开放"))
    assert (town.look(), town.look()) == (1, 0)
    told = town.told("li")[-1]
    assert "删除数据项：" in told and "开放类型" in told
    assert town.told("wang") == []


def test_what_does_not_matter_to_users_is_not_told(town: Town) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.submit(portal("BUS1", "公交线路", fields=ITEMS, update_time="2026-08-31"))
    assert town.look() == 0


def test_what_came_before_one_began_is_no_news(town: Town) -> None:
    town.follow("li", "organization", TRANSPORT)
    town.look()
    town.submit(portal("BUS2", "公交站点"))
    # The worker has not read it yet.
    town.follow("wang", "organization", TRANSPORT)
    town.submit(portal("BUS3", "公交卡"))
    assert town.look() == 2
    assert town.told("li") == ["您关注的“上海市交通委员会”的数据集有变化：2 个新增。"]
    assert town.told("wang") == ["您关注的“上海市交通委员会”的数据集有变化：1 个新增。"]
    entries = service.news_of(town.house.atlas, town.people["wang"].id, "zh")
    assert [one.title for one in entries] == ["公交卡"]


def test_a_harvest_is_told_together_once_it_is_over(town: Town) -> None:
    town.follow("li", "organization", TRANSPORT)
    town.look()
    journal = town.house.atlas.journal
    run = journal.start_run("city")
    many = [portal(f"N{n}", f"站点{n}") for n in range(7)]
    town.submit(*many[:4], run=run.id)
    assert town.look() == 0, "the harvest still runs"
    town.submit(*many[4:], portal("BUS1", "公交线路", fields=["线路名称"]), run=run.id)
    town.house.withdraw("city", "PARK")
    journal.finish_run(run.id, {})
    assert town.look() == 1
    told = "您关注的“上海市交通委员会”的数据集有变化：7 个新增、1 个有变化、1 个不再公开。"
    assert town.told("li") == [told]
    entries = service.news_of(town.house.atlas, town.people["li"].id, "zh")
    assert [one.text for one in entries].count("7 个新增、1 个有变化") == 1 and len(entries) == 2


def test_a_harvest_that_hangs_is_told_all_the_same(town: Town) -> None:
    town.follow("li", "organization", TRANSPORT)
    town.look()
    run = town.house.atlas.journal.start_run("city")
    town.submit(portal("N", "站点"), run=run.id)
    assert town.look() == 0
    town.house.clock.step(60 * 6 + 1)
    assert town.look() == 1


def test_topics_and_searches_are_told_of_what_is_new(town: Town) -> None:
    topic = "https://w3id.org/shdata/vocab/domain/4"
    town.follow("li", "topic", topic)
    target = town.follow("wang", "search", "q=停车场&open_type=unconditional&sort=title")
    town.look()
    town.submit(portal("P2", "停车场出入口"), portal("P3", "轮渡班次"))
    assert town.look() == 2
    assert town.told("li") == ["您关注的“道路交通”的数据集有变化：2 个新增。"]
    assert town.told("wang") == ["您关注的“停车场 · 无条件开放”的数据集有变化：1 个新增。"]
    (entry,) = service.news_of(town.house.atlas, town.people["wang"].id, "en", target)
    assert (entry.title, entry.text, entry.path) == (
        "停车场出入口",
        "Is public now",
        "/dataset/city/P2",
    )


def test_a_search_waits_for_the_index(town: Town) -> None:
    town.follow("li", "search", "q=轮渡")
    town.look()
    town.house.submit("city", [portal("P3", "轮渡班次")])
    assert town.look() == 0
    town.house.project()
    assert town.look() == 1


def test_of_what_was_closed_nothing_is_left_but_its_end(town: Town) -> None:
    atlas = town.house.atlas
    town.follow("li", "dataset", "city/BUS1")
    town.follow("wang", "dataset", "city/BUS1", "daily")
    town.submit(portal("BUS1", "公交线路", fields=["保密项目"]))
    town.look()
    assert "保密项目" in str(town.told("li")) + str(town.told("wang"))
    town.submit(portal("BUS1", "绝密线路", fields=["保密项目", "另一项"], is_open="非开放"))
    assert town.look() == 2
    assert town.told("li") == ["您关注的数据集 city/BUS1 不再公开。"] == town.told("wang")
    with atlas.journal.reading_tables() as connection:
        kept = [
            str(connection.execute(sa.select(*table.c)).all())
            for table in (follow_news, notices, outbox)
        ]
    for text in ("保密项目", "公交线路", "绝密"):
        assert text not in str(kept)
    (entry,) = service.news_of(atlas, town.people["li"].id, "zh")
    assert (entry.title, entry.text) == ("city/BUS1", "不再公开")
    (own,) = service.own(atlas, town.who("li"))
    assert service.name_of(atlas, own.target.kind, own.target.value)["zh"] == "city/BUS1"


def test_what_is_closed_and_not_read_yet_is_not_shown(town: Town) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.submit(portal("BUS1", "公交线路", fields=["甲项"]))
    while gather(town.house.atlas) is not None:
        pass
    town.submit(portal("BUS1", "公交线路", is_open="非开放"))
    assert telling.tell(town.house.atlas) == 0
    assert service.news_of(town.house.atlas, town.people["li"].id, "zh") == []
    assert town.look() == 1
    assert town.told("li") == ["您关注的数据集 city/BUS1 不再公开。"]


def test_what_is_withdrawn_and_comes_again(town: Town) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.house.withdraw("city", "BUS1")
    town.look()
    town.house.clock.step()
    town.submit(portal("BUS1", "公交线路", fields=ITEMS))
    town.look()
    assert town.told("li") == [
        "您关注的数据集 city/BUS1 不再公开。",
        "您关注的“公交线路”：已公开。",
    ]


@pytest.mark.parametrize("where", ["note_told", "add_news"])
def test_a_worker_that_dies_tells_each_once(
    town: Town, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.follow("li", "organization", TRANSPORT)
    town.look()
    town.submit(portal("BUS1", "公交线路", fields=["线路名称"]), portal("N", "站点"))
    real = getattr(gathering, where)

    def dies(*given: object) -> object:
        real(*given)
        raise ZeroDivisionError

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(gathering, where, dies)
        town.look()
    with town.house.atlas.journal.reading_tables() as connection:
        assert connection.execute(sa.select(*follow_news.c)).all() == []

    def dies_telling(*given: object) -> list[str]:
        telling_real(*given)  # type: ignore[arg-type]
        raise ZeroDivisionError

    telling_real = telling.change_told
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(telling, "change_told", dies_telling)
        town.look()
    assert town.told("li") == []
    assert (town.look(), town.look()) == (2, 0)
    assert len(town.told("li")) == 2


def test_two_workers_at_once_keep_news_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.look()
    town.submit(portal("BUS1", "公交线路", fields=["线路名称"]))
    real = gathering._keep

    def other_first(*given: object) -> int:
        real(*given)  # type: ignore[arg-type]
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(gathering, "_keep", other_first)
    assert (town.look(), len(town.told("li"))) == (1, 1)


def test_steps_are_bounded_and_go_on(town: Town) -> None:
    town.follow("li", "organization", TRANSPORT)
    town.look()
    town.submit(*(portal(f"N{n}", f"站点{n}") for n in range(9)))
    steps = 0
    while gather(town.house.atlas, step=2) is not None:
        steps += 1
    assert steps == 5
    town.look()
    assert town.told("li") == ["您关注的“上海市交通委员会”的数据集有变化：9 个新增。"]


def test_how_news_come_is_chosen_for_each(town: Town) -> None:
    town.follow("li", "dataset", "city/BUS1", "never")
    target = town.follow("wang", "dataset", "city/BUS1", "weekly")
    town.submit(portal("BUS1", "公交线路", fields=["甲"]))
    assert town.look() == 1
    assert town.told("li") == [] and len(town.told("wang")) == 1
    with town.house.atlas.journal.reading_tables() as connection:
        query = sa.select(notices.c.digest).where(notices.c.kind == "follow.dataset")
        assert connection.execute(query).scalars().all() == ["weekly"]
    assert len(service.news_of(town.house.atlas, town.people["li"].id, "zh")) == 1
    # What was for the feed alone is not told afterwards.
    service.change(town.house.atlas, town.who("li"), target, "each")
    assert town.look() == 0


def test_late_is_told_on_the_day(town: Town) -> None:
    town.follow("li", "dataset", "city/BUS1")
    assert town.look() == 0
    town.house.clock.step_days(19)
    assert town.look() == 0, "monthly, and updated on 20 August"
    town.house.clock.step_days(1)
    assert (town.look(), town.look()) == (1, 0)
    assert town.told("li") == [
        "您关注的“公交线路”：未按承诺的频率更新，最近一次更新为 2026-08-20。"
    ]
    town.house.clock.step_days(1)
    assert town.look() == 0


def test_what_nobody_follows_any_more_is_forgotten(town: Town) -> None:
    atlas = town.house.atlas
    target = town.follow("li", "dataset", "city/BUS1")
    town.submit(portal("BUS1", "公交线路", fields=["甲"]))
    town.look()
    with pytest.raises(AtlasError, match="unknown-follow"):
        service.leave(atlas, town.who("wang"), target)
    service.leave(atlas, town.who("li"), target)
    with atlas.journal.reading_tables() as connection:
        for table in (follows, follow_targets, follow_news):
            assert connection.execute(sa.select(*table.c)).all() == []
    # Numbers go on: who follows next is told what comes next.
    town.follow("li", "dataset", "city/BUS1")
    town.submit(portal("BUS1", "公交线路", fields=["甲", "乙"]))
    assert town.look() == 1


def test_old_news_are_forgotten(town: Town) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.submit(portal("BUS1", "公交线路", fields=["甲"]))
    town.look()
    town.house.clock.step(89 * 24 * 60)
    keep_tidy(town.house.atlas)
    assert len(service.news_of(town.house.atlas, town.people["li"].id, "zh")) == 1
    town.house.clock.step(2 * 24 * 60)
    keep_tidy(town.house.atlas)
    assert service.news_of(town.house.atlas, town.people["li"].id, "zh") == []


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("dataset", "city/CLOSED", "cannot-follow"),
        ("dataset", "city/NONE", "cannot-follow"),
        ("dataset", "x", "cannot-follow"),
        ("organization", "https://nobody.example/", "cannot-follow"),
        ("topic", "13800138000", "cannot-follow"),
        ("search", "", "cannot-follow"),
        ("search", "sort=title", "cannot-follow"),
        ("search", "q=张敏 13800138000", "follow-search-personal"),
        ("search", "publisher=张敏13800138000", "cannot-follow"),
        ("search", "exclude=place:张敏13800138000", "cannot-follow"),
        ("search", "modified_from=张敏", "cannot-follow"),
        ("person", "li", "cannot-follow"),
    ],
)
def test_what_cannot_be_followed(town: Town, kind: str, value: str, code: str) -> None:
    with pytest.raises(AtlasError, match=code):
        town.follow("li", kind, value)


def test_one_person_follows_so_many_things(town: Town) -> None:
    atlas = town.house.atlas
    atlas.settings = town.house.settings.model_copy(update={"follows_most": 2})
    town.follow("li", "dataset", "city/BUS1")
    town.follow("li", "dataset", iri("PARK"))
    town.follow("li", "dataset", "city/BUS1", "weekly")
    with pytest.raises(AtlasError, match="too-many-follows"):
        town.follow("li", "organization", TRANSPORT)
    with pytest.raises(AtlasError, match="follow-choice"):
        town.follow("li", "dataset", "city/BUS1", "hourly")
    assert [one.how for one in service.own(atlas, town.who("li"))] == ["each", "weekly"]


def test_one_change_stands_once_on_the_page(town: Town) -> None:
    town.follow("li", "organization", TRANSPORT)
    town.follow("li", "dataset", "city/BUS1")
    town.follow("li", "search", "q=公交")
    town.look()
    town.submit(portal("BUS1", "公交线路", fields=[*ITEMS, "甲"]), portal("BUS2", "公交站点"))
    town.look()
    entries = service.news_of(town.house.atlas, town.people["li"].id, "zh")
    assert sorted((one.title, one.text) for one in entries) == [
        ("公交站点", "已公开"),
        ("公交线路", "新增数据项：甲"),
    ]


def test_what_is_announced_is_told_once(town: Town) -> None:
    day = town.house.clock.day + timedelta(days=30)
    said = {"zh": "将不再开放。", "en": "It is withdrawn then."}
    note = DatasetNote("list.withdrawn", "/open-list/2026", {}, said, day=day, alert=True)
    known = DatasetNote("case.known", "/x", {}, said, alert=True)

    def found_by(_atlas: object, _iri: str) -> list[DatasetNote]:
        return [note, known]

    town.follow("li", "dataset", "city/BUS1")
    for told in (1, 0):
        assert follow_up(town.house.atlas, [found_by]) == told
        town.house.clock.step_days(1)
    assert town.told("li") == ["您关注的“公交线路”：将不再开放。"]
    (entry,) = service.news_of(town.house.atlas, town.people["li"].id, "en")
    assert (entry.text, entry.path) == ("It is withdrawn then", "/open-list/2026")
    town.house.clock.step_days(100)
    keep_tidy(town.house.atlas)
    assert follow_up(town.house.atlas, [found_by]) == 1, "late by now, and not announced anew"


@pytest.mark.services
def test_on_postgresql(tmp_path: Path, empty_postgres: str) -> None:
    house = House(tmp_path / "var", database_url=empty_postgres)
    with house.atlas:
        who = {"li": person(house.atlas, "li"), "wang": person(house.atlas, "wang")}
        house.submit("city", [portal("BUS1", "公交线路", fields=ITEMS)])
        house.project()
        with httpx.Client() as client:
            town = Town(house, client, who)
            town.follow("li", "organization", TRANSPORT)
            town.follow("wang", "dataset", "city/BUS1")
            town.look()
            run = house.atlas.journal.start_run("city")
            changed = portal("BUS1", "公交线路", fields=[*ITEMS, "甲"])
            town.submit(portal("N", "站点"), changed, run=run.id)
            assert town.look() == 0
            house.atlas.journal.finish_run(run.id, {})
            house.withdraw("city", "BUS1")
            assert town.look() == 2
            assert town.told("wang") == ["您关注的数据集 city/BUS1 不再公开。"]
            said = "您关注的“上海市交通委员会”的数据集有变化：1 个新增、1 个不再公开。"
            assert town.told("li") == [said]
            service.erase_all(house.atlas, who["li"].id)
            keep_tidy(house.atlas)
