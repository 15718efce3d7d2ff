"""What two descriptions are to each other, by title, place, office, period and data items."""

from __future__ import annotations

from itertools import permutations

import pytest

from search.duplicates import index as duplicate_index
from search.duplicates.compare import compare
from search.duplicates.index import DuplicateIndex
from search.index.model import SearchDocument
from tests.fixtures.duplicates.labels import DATA, NONE, LabelledPair, documents, labelled, score

CITY, DISTRICT = "上海市民政局", "上海市静安区人民政府"


def described(
    title: str, publisher: str = "", fields: tuple[str, ...] = (), places: tuple[str, ...] = ()
) -> SearchDocument:
    name = f"{title}|{publisher}|{len(fields)}"
    return SearchDocument(
        iri=f"https://data.example/{name}",
        source="s",
        remote_id=name,
        hash="",
        title=title,
        publishers=(publisher,) if publisher else (),
        places=places,
        fields=fields,
    )


def relation(one: SearchDocument, other: SearchDocument) -> str:
    index = DuplicateIndex([one, other])
    found = list(index.pairs())
    assert [compare(index.profile(b), index.profile(a)) for a, b in [(one, other)]] == (
        found or [None]
    )
    return found[0].kind if found else NONE


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # A district and its city, whether the title or the publisher names the district.
        (("静安区养老机构信息", DISTRICT), ("养老机构", CITY), "repeats-city"),
        (("养老机构名单", DISTRICT), ("上海市养老机构信息", CITY), "repeats-city"),
        (("宝山区养老机构", "上海市宝山区民政局"), ("养老机构", CITY), "repeats-city"),
        # Two districts; a place that names nothing is the catalogue's own city.
        (("静安区养老机构", DISTRICT), ("徐汇区养老机构", ""), "variant"),
        (("徐汇区养老机构", ""), ("养老机构", ""), "repeats-city"),
        # The same twice: another form, another department.
        (("养老机构（接口）", CITY), ("养老机构", CITY), "replica"),
        (("养老机构", "上海市统计局"), ("养老机构", CITY), "replica"),
        (("养老机构(2024)", CITY), ("养老机构(2025)", CITY), "edition"),
        # What each office or government has of itself repeats nothing.
        (("行政处罚信息", "上海市公安局"), ("行政处罚信息", CITY), NONE),
        (("民政局-行政处罚信息", CITY), ("公安局-行政处罚信息", CITY), NONE),
        (("静安区部门决算", "静安区民政局"), ("部门决算", CITY), "variant"),
        (("市级一般公共预算支出", CITY), ("一般公共预算支出", CITY), NONE),
        # Near titles about other things.
        (("统计公报_07", CITY), ("统计公报_08", CITY), NONE),
        (("土壤污染重点监管单位", CITY), ("水污染重点监管单位", CITY), NONE),
        (("各区养老机构数", CITY), ("养老机构数", CITY), NONE),
    ],
)
def test_the_relation_of_two_titles(
    one: tuple[str, str], other: tuple[str, str], expected: str
) -> None:
    assert relation(described(*one), described(*other)) == expected


def test_tables_without_a_common_column_are_not_the_same() -> None:
    one = described("养老机构", CITY, ("机构名称", "床位数", "地址"))
    same = described("养老机构信息", CITY, ("机构名称", "床位数", "所属区"))
    other = described("养老机构信息", CITY, ("护理员", "证书号", "发证机关", "有效期"))
    assert [relation(one, same), relation(one, other)] == ["replica", NONE]


def test_reasons_and_direction_do_not_depend_on_the_order() -> None:
    fields = ("机构名称", "床位数")
    records = [
        described("静安区养老机构(2025)", DISTRICT, fields),
        described("养老机构", CITY, fields),
    ]
    for order in permutations(records):
        (pair,) = DuplicateIndex(order).pairs()
        assert (pair.one, pair.other) == (records[0].iri, records[1].iri)
        assert {reason.kind: reason.values for reason in pair.reasons} == {
            "same-subject": ("养老机构",),
            "same-fields": ("床位数", "机构名称"),
            "area-within": ("静安区", "上海市"),
            "other-period": ("2025", ""),
        }


def test_a_record_finds_its_pairs_whether_or_not_the_index_has_it() -> None:
    kept = [described("养老机构", CITY), described("徐汇区养老机构", "")]
    new = described("静安区养老机构", DISTRICT)
    found = DuplicateIndex(kept).of(new)
    assert sorted(pair.kind for pair in found) == ["repeats-city", "variant"]
    assert DuplicateIndex([*kept, new]).of(new) == found


def test_one_title_for_everything_does_not_square(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicate_index, "MOST_IN_BLOCK", 3)
    index = DuplicateIndex(described("数据", CITY, ("列",) * n) for n in range(20))
    assert len(list(index.pairs())) == 3
    assert len(index.of(described("数据", DISTRICT))) == 3


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the real records are no part of the project")
def test_labelled_pairs_of_real_records_are_told_apart() -> None:
    pairs = labelled()
    names = frozenset(name for pair in pairs for name in (pair.one, pair.other))
    index = DuplicateIndex(kept := list(documents(DATA, names)))
    profiles = {document.remote_id: index.profile(document) for document in kept}

    def found(pair: LabelledPair) -> str:
        answer = compare(profiles[pair.one], profiles[pair.other])
        return answer.kind if answer is not None else NONE

    aside = score((pair for pair in pairs if pair.aside), found, strict=True)
    assert (aside.precision >= 0.95, aside.recall >= 0.8) == (True, True), aside
