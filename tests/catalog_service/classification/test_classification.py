"""Classes, conditions, agreements and reviews: who enters them, what follows, and from when on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.audit.service import Wanted
from catalog_service.classification.checking import check, completed
from catalog_service.classification.fields import BLANK, check_fields, fill
from catalog_service.classification.model import Agreement, OpenType
from catalog_service.classification.service import (
    classify,
    confirm,
    file_agreement,
    guide_in_force,
    guides,
    import_conditions,
    import_guide,
    put_agreement,
    review,
    review_day,
    reviews_of,
    terms_of,
    waiting_reviews,
)
from catalog_service.journal.model import version_of
from catalog_service.stored_records import known_record
from ontology.errors import AtlasError
from ontology.record import Record
from ontology.terms import SHD, VOCAB
from tests.catalog_service.classification.conftest import DAY, LEVELS, PARK, People
from tests.fixtures.web import House


def fails(code: str, by: object, *arguments: object, **more: object) -> None:
    with pytest.raises(AtlasError) as caught:
        by(*arguments, **more)  # type: ignore[operator]
    assert caught.value.code == code
    assert caught.value.message("zh") != caught.value.message("en")


def park(house: House) -> str:
    return known_record(house.atlas, PARK).iri


def found_rules(house: House) -> set[str]:
    checked = check(house.atlas, known_record(house.atlas, PARK))
    assert checked is not None
    return {one.rule_id for one in checked.findings}


def test_nothing_is_built_in(bare: House) -> None:
    assert guide_in_force(bare.atlas) is None
    fails("unknown-level", classify, bare.atlas, OPERATOR, PARK, "A", reason="x")


def test_a_table_counts_from_its_day_on(house: House) -> None:
    later = house.atlas.clock.today() + timedelta(30)
    changed = LEVELS.replace("甲级", "甲类")
    import_guide(house.atlas, OPERATOR, ("t.csv", changed.encode("gb18030")), later, "")
    assert [one.version.number for one in guides(house.atlas)] == [1, 2]
    now, then = guide_in_force(house.atlas), guide_in_force(house.atlas, later)
    assert now is not None
    assert then is not None
    assert (now.levels[0].name, now.levels[0].open_type) == (
        {"zh": "甲级", "en": "First"},
        "unconditional",
    )
    assert then.levels[0].name["zh"] == "甲类"
    assert guide_in_force(house.atlas, DAY - timedelta(1)) is None


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("甲,乙\n1,2\n", "classification-headings"),
        ("级别,名称\nA,甲\nA,乙\n", "classification-row"),
        ("级别,名称\nA,\n", "classification-row"),
        ("级别,名称,开放类型\nA,甲,无条件共享\n", "classification-row"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(house: House, table: str, code: str) -> None:
    fails(code, import_guide, house.atlas, OPERATOR, ("t.csv", table.encode()), DAY, "")
    assert len(guides(house.atlas)) == 1


def test_only_the_city_keeps_tables(house: House, person: People) -> None:
    steward, city = person("s", Role.STEWARD), person("c", Role.CITY_OFFICE, None)
    file = ("t.csv", LEVELS.encode())
    fails("right-missing", import_guide, house.atlas, steward, file, DAY, "")
    fails("right-missing", import_conditions, house.atlas, steward, file, DAY, "")
    agreement = Agreement({"zh": "x"}, "x")
    fails("right-missing", put_agreement, house.atlas, steward, "x", agreement, DAY, "")
    assert import_guide(house.atlas, city, file, DAY, "").version.number == 2


def test_a_class_has_conditions_and_an_agreement(house: House, person: People) -> None:
    atlas, steward = house.atlas, person("s", Role.STEWARD)
    assert terms_of(atlas, park(house)) is None
    fails("classification-reason", classify, atlas, steward, PARK, "X2", reason=" ")
    fails("unknown-template", classify, atlas, steward, PARK, "X2", agreement="no", reason="x")
    other = person("z", Role.STEWARD, f"{VOCAB}organization/civil-affairs")
    fails("right-missing", classify, atlas, other, PARK, "X2", reason="x")
    # To who has no right, what is there is as what is not.
    fails("right-missing", classify, atlas, other, "transport/NONE", "X2", reason="x")
    fails("right-missing", classify, atlas, steward, "x/y", "X2", reason="x")
    fails("record-not-found", classify, atlas, steward, "transport/NONE", "X2", reason="x")
    classify(
        atlas,
        steward,
        PARK,
        "X2",
        conditions=("traffic", "log"),
        agreement="use",
        reason="含位置信息",
    )
    terms = terms_of(atlas, park(house))
    assert terms is not None
    assert terms.level.code == "X2"
    assert [one.template.text["zh"] for one in terms.conditions] == ["仅限科研使用", "使用须留痕"]
    assert terms.agreement is not None
    assert (terms.filed_on, terms.reviewed_on) == (None, None)
    # Before it was classed it had no class.
    assert terms_of(atlas, park(house), atlas.clock.now() - timedelta(1)) is None
    told = [one.action for one in atlas.audit.walk(Wanted())]
    assert {"classification.write", "classification.classify"} <= set(told)


def test_reviews_count_once_another_confirmed_them(house: House, person: People) -> None:
    atlas = house.atlas
    reviewer, second = person("r", Role.REVIEWER), person("q", Role.REVIEWER)
    steward = person("s", Role.STEWARD)
    day = date(2019, 12, 1)
    classify(atlas, steward, PARK, "X2", agreement="use", reason="x")
    later = atlas.clock.today() + timedelta(1)
    fails("classification-day", review, atlas, steward, PARK, "secrecy", later, "conditional", "x")
    number = review(atlas, reviewer, PARK, "secrecy", day, "conditional", "会议纪要")
    assert "R25" in found_rules(house)
    assert waiting_reviews(atlas, reviewer) == []
    assert [one.number for one in waiting_reviews(atlas, second)] == [number]
    fails("review-needs-another", confirm, atlas, reviewer, number)
    fails("right-missing", confirm, atlas, steward, number)
    confirm(atlas, second, number)
    fails("unknown-review", confirm, atlas, second, number)
    terms = terms_of(atlas, park(house))
    assert terms is not None
    assert terms.reviewed_on == day
    assert "R25" not in found_rules(house)
    # An opinion of the experts is no review of secrecy.
    opinion = review(atlas, reviewer, PARK, "expert", day, "none", "专家意见")
    confirm(atlas, second, opinion)
    assert [one.kind for one in reviews_of(atlas, park(house))] == ["secrecy", "expert"]
    assert "R25" not in found_rules(house)
    # A later review that closes it ends what the first allowed.
    closing = review(atlas, reviewer, PARK, "secrecy", date(2020, 6, 1), "none", "发现涉密")
    confirm(atlas, second, closing)
    assert "R25" in found_rules(house)


def test_a_review_after_the_opening_violates(house: House) -> None:
    number = review(house.atlas, OPERATOR, PARK, "secrecy", date(2020, 3, 1), "conditional", "补审")
    confirm(house.atlas, OPERATOR, number)
    checked = check(house.atlas, known_record(house.atlas, PARK))
    assert checked is not None
    assert ("R25", "Violation") in {(f.rule_id, f.severity) for f in checked.findings}


def test_a_filed_agreement_meets_its_rule(house: House) -> None:
    atlas = house.atlas
    assert "R24" in found_rules(house)
    fails("dataset-without-agreement", file_agreement, atlas, OPERATOR, PARK, DAY, "1")
    classify(atlas, OPERATOR, PARK, "X2", agreement="use", reason="x")
    assert "R24" in found_rules(house)
    file_agreement(atlas, OPERATOR, PARK, DAY, "备〔2026〕1号")
    assert "R24" not in found_rules(house)
    # Under another agreement it would have to be filed anew.
    put_agreement(atlas, OPERATOR, "other", Agreement({"zh": "另一协议"}, "x"), DAY, "")
    classify(atlas, OPERATOR, PARK, "X2", agreement="other", reason="改用")
    assert "R24" in found_rules(house)


def test_a_class_that_contradicts_the_record_is_told(house: House) -> None:
    record = known_record(house.atlas, PARK)
    for level, expected in (("X1", True), ("X2", False)):
        classify(house.atlas, OPERATOR, PARK, level, reason="x")
        checked = check(house.atlas, record)
        assert checked is not None
        assert checked.disagrees is expected


def test_fields_are_filled_as_text() -> None:
    filled = fill("{{数据集名称}}｜{{ 日期 }}｜{{分级}}", {"dataset": "**a** <b>\n# c", "day": "1"})
    assert filled == rf"\*\*a\*\* \<b\> \# c｜1｜{BLANK}"
    fails("agreement-fields", check_fields, "{{密码}}")
    check_fields("{{数据集名称}} { {x} }")


@pytest.mark.parametrize(
    ("added", "rule", "severity"),
    [
        ((), "R03", "Warning"),
        ((f"<{SHD.conditionalReason}> <{VOCAB}conditional-reason/high-security>",), None, None),
        ((f"<{SHD.conditionalReason}> <{VOCAB}conditional-reason/other>",), "R03", "Violation"),
        ((f"<{SHD.sensitivity}> <{VOCAB}sensitivity/privacy>",), "R02", "Violation"),
        (
            (
                f"<{SHD.sensitivity}> <{VOCAB}sensitivity/privacy>",
                f"<{SHD.deidentification}> <https://data.example/deidentified>",
            ),
            "R03",
            "Warning",
        ),
    ],
)
def test_reasons_and_sensitive_content_are_judged(
    house: House, added: tuple[str, ...], rule: str | None, severity: str | None
) -> None:
    record = version_of(known_record(house.atlas, PARK))
    assert record is not None
    made = Record.from_lines(
        [*record.lines, *(f"<{record.focus}> {one} ." for one in added)],
        iri=record.iri,
        source=record.source,
        remote_id=record.remote_id,
        focus=record.focus,
    )
    report = house.atlas.engine_named("shacl").validate(completed(house.atlas, made, None))
    found = {(f.rule_id, f.severity) for f in report.findings if f.rule_id in ("R02", "R03")}
    if rule is None:
        assert found == set()
        return
    assert (rule, severity) in found
    assert ("R02" in {one for one, _ in found}) is (rule == "R02")


def secrecy(house: House, day: date, outcome: OpenType = "conditional") -> None:
    number = review(house.atlas, OPERATOR, PARK, "secrecy", day, outcome, "年度审查")
    confirm(house.atlas, OPERATOR, number)


def test_a_review_held_again_does_not_move_the_day_since_which_data_may_be_open(
    house: House,
) -> None:
    atlas = house.atlas
    iri = known_record(atlas, PARK).iri
    secrecy(house, date(2019, 6, 1))
    secrecy(house, date(2025, 6, 1))
    assert review_day(atlas, iri) == date(2019, 6, 1)
    secrecy(house, date(2025, 7, 1), "none")
    assert review_day(atlas, iri) is None
    secrecy(house, date(2025, 8, 1))
    assert review_day(atlas, iri) == date(2025, 8, 1)


def test_a_new_version_of_an_agreement_is_not_filed_with_the_old_one(house: House) -> None:
    atlas = house.atlas
    iri = known_record(atlas, PARK).iri
    classify(atlas, OPERATOR, PARK, "X2", agreement="use", reason="按指南")
    file_agreement(atlas, OPERATOR, PARK, DAY, "备 1")
    filed = terms_of(atlas, iri)
    assert filed is not None and filed.filed_on == DAY
    put_agreement(
        atlas, OPERATOR, "use", Agreement({"zh": "新协议"}, "# 新"), atlas.clock.today(), ""
    )
    renewed = terms_of(atlas, iri)
    assert renewed is not None and renewed.agreement is not None
    assert (renewed.agreement.version.number, renewed.filed_on) == (2, None)


def test_what_is_entered_later_says_nothing_of_a_moment_before(house: House) -> None:
    atlas = house.atlas
    iri = known_record(atlas, PARK).iri
    classify(atlas, OPERATOR, PARK, "X2", agreement="use", reason="按指南")
    then = atlas.clock.now()
    house.clock.step()
    secrecy(house, date(2019, 6, 1))
    file_agreement(atlas, OPERATOR, PARK, date(2020, 1, 1), "备 2")
    before, now = terms_of(atlas, iri, then), terms_of(atlas, iri)
    assert before is not None and now is not None
    assert (before.reviewed_on, before.filed_on) == (None, None)
    assert (now.reviewed_on, now.filed_on) == (date(2019, 6, 1), date(2020, 1, 1))
