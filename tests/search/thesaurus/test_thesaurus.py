"""Looking everyday words up: spans, longest first, word borders, normal forms, edits in force."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ontology.errors import AtlasError
from search.thesaurus import Match, Thesaurus, ThesaurusHolder, builtin, load
from search.thesaurus.load import merged
from search.thesaurus.turtle import read

HEAD = """@prefix : <https://w3id.org/shdata/thesaurus/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix th: <https://w3id.org/shdata/def/thesaurus#> .
:scheme\\/own a skos:ConceptScheme .
"""


def thesaurus(*bodies: str) -> Thesaurus:
    return Thesaurus(merged(read(HEAD + body, f"{n}.ttl") for n, body in enumerate(bodies)))


def found(matches: tuple[Match, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(m.text, m.expansions[0].terms if m.expansions else ()) for m in matches]


CARE = """
:养老机构 skos:prefLabel "养老机构"@zh, "nursing home"@en ; th:official "养老服务机构"@zh ;
    skos:altLabel "养老院"@zh, "老人院"@zh ; th:broader "养老"@zh ; th:related "老人"@zh .
:动物诊疗 skos:prefLabel "动物诊疗机构"@zh ; skos:altLabel "宠物医院"@zh .
:医院 skos:prefLabel "医院"@zh, "hospital"@en ; skos:altLabel "看病"@zh .
:口腔 skos:prefLabel "口腔诊所"@zh ; skos:altLabel "牙科"@zh ; th:abbreviation "ENT"@zh .
:药店 skos:prefLabel "药店"@zh, "pharmacy"@en .
"""


def test_a_match_says_where_it_stands_and_what_it_leads_to() -> None:
    (match,) = thesaurus(CARE).lookup("附近的老人院在哪")
    assert (match.start, match.end, match.text, match.official) == (3, 6, "老人院", False)
    (expansion,) = match.expansions
    assert expansion.terms == ("养老机构", "养老服务机构")
    assert (expansion.kind, expansion.weight) == ("synonym", 0.9)
    assert expansion.concept == "https://w3id.org/shdata/thesaurus/养老机构"


def test_the_longest_match_is_taken_and_matches_do_not_overlap() -> None:
    t = thesaurus(CARE)
    # 宠物医院 holds 医院, 养老院 holds 养老.
    assert [m.text for m in t.lookup("宠物医院和养老院")] == ["宠物医院", "养老院"]
    assert [m.text for m in t.lookup("养老补贴")] == ["养老"]


def test_all_that_leads_to_a_data_item_is_of_that_kind() -> None:
    body = ':时间 skos:prefLabel "营业时间"@zh, "opening hours"@en ; th:official "开放时间"@zh ;'
    t = thesaurus(CARE + body + ' th:field "几点开门"@zh .')
    for word in ("几点开门", "开放时间", "营业时间", "opening hours"):
        assert [e.kind for e in t.expansions(word)] == ["field"]


def test_an_official_term_is_a_match_that_leads_to_its_siblings_only() -> None:
    t = thesaurus(CARE)
    (match,) = t.lookup("养老机构名单")
    assert match.official
    assert [(e.terms, e.weight) for e in match.expansions] == [(("养老服务机构",), 0.8)]
    (match,) = t.lookup("动物诊疗机构")
    assert match.official
    assert match.expansions == ()


@pytest.mark.parametrize("text", ["寵物醫院", "宠物医院", "這裡有沒有寵物醫院"])
def test_traditional_characters_are_looked_up_in_simplified_ones(text: str) -> None:
    assert [m.text for m in thesaurus(CARE).lookup(text)] == ["宠物医院"]


def test_width_and_case_do_not_matter() -> None:
    assert [m.text for m in thesaurus(CARE).lookup("ＮＵＲＳＩＮＧ Home")] == ["nursing home"]


def test_latin_words_end_at_word_borders() -> None:
    t = thesaurus(CARE)
    assert t.lookup("agent student hospitality") == ()
    assert [m.text for m in t.lookup("上海ent医院")] == ["ent", "医院"]


def test_english_plurals_are_found() -> None:
    t = thesaurus(CARE)
    assert [m.text for m in t.lookup("hospitals, pharmacies, nursing homes")] == [
        "hospitals",
        "pharmacies",
        "nursing homes",
    ]


def test_two_characters_from_two_words_are_no_match() -> None:
    t = thesaurus(CARE)
    assert t.lookup("月牙科技有限公司") == ()
    assert [m.text for m in t.lookup("哪里有牙科")] == ["牙科"]


def test_two_characters_in_the_midst_of_a_word_are_no_match() -> None:
    t = thesaurus(CARE + ':侨 skos:prefLabel "归侨侨眷"@zh ; skos:altLabel "华人"@zh .')
    assert t.lookup("中华人民共和国药典") == ()
    assert [m.text for m in t.lookup("海外华人华侨")] == ["华人"]


def test_every_word_leads_somewhere_by_itself() -> None:
    t = thesaurus(CARE)
    assert t.expansions("養老院")[0].terms == ("养老机构", "养老服务机构")
    assert t.expansions("天气") == ()


def test_words_are_told_by_a_piece_of_them() -> None:
    t = thesaurus(CARE)
    assert set(t.containing("老")) == {word for word in t.words() if "老" in word}
    assert list(t.containing("养老院")) == ["养老院"]
    assert list(t.containing("天气")) == list(t.containing("")) == []


@pytest.mark.parametrize("text", ["", " ", "？！", "天气", "\ud800", "a" * 500, "养" * 500])
def test_texts_without_words_find_nothing(text: str) -> None:
    assert thesaurus(CARE).lookup(text) == ()


# -- a steward's files ----------------------------------------------------------------------------


def test_a_later_file_adds_words_and_entries() -> None:
    t = thesaurus(
        CARE,
        ':药店 skos:altLabel "药房"@zh . :墓 skos:prefLabel "公墓"@zh ; skos:altLabel "坟地"@zh .',
    )
    assert found(t.lookup("药房和坟地")) == [("药房", ("药店",)), ("坟地", ("公墓",))]


def test_a_later_file_changes_a_weight_and_a_kind() -> None:
    t = thesaurus(
        CARE,
        ':养老机构 th:weighted [ th:word "老人院"@zh ; th:kind "narrower" ; th:weight 0.25 ] .',
    )
    (expansion,) = t.expansions("老人院")
    assert (expansion.kind, expansion.weight) == ("narrower", 0.25)
    assert t.expansions("养老院")[0].weight == 0.9


def test_a_later_file_changes_the_official_term() -> None:
    t = thesaurus(CARE, ':药店 skos:prefLabel "药品零售企业"@zh .')
    assert found(t.lookup("pharmacy")) == [("pharmacy", ("药品零售企业",))]


def test_a_later_file_takes_a_word_or_an_entry_away() -> None:
    t = thesaurus(CARE, ':养老机构 th:without "老人院"@zh . :口腔 owl:deprecated true .')
    assert t.expansions("老人院") == ()
    assert found(t.lookup("养老院"))
    assert t.lookup("牙科") == ()


def test_a_deprecated_entry_can_be_written_anew() -> None:
    t = thesaurus(
        CARE,
        ":口腔 owl:deprecated true .",
        ':口腔 skos:prefLabel "口腔医院"@zh ; skos:altLabel "牙科"@zh .',
    )
    assert found(t.lookup("牙科")) == [("牙科", ("口腔医院",))]


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (':a skos:prefLabel "养老机构"@zh ;; . x', "thesaurus-syntax", 6),
        (':a skos:prefLabel "养老机构"@zh ;\n  skos:altLabel "养老院" .', "thesaurus-value", 7),
        (
            ':a skos:prefLabel "养老机构"@zh ;\n skos:altLable "养老院"@zh .',
            "thesaurus-property",
            7,
        ),
        (':a skos:prefLabel "养老机构"@zh ;\n  skos:altLabel "老"@zh .', "thesaurus-word", 7),
        (':a skos:altLabel "养老院"@zh .', "thesaurus-no-term", 6),
        (':a skos:prefLabel "养老机构"@zh ;\n\n skos:altLabel "老院"@fr .', "thesaurus-value", 8),
        (
            ':a skos:prefLabel "养老机构"@zh ;\n'
            ' th:weighted [ th:word "老院"@zh ; th:kind "synonym" ; th:weight 1.5 ] .',
            "thesaurus-value",
            7,
        ),
        (
            ':a skos:prefLabel "养老机构"@zh ;\n'
            ' th:weighted [ th:word "老院"@zh ; th:kind "similar" ; th:weight 0.5 ] .',
            "thesaurus-value",
            7,
        ),
        (':a skos:prefLabel "养老机构"@zh ;\n th:weighted "老院"@zh .', "thesaurus-value", 7),
        (':a skos:prefLabel "养老机构"@zh ; th:official "care"@en .', "thesaurus-value", 6),
    ],
)
def test_what_is_wrong_is_told_with_its_line(body: str, code: str, line: int) -> None:
    with pytest.raises(AtlasError) as caught:
        thesaurus(body)
    assert (caught.value.code, caught.value.place and caught.value.place.line) == (code, line)
    assert caught.value.place is not None
    assert caught.value.place.file == "0.ttl"


def test_an_entry_needs_a_scheme() -> None:
    body = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<http://a/b> skos:prefLabel"
    with pytest.raises(AtlasError) as caught:
        merged([read(body + ' "养老机构"@zh .', "own.ttl")])
    assert caught.value.code == "thesaurus-no-scheme"


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_bytes("养老".encode("gb18030"))
    with pytest.raises(AtlasError) as caught:
        load([path])
    assert caught.value.code == "thesaurus-unreadable"
    assert str(path) in caught.value.message("zh")


# -- in use ---------------------------------------------------------------------------------------


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def words(holder: ThesaurusHolder, text: str) -> list[str]:
    return [m.text for m in holder.current().lookup(text)]


def test_without_a_folder_the_own_entries_are_used(tmp_path: Path) -> None:
    assert ThesaurusHolder().current() is builtin()
    assert ThesaurusHolder(tmp_path / "none").current() is builtin()


def test_an_edit_takes_effect_after_a_second(tmp_path: Path) -> None:
    seconds = Seconds()
    holder = ThesaurusHolder(tmp_path, seconds)
    assert words(holder, "坟圈子") == []
    version = holder.version
    own = tmp_path / "own.ttl"
    own.write_text(HEAD + ':坟 skos:prefLabel "公墓"@zh ; skos:altLabel "坟圈子"@zh .', "utf-8")
    seconds.now += 0.5
    assert words(holder, "坟圈子") == []
    seconds.now += 0.5
    assert words(holder, "坟圈子") == ["坟圈子"]
    assert holder.version == version + 1
    own.unlink()
    seconds.now += 1
    assert words(holder, "坟圈子") == []


def test_a_broken_file_is_reported_and_the_last_good_one_stays(tmp_path: Path) -> None:
    seconds = Seconds()
    holder = ThesaurusHolder(tmp_path, seconds)
    own = tmp_path / "own.ttl"
    good = HEAD + ':坟 skos:prefLabel "公墓"@zh ; skos:altLabel "坟圈子"@zh .'
    own.write_text(good, "utf-8")
    assert words(holder, "坟圈子") == ["坟圈子"]
    assert holder.problem is None
    own.write_text(good + "\n:oops", "utf-8")
    seconds.now += 1
    assert words(holder, "坟圈子") == ["坟圈子"]
    problem = holder.problem
    assert problem is not None
    assert (problem.code, problem.place and problem.place.file) == ("thesaurus-syntax", str(own))
    own.write_text(good + "\n", "utf-8")
    seconds.now += 1
    assert holder.problem is None


def test_a_file_that_is_broken_from_the_start_leaves_the_own_entries(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text("oops", "utf-8")
    holder = ThesaurusHolder(tmp_path, Seconds())
    assert holder.current() is builtin()
    assert holder.problem is not None


def test_a_file_that_is_broken_from_the_start_leaves_the_others_in_use(tmp_path: Path) -> None:
    good = ':坟 skos:prefLabel "公墓"@zh ; skos:altLabel "{}"@zh .'
    (tmp_path / "a.ttl").write_text(HEAD + good.format("坟圈子"), "utf-8")
    (tmp_path / "b.ttl").write_text(HEAD + ":oops", "utf-8")
    # Right as Turtle, and wrong as an entry: it has no term.
    (tmp_path / "c.ttl").write_text(HEAD + ':无 skos:altLabel "没有用语"@zh .', "utf-8")
    (tmp_path / "d.ttl").write_text(HEAD + good.format("坟头"), "utf-8")
    holder = ThesaurusHolder(tmp_path, Seconds())
    assert words(holder, "坟圈子") == ["坟圈子"]
    assert words(holder, "坟头") == ["坟头"]
    problem = holder.problem
    assert problem is not None
    assert problem.place is not None
    assert problem.place.file == str(tmp_path / "b.ttl")


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "thesaurus"
    folder.write_text("a file, where a folder should be", "utf-8")
    seconds = Seconds()
    holder = ThesaurusHolder(folder, seconds)
    assert holder.current() is builtin()
    problem = holder.problem
    assert problem is not None
    assert (problem.code, problem.place and problem.place.file) == (
        "thesaurus-unreadable",
        str(folder),
    )
    folder.unlink()
    seconds.now += 1
    assert holder.problem is None


def test_nothing_is_read_again_while_nothing_changes(tmp_path: Path) -> None:
    seconds = Seconds()
    (tmp_path / "own.ttl").write_text(HEAD, "utf-8")
    holder = ThesaurusHolder(tmp_path, seconds)
    first = holder.current()
    seconds.now += 10
    assert holder.current() is first


def test_others_go_on_while_one_reads(tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    during: list[list[str]] = []

    seconds = Seconds()
    holder = ThesaurusHolder(tmp_path, seconds)
    assert words(holder, "坟圈子") == []
    own.write_text(HEAD + ':坟 skos:prefLabel "公墓"@zh ; skos:altLabel "坟圈子"@zh .', "utf-8")
    seconds.now += 1
    with holder._lock:  # as the thread that reads holds it
        other = threading.Thread(target=lambda: during.append(words(holder, "坟圈子")))
        other.start()
        other.join(timeout=120)
    assert during == [[]]
    assert words(holder, "坟圈子") == ["坟圈子"]
