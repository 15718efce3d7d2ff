"""What the check of a list finds in its items, and what of the catalogue it is held against."""

from __future__ import annotations

from dataclasses import replace

from catalog_service.accounts.service import OPERATOR
from catalog_service.open_list import checking
from catalog_service.open_list.model import Content
from catalog_service.open_list.service import draft
from catalog_service.stored_records import known_record
from tests.catalog_service.open_list.conftest import TRANSPORT
from tests.fixtures.web import House, portal

NAME = (TRANSPORT, 2026)


def test_words_of_no_vocabulary_names_and_openness_are_checked(house: House) -> None:
    atlas = house.atlas
    there = draft(atlas, OPERATOR, *NAME).content
    (bus, *_) = [one for one in there.items.values() if one.key == "transport/BUS"]
    wrong = [
        replace(bus, title=" ", frequency="随便更新", form="XYZ格式", domain="不存在的领域"),
        replace(bus, key="a", source="", remote_id="", open_type="非开放"),
        replace(bus, key="b", source="", remote_id=""),
        replace(bus, key="c", source="", remote_id="", form="CSV、XLSX", frequency="每月"),
    ]
    told = checking.check(atlas, NAME[0], Content.of(wrong))
    found = {(one.key, one.rule, one.severity, one.en) for one in told}

    def of(key: str, rule: str) -> list[tuple[str, str]]:
        return sorted((level, en) for k, r, level, en in found if (k, r) == (key, rule))

    r04 = " ".join(en for _, en in of(bus.key, "R04"))
    assert "has no name" in r04 and "随便更新" in r04
    assert [level for level, _ in of(bus.key, "V-unknown")] == ["Warning"] * 2
    assert [level for level, en in of("a", "R04") if en.startswith("Closed")] == ["Warning"]
    assert "same name" in of("b", "R07")[0][1] and of("c", "V-unknown") == []
    narrower = [replace(bus, open_type="有条件开放", conditions="仅限科研")]
    told = checking.check(atlas, NAME[0], Content.of(narrower))
    assert [one.severity for one in told if one.rule == "R05"] == ["Warning"]


def test_what_waits_at_the_gate_does_not_keep_a_list_from_being_filed(house: House) -> None:
    atlas = house.atlas
    content = draft(atlas, OPERATOR, *NAME).content
    before = checking.check_items(atlas, content)
    bad = portal("BUS", "公交线路", is_open="")
    house.submit("transport", [bad], gate="enforce")
    stored = known_record(atlas, "transport/BUS")
    assert stored.held_seq is not None
    after = checking.check_items(atlas, content)
    assert not [one for one in checking.violations(after) if one.key == "transport/BUS"]
    assert len(after) <= len(before)
