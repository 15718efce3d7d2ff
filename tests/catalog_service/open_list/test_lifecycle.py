"""A year of an open list: drafted, checked, reviewed, filed, returned, published and amended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import OPERATOR, Principal, Role, organization_named
from catalog_service.audit.service import Wanted
from catalog_service.open_list.checking import check as findings_of
from catalog_service.open_list.differences import ItemChange, diff
from catalog_service.open_list.lifecycle import STEPS
from catalog_service.open_list.model import Content, ListItem
from catalog_service.open_list.reasons import REASONS, grouped
from catalog_service.open_list.service import (
    amend,
    check,
    content_of,
    draft,
    edit,
    findings_kept,
    get,
    in_force,
    possible_steps,
    propose,
    public_versions,
    take,
)
from catalog_service.open_list.waiting import WAITING
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, People
from tests.fixtures.web import House, portal

YEAR = 2026
NAME = (TRANSPORT, YEAR)


def fails(code: str, *arguments: object, by: object) -> None:
    with pytest.raises(AtlasError) as caught:
        by(*arguments)  # type: ignore[operator]
    assert caught.value.code == code
    assert caught.value.message("zh") != caught.value.message("en")


def published(house: House) -> None:
    """Take all steps as the operator, whom no second person need follow."""
    draft(house.atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, *NAME, step)


def test_four_people_bring_a_list_to_the_public(house: House, person: People) -> None:
    atlas = house.atlas
    steward, reviewer = person("s", Role.STEWARD), person("r", Role.REVIEWER)
    city = person("c", Role.CITY_OFFICE, None)
    begun = draft(atlas, steward, *NAME)
    assert {one.title for one in begun.content.items.values()} == {"公交线路", "停车场"}
    park = begun.content.items["transport/PARK"]
    assert (park.open_type, park.conditions, park.frequency) == ("有条件开放", "签订协议", "每月")
    checked, _ = check(atlas, steward, *NAME)
    assert checked.state == "checked"
    fails("right-missing", atlas, steward, *NAME, "review", by=take)
    take(atlas, reviewer, *NAME, "review")
    assert take(atlas, steward, *NAME, "file").filing_number == 1
    fails("right-missing", atlas, steward, *NAME, "accept", by=take)
    fails("open-list-reason", atlas, city, *NAME, "return", by=take)
    take(atlas, city, *NAME, "return", "请补充开放范围")
    check(atlas, steward, *NAME)
    take(atlas, reviewer, *NAME, "review")
    assert take(atlas, steward, *NAME, "file").filing_number == 2
    take(atlas, city, *NAME, "accept")
    there = take(atlas, city, *NAME, "publish")
    assert there.state == "published"
    (version,) = public_versions(atlas, YEAR)
    assert content_of(atlas, version) == begun.content
    told = [one.action for one in atlas.audit.walk(Wanted())]
    assert told.count("open_list.file") == 2
    assert {"open_list.draft", "open_list.return", "open_list.publish"} <= set(told)


def test_a_dataset_without_an_open_type_is_drafted_and_found_by_the_check(house: House) -> None:
    water = (f"{VOCAB}organization/water", YEAR)
    (item,) = draft(house.atlas, OPERATOR, *water).content.items.values()
    assert (item.title, item.open_type, item.openness) == ("换乘枢纽", "", 0)
    _, found = check(house.atlas, OPERATOR, *water)
    assert "R01" in {one.rule for one in found}
    fails("open-list-violations", house.atlas, OPERATOR, *water, "review", by=take)


def test_who_wrote_a_list_does_not_review_it(house: House, person: People) -> None:
    office = person("o", Role.CITY_OFFICE, None)
    draft(house.atlas, office, *NAME)
    take(house.atlas, office, *NAME, "check")
    fails("open-list-needs-another", house.atlas, office, *NAME, "review", by=take)
    take(house.atlas, person("r", Role.REVIEWER), *NAME, "review")
    take(house.atlas, office, *NAME, "file")
    fails("open-list-needs-another", house.atlas, office, *NAME, "accept", by=take)


def test_where_four_eyes_are_demanded_another_publishes(house: House, person: People) -> None:
    atlas = house.atlas
    first, second = person("c", Role.CITY_OFFICE, None), person("d", Role.CITY_OFFICE, None)
    draft(atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file"):
        take(atlas, OPERATOR, *NAME, step)
    there = take(atlas, first, *NAME, "accept")

    def offered(whom: Principal) -> list[str]:
        return [one.name for one in possible_steps(atlas, whom, there)]

    assert offered(first) == offered(second) == ["publish"]
    FourEyes(atlas.journal).demand(TRANSPORT, True)
    assert (offered(first), offered(second)) == ([], ["publish"])
    fails("open-list-needs-another", atlas, first, *NAME, "publish", by=take)
    assert public_versions(atlas) == []
    assert take(atlas, second, *NAME, "publish").state == "published"


@pytest.mark.parametrize(
    "step", sorted({one.name for one in STEPS} - {"draft", "check", "abandon"})
)
def test_no_step_leads_on_from_where_it_does_not(house: House, step: str) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    if step != "edit":
        fails("open-list-step", house.atlas, OPERATOR, *NAME, step, by=take)


def test_others_list_is_not_touched(house: House, person: People) -> None:
    other = person("x", Role.STEWARD, CIVIL)
    fails("right-missing", house.atlas, other, *NAME, by=draft)
    fails("unknown-open-list", house.atlas, TRANSPORT, 1999, by=get)


def test_a_list_with_violations_is_neither_reviewed_nor_filed(house: House, person: People) -> None:
    atlas = house.atlas
    there = draft(atlas, OPERATOR, *NAME)
    alone = ListItem("own-1", "纸质档案", open_type="无条件开放", frequency="每年", scope="全市")
    change = diff(there.content, Content.of([*there.content.items.values(), alone]))
    edit(atlas, OPERATOR, NAME, change)
    _, found = check(atlas, OPERATOR, *NAME)
    assert [(one.rule, one.key) for one in found if one.severity == "Violation"] == [
        ("R05", "own-1")
    ]
    fails("open-list-violations", atlas, OPERATOR, *NAME, "review", by=take)
    # Nobody is asked for what is refused.
    reviewer = person("r", Role.REVIEWER)
    (review,) = (one for one in WAITING if one.name == "open-list-review")
    assert list(review.find(atlas, reviewer)) == []
    # What is mended where it is described is checked again without a change of the list.
    take(atlas, OPERATOR, *NAME, "check")
    edit(atlas, OPERATOR, NAME, diff(get(atlas, *NAME).content, there.content))
    take(atlas, OPERATOR, *NAME, "check")
    assert len(list(review.find(atlas, reviewer))) == 1
    take(atlas, OPERATOR, *NAME, "review")
    house.submit("transport", [portal("PARK", "停车场", is_open="非开放")])
    fails("open-list-violations", atlas, OPERATOR, *NAME, "file", by=take)


def test_what_a_check_finds(house: House) -> None:
    """R04, R05 and R12 each pass, and each fail."""
    atlas = house.atlas
    content = draft(atlas, OPERATOR, *NAME).content

    def rules(changed: Content) -> set[tuple[str, str]]:
        found = findings_of(atlas, TRANSPORT, changed)
        return {(one.rule, one.key) for one in found} & {
            (rule, key)
            for rule in ("R04", "R05", "R12")
            for key in ("transport/BUS", "transport/PARK", "transport/NONE")
        }

    assert rules(content) == set()
    bus, park = content.items["transport/BUS"], content.items["transport/PARK"]
    assert rules(Content.of([bus])) == {("R12", park.key)}
    assert rules(Content.of([bus, replace(park, conditions="")])) == {("R04", park.key)}
    gone = replace(bus, key="transport/NONE", remote_id="NONE")
    assert ("R05", gone.key) in rules(Content.of([bus, park, gone]))


def test_what_concerns_livelihood_belongs_on_the_list(house: House) -> None:
    """R27 passes, and fails; what is closed is not published."""
    house.submit(
        "transport",
        [
            portal("TAXI", "无障碍出租车", category="民生服务"),
            portal("STAFF", "内部名册", category="民生服务", is_open="非开放"),
        ],
    )
    house.project()
    content = draft(house.atlas, OPERATOR, *NAME).content

    def told(changed: Content) -> list[tuple[str, str]]:
        found = findings_of(house.atlas, TRANSPORT, changed)
        return [(one.severity, one.key) for one in found if one.rule == "R27"]

    assert told(content) == []
    without = [one for one in content.items.values() if one.title != "无障碍出租车"]
    assert told(Content.of(without)) == [("Info", "transport/TAXI")]


def test_a_draft_changes_only_as_it_was_seen(house: House) -> None:
    atlas = house.atlas
    there = draft(atlas, OPERATOR, *NAME)
    bus = there.content.items["transport/BUS"]

    def to(note: str) -> Content:
        return Content.of([there.content.items["transport/PARK"], replace(bus, note=note)])

    edit(atlas, OPERATOR, NAME, diff(there.content, to("一")))
    fails(
        "open-list-changed",
        atlas,
        OPERATOR,
        NAME,
        diff(there.content, to("二")),
        by=edit,
    )
    assert get(atlas, *NAME).content.items[bus.key].note == "一"


def test_a_restriction_is_reviewed_and_announced(house: House, person: People) -> None:
    atlas, today = house.atlas, house.clock.today()
    published(house)
    there = get(atlas, *NAME)
    bus = there.content.items["transport/BUS"]
    closed = Content.of(
        replace(one, open_type="非开放") if one == bus else one
        for one in there.content.items.values()
    )
    office: Principal = person("o", Role.CITY_OFFICE, None)
    change = diff(there.content, closed)
    assert [(one.kind, one.narrows) for one in change] == [("restricted", True)]
    propose(atlas, office, NAME, change, "涉及公共安全")
    fails("open-list-needs-another", atlas, office, *NAME, by=amend)
    reviewer = person("r", Role.REVIEWER)
    fails("open-list-not-announced", atlas, reviewer, *NAME, today, by=amend)
    amend(atlas, reviewer, *NAME, today + timedelta(10))
    versions = public_versions(atlas, YEAR)
    assert [one.number for one in versions] == [1, 2]
    for day, number in ((today, 1), (today + timedelta(9), 1), (today + timedelta(10), 2)):
        assert in_force(versions, day)[NAME].number == number
    # What was published stays as it was.
    assert content_of(atlas, versions[0]) == there.content


def test_what_opens_further_counts_at_once(house: House) -> None:
    atlas = house.atlas
    published(house)
    there = get(atlas, *NAME)
    wider = Content.of(
        replace(one, open_type="无条件开放", conditions="") for one in there.content.items.values()
    )
    propose(atlas, OPERATOR, NAME, diff(there.content, wider), "评估后更开放")
    amend(atlas, OPERATOR, *NAME)
    assert in_force(public_versions(atlas), house.clock.today())[NAME].number == 2


def test_what_was_found_is_kept_with_what_was_checked(house: House) -> None:
    atlas = house.atlas
    assert findings_kept(atlas, draft(atlas, OPERATOR, *NAME)) is None
    checked, found = check(atlas, OPERATOR, *NAME)
    kept = findings_kept(atlas, checked)
    assert kept is not None
    assert (kept.step, list(kept.findings)) == (checked.steps[-1].number, found)
    take(atlas, OPERATOR, *NAME, "review")
    filed = take(atlas, OPERATOR, *NAME, "file")
    again = findings_kept(atlas, filed)
    assert again is not None
    assert again.step == filed.steps[-1].number
    assert filed.steps[-1].details["violations"] == 0


def test_an_amendment_brings_no_violation(house: House) -> None:
    atlas = house.atlas
    published(house)
    there = get(atlas, *NAME)
    bus, park = (there.content.items[f"transport/{key}"] for key in ("BUS", "PARK"))
    unsaid = frozenset({ItemChange(park, replace(park, conditions=""))})
    fails("open-list-violations", atlas, OPERATOR, NAME, unsaid, "x", by=propose)
    # What was there before, and is not touched, keeps nothing from being restricted.
    house.submit("transport", [portal("PARK", "停车场", is_open="非开放")])
    change = frozenset({ItemChange(bus, replace(bus, note="夜班线停运"))})
    propose(atlas, OPERATOR, NAME, change, "停运", "update")
    amended = amend(atlas, OPERATOR, *NAME)
    kept = findings_kept(atlas, amended)
    assert kept is not None
    assert ("R05", park.key) in {(one.rule, one.key) for one in kept.findings}
    # What came to be wrong between proposal and release is found at the release.
    changed = get(atlas, *NAME).content.items[bus.key]
    change = frozenset({ItemChange(changed, replace(changed, note=""))})
    propose(atlas, OPERATOR, NAME, change, "恢复")
    house.submit("transport", [portal("BUS", "公交线路", is_open="非开放")])
    fails("open-list-violations", atlas, OPERATOR, *NAME, by=amend)
    withdrawn = frozenset({ItemChange(replace(changed, note=""), None)})
    propose(atlas, OPERATOR, NAME, withdrawn, "涉及商业秘密", "trade-secret")
    assert amend(atlas, OPERATOR, *NAME).state == "amended"


def test_a_reason_explains_the_change(house: House) -> None:
    atlas = house.atlas
    bus = draft(atlas, OPERATOR, *NAME).content.items["transport/BUS"]
    change = frozenset({ItemChange(bus, replace(bus, open_type="有条件开放", conditions="协议"))})
    fails("open-list-reason-code", atlas, OPERATOR, NAME, change, "x", "demand", by=edit)
    fails("open-list-reason-code", atlas, OPERATOR, NAME, change, "x", "none", by=edit)
    last = edit(atlas, OPERATOR, NAME, change, "含司机电话", "privacy").steps[-1]
    assert (last.details["code"], last.details["restricted"], last.reason) == (
        "privacy",
        1,
        "含司机电话",
    )
    offered = [code for _, codes in grouped() for code, _ in codes]
    assert sorted(offered) == sorted(REASONS)


def test_an_amendment_waits_before_it_is_released(house: House) -> None:
    published(house)
    fails("open-list-step", house.atlas, OPERATOR, *NAME, by=amend)


def test_next_year_begins_from_last_year(house: House) -> None:
    fails("unknown-open-list", house.atlas, OPERATOR, TRANSPORT, 2027, by=_from_last_year)
    published(house)
    assert (
        _from_last_year(house.atlas, OPERATOR, TRANSPORT, 2027).content
        == get(house.atlas, *NAME).content
    )


def _from_last_year(atlas, principal, organization, year):  # type: ignore[no-untyped-def]
    return draft(atlas, principal, organization, year, last_year=True)


def test_a_file_refers_to_what_is_catalogued(house: House) -> None:
    text = (
        "编号,提供部门,数据集名称,开放属性,更新频率\n1,上海市交通委员会,公交线路,无条件开放,每月\n"
    )
    text += "2,上海市交通委员会,从未编目,无条件开放,每年\n"
    made = draft(house.atlas, OPERATOR, *NAME, file=("清单.csv", text.encode()))
    by_title = {one.title: one for one in made.content.items.values()}
    assert by_title["公交线路"].key == "transport/BUS"
    assert not by_title["从未编目"].is_catalogued


def test_rows_of_other_departments_are_left_out_and_told(house: House) -> None:
    text = "编号,提供部门,数据集名称,开放属性,更新频率\n"
    for number, (department, title) in enumerate(
        [("上海市交通委员会", "公交线路"), ("上海市民政局", "养老机构"), ("科技处", "本处清单")]
    ):
        text += f"{number},{department},{title},无条件开放,每月\n"
    made = draft(house.atlas, OPERATOR, *NAME, file=("清单.csv", text.encode()))
    # Who is not known as an organization may be an office of it.
    assert {one.title for one in made.content.items.values()} == {"公交线路", "本处清单"}
    details = made.steps[-1].details
    assert (details["left_out"], details["rows_left_out"]) == (1, ["上海市民政局: 养老机构"])


def test_rows_of_a_file_that_are_no_items_are_told_without_persons(house: House) -> None:
    text = "数据集名称,提供部门,开放属性\n公交线路,上海市交通委员会,无条件开放\n合计,1,\n"
    text += "填报人：张三,审核人：李四,\n"
    made = draft(house.atlas, OPERATOR, *NAME, file=("清单.csv", text.encode()))
    assert {one.title for one in made.content.items.values()} == {"公交线路"}
    details = made.steps[-1].details
    assert details["rows_no_items"] == [
        {"row": 3, "why": "total"},
        {"row": 4, "why": "signature"},
    ]
    assert not any(name in str(made) for name in ("张三", "李四"))


def test_all_faulty_rows_of_a_file_are_told_at_once(house: House) -> None:
    text = "数据集名称,提供部门,开放属性\n,上海市交通委员会,无条件开放\n公交线路,,无条件开放\n"
    text += "一,二,三,四\n"
    with pytest.raises(AtlasError) as caught:
        draft(house.atlas, OPERATOR, *NAME, file=("清单.csv", text.encode()))
    assert caught.value.code == "open-list-rows"
    for lang in ("zh", "en"):
        assert all(f"清单.csv:{row}" in caught.value.message(lang) for row in (2, 4))


def test_filing_numbers_have_no_gaps(house: House) -> None:
    """Many lists are filed at once, and each again after it was returned."""
    atlas = house.atlas
    years = list(range(2020, 2026))
    for year in years:
        draft(atlas, OPERATOR, TRANSPORT, year)

    def file_thrice(year: int) -> list[int | None]:
        numbers = []
        for _ in range(3):
            for step in ("check", "review", "file"):
                there = take(atlas, OPERATOR, TRANSPORT, year, step)
            numbers.append(there.filing_number)
            take(atlas, OPERATOR, TRANSPORT, year, "return", "补正")
        return numbers

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(file_thrice, years)) == [[1, 2, 3]] * len(years)


def test_of_two_who_file_at_once_one_does(house: House) -> None:
    atlas = house.atlas
    draft(atlas, OPERATOR, *NAME)
    for step in ("check", "review"):
        take(atlas, OPERATOR, *NAME, step)

    def file(_: int) -> str:
        try:
            take(atlas, OPERATOR, *NAME, "file")
        except AtlasError as error:
            return error.code
        return "filed"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(file, range(4))) == ["filed"] + ["open-list-step"] * 3
    assert get(atlas, *NAME).filing_number == 1


def test_a_copy_of_the_citys_is_told(house: House) -> None:
    """R07 passes on what is the department's own, and fails on what repeats the city's."""
    atlas = house.atlas
    whose = "上海市静安区人民政府"
    house.submit("jingan", [portal("D1", "静安区养老机构信息", department=whose)])
    house.project()

    def repeated(organization: str) -> list[str]:
        content = draft(atlas, OPERATOR, organization, YEAR).content
        found = findings_of(atlas, organization, content)
        return [one.key for one in found if one.rule == "R07"]

    assert repeated(TRANSPORT) == []
    assert repeated(organization_named(atlas.vocabulary, whose)) == ["jingan/D1"]


def test_an_organization_without_datasets_has_nothing_to_draft(house: House) -> None:
    house.submit("civil", [portal("CARE", "养老机构", is_open="非开放", department="上海市民政局")])
    fails("open-list-empty", house.atlas, OPERATOR, CIVIL, YEAR, by=draft)
    assert date(YEAR, 1, 1) < house.clock.today()
