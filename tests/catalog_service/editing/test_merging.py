"""Two who change the same version: what each changed is kept, and contradictions are told."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_service.editing.form_view import sent
from catalog_service.editing.merging import merge
from catalog_service.editing.naming import differences
from ontology.record import Record
from ontology.terms import DCAT, DCT
from ontology.vocabulary import load_vocabulary
from tests.catalog_service.editing.test_forms import IRI, values, views, written
from translations import LANGUAGES

FIELDS = ("title/0", "keyword/0", "modified/0", "rowCount/0", "distribution/0/title/0", "theme/0")
TEXTS = st.sampled_from(["", "甲", "乙", "丙"])
FORMS = st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXTS))


def changed(before: Record, **texts: str) -> Record:
    names = {name.replace("_", "/"): text for name, text in texts.items()}
    return written(sent(views().groups(before)) | names, before)


def start() -> Record:
    return written(
        {
            "title/0": "停车场",
            "description/0": "说明。",
            "distribution/0/title/0": "文件一",
            "distribution/0/accessURL/0": "https://data.sh.gov.cn/1",
            "dataItem/0/title/0": "名称",
        }
    )


def test_changes_of_different_properties_are_both_kept() -> None:
    before = start()
    found = merge(before, changed(before, title_0="车场"), changed(before, description_0="新的。"))
    assert found.contradictions == ()
    assert values(found.record, DCT.title) == ['"车场"@zh']
    assert values(found.record, DCT.description) == ['"新的。"@zh']
    assert found.taken == ((IRI, DCT.description),)


def test_parts_of_a_record_are_called_as_the_form_calls_them() -> None:
    before = start()
    more = {
        "distribution/1/accessURL/0": "https://data.sh.gov.cn/2",
        "distribution/2/title/0": "接口二",
        "dataItem/1/title/0": "地址",
        "secrecyReview/0/label/0": "可以开放",
    }
    after = written(sent(views().groups(before)) | more, before)
    told = {}
    for lang in LANGUAGES:
        found = {
            one.steps: sorted(one.added)
            for one in differences(load_vocabulary(), lang, before, after)
            if len(one.steps) == 1
        }
        told[lang] = sorted(found.values())
    assert told["zh"] == [["保密审查"], ["地址"], ["接口二", "文件或接口 2"]]
    assert told["en"] == [["File or API 2", "接口二"], ["Secrecy review"], ["地址"]]


def test_a_contradiction_is_told_and_decided() -> None:
    before = start()
    mine, theirs = changed(before, title_0="我的"), changed(before, title_0="他的")
    found = merge(before, mine, theirs)
    (one,) = found.contradictions
    assert (one.unit, one.before) == ((IRI, DCT.title), ('"停车场"@zh',))
    assert (one.mine, one.theirs) == (('"我的"@zh',), ('"他的"@zh',))
    assert values(found.record, DCT.title) == ['"他的"@zh']
    for side, expected in (
        ("mine", ['"我的"@zh']),
        ("theirs", ['"他的"@zh']),
        ("both", ['"他的"@zh', '"我的"@zh']),
    ):
        decided = merge(before, mine, theirs, {one.unit: side})  # type: ignore[dict-item]
        assert decided.contradictions == ()
        assert values(decided.record, DCT.title) == expected


def test_new_rows_of_both_stay_apart() -> None:
    before = start()
    mine = changed(before, distribution_1_title_0="我的文件")
    theirs = changed(before, distribution_1_title_0="他的文件")
    found = merge(before, mine, theirs)
    assert found.contradictions == ()
    nodes = values(found.record, DCAT.distribution)
    assert nodes == [f"<{IRI}#dist-{n}>" for n in (1, 2, 3)]
    titles = [values(found.record, DCT.title, node[1:-1])[0] for node in nodes]
    assert sorted(titles) == sorted(['"他的文件"@zh', '"我的文件"@zh', '"文件一"@zh'])


def test_a_row_that_one_changed_and_the_other_took_out_is_not_lost() -> None:
    before = start()
    edited = changed(before, distribution_0_title_0="改名")
    gone = changed(before, distribution_0_title_0="", distribution_0_accessURL_0="")
    assert values(gone, DCAT.distribution) == []
    for mine, theirs in ((edited, gone), (gone, edited)):
        found = merge(before, mine, theirs)
        assert found.contradictions
        side = "mine" if mine is edited else "theirs"
        kept = merge(before, mine, theirs, {c.unit: side for c in found.contradictions})  # type: ignore[misc]
        assert kept.record == edited
        other = "theirs" if mine is edited else "mine"
        left = merge(before, mine, theirs, {c.unit: other for c in found.contradictions})  # type: ignore[misc]
        assert left.record == gone


@settings(max_examples=60, deadline=None)
@given(before=FORMS, mine=FORMS, theirs=FORMS)
def test_nobody_loses_what_only_one_changed(
    before: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    first = written(before)
    own, other = written(mine, first), written(theirs, first)
    found = merge(first, own, other)
    if not found.contradictions:
        turned = merge(first, other, own)
        assert not turned.contradictions
    everything = {c.unit: "mine" for c in found.contradictions}
    assert not merge(first, own, other, everything).contradictions  # type: ignore[arg-type]
    # Who saves what stands there already changes nothing, and takes all that the other wrote.
    assert merge(first, first, other).record == other
    assert merge(first, own, first).record == own
    assert merge(first, own, own).record == own
