"""Completions and near words among many: what is most used comes first, and little is looked at."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from ontology.terms import VOCAB
from ontology.vocabulary import load_vocabulary
from search.index.model import SearchDocument
from search.index.payload import StoredDocument, payload_of, stored
from search.query.lexicon import Lexicon, distance
from search.results import suggestions
from search.results.suggestions import Suggester
from search.thesaurus import Entry, Thesaurus, Word, builtin

MANY = 300


def documents() -> Iterator[StoredDocument]:
    for number in range(MANY):
        # "sa…" comes before "sh…": what is weighed first in the order of the alphabet.
        yield document(number, f"sa{number:04} register {number}", "a department")
    for number in range(MANY, MANY + 30):
        yield document(number, f"number {number}", "szx office")


def document(number: int, title: str, publisher: str) -> StoredDocument:
    return stored(
        payload_of(
            SearchDocument(
                iri=f"i:{number}",
                source="s",
                remote_id=str(number),
                hash=str(number),
                title=title,
                publishers=(publisher,),
                facets={"publisher": (f"p:{publisher}",)},
                fields=("szx码",),
            )
        )
    )


@pytest.mark.parametrize("typed", ["s", "sz"])
def test_a_short_prefix_shows_what_is_most_used(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = Suggester(documents(), builtin()).suggest(typed, 10)
    monkeypatch.setattr(suggestions, "_LOOKED_AT", 20)
    found = Suggester(documents(), builtin()).suggest(typed, 10)
    assert found == everything
    assert "szx码" in {suggestion.text for suggestion in found} or typed == "s"


def test_a_short_prefix_is_not_cut_in_the_order_of_the_alphabet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suggestions, "_KINDS", dict.fromkeys(suggestions._KINDS, 0))
    monkeypatch.setattr(suggestions, "_LOOKED_AT", 20)
    first, *_ = Suggester(documents(), builtin()).suggest("s", 10)
    assert (first.text, first.count) == ("szx码", MANY + 30)


def test_near_words_are_those_of_a_look_at_all_words() -> None:
    luck = random.Random(7)
    letters = "公共停车场信息服务设施名录单位养老机构"
    words = {
        "".join(luck.choices(letters, k=luck.randint(1, 8))): luck.randint(0, 50)
        for _ in range(3_000)
    }
    lexicon = Lexicon(words, {}, {})
    for _ in range(300):
        text = "".join(luck.choices(letters, k=luck.randint(2, 9)))
        wanted = set(text)
        close = [
            word
            for word in words
            if abs(len(word) - len(text)) < 2 and len(wanted & set(word)) * 2 > len(wanted)
        ]
        far = {word: distance(text, word) for word in close}
        close.sort(key=lambda w: (far[w], -words[w], w))
        expected = [(word, far[word]) for word in close if word != text][:3]
        assert list(lexicon.near(text)) == expected


def test_few_words_are_looked_at_for_near_ones() -> None:
    words = {chr(0x4E00 + n) + chr(0x6E00 + n // 7) + "场": 1 for n in range(5_000)}
    lexicon = Lexicon(words, {}, {})
    text = next(iter(words))
    assert len(lexicon._sharing(set(text), len(text))) < 20


CARE = Thesaurus(
    [
        Entry(
            "x:care",
            "x:s",
            "",
            ("养老机构", "养老服务机构"),
            "nursing home",
            (Word("home for the elderly", "en", "synonym", 0.9),),
            "f",
        ),
        Entry("x:nurse", "x:s", "", ("护士",), "nurse", (Word("护士", "zh", "synonym", 0.9),), "f"),
    ]
)


def of_titles(*titles: str, **values: object) -> Suggester:
    made = [
        SearchDocument(f"i:{n}", "s", str(n), str(n), title, **values)  # type: ignore[arg-type]
        for n, title in enumerate(titles)
    ]
    return Suggester([stored(payload_of(one)) for one in made], CARE)


def test_english_words_are_suggested_for_what_departments_call_otherwise() -> None:
    suggester = of_titles("养老机构名录", "养老机构分布", "护士名单", "护士注册护士", "护士考试")
    found = suggester.suggest("nurs", 5)
    assert [(one.text, one.count) for one in found] == [("nurse", 3), ("nursing home", 2)]
    assert [one.text for one in suggester.suggest("elderly", 5)] == ["home for the elderly"]
    # Both names of one thing begin with these letters.
    assert [one.text for one in suggester.suggest("home", 5)] == ["home for the elderly"]


def test_letters_may_be_of_english_or_of_pinyin() -> None:
    suggester = of_titles(*["女生宿舍"] * 3, *["养老机构"] * 2)
    assert [one.text for one in suggester.suggest("n", 3)] == ["女生宿舍", "nursing home", "nurse"]


def test_what_was_typed_comes_before_what_is_longer() -> None:
    suggester = of_titles("养老", "养老", *["养老机构"] * 5)
    assert [one.text for one in suggester.suggest("养老", 2)] == ["养老", "养老机构"]


def test_themes_and_departments_have_their_names_in_both_languages() -> None:
    theme = f"{VOCAB}domain/4"
    suggester = of_titles(
        "养老机构",
        themes=("something that is no theme", "教育", "Education"),
        facets={"theme": (theme,), "publisher": (f"{VOCAB}organization/none",)},
        publishers=("某局",),
    )
    concept = load_vocabulary().concept(theme)
    assert concept is not None
    for name in (concept.zh, concept.en):
        (one,) = (one for one in suggester.suggest(name, 9) if one.kind == "theme")
        assert (one.text, one.value, one.count) == (name, theme, 1)
    assert [one.text for one in suggester.suggest("某局", 2)] == ["某局"]


def test_no_piece_of_a_phrase_is_suggested() -> None:
    texts = {
        one.text for one in of_titles(*[f"教育和体育{n}" for n in "甲乙丙丁"]).suggest("教", 9)
    }
    assert "教育和体育" in texts
    assert "教育和" not in texts


@pytest.mark.parametrize(
    "typed",
    ["停车c", "停chec", "tingcc", "tcc", "ting'che'c", "TINGCHE", "停车 chang", "ｔｃｃ", "停車c"],
)
def test_characters_pinyin_and_initials_may_be_mixed(typed: str) -> None:
    suggester = of_titles("停车场名录", "停产企业", "听证会", "城市停车场分布", "提升工程")
    assert "停车场名录" in suggester.suggest(typed, 3)[0].text


def test_mixed_letters_complete_what_stands_inside_a_title() -> None:
    suggester = of_titles("城市停车场分布", "城市停电计划")
    assert [one.text for one in suggester.suggest("停车c", 3)] == ["城市停车场分布"]


def test_no_beginning_of_a_phrase_is_suggested_that_always_goes_on() -> None:
    titles = [f"{place}一般公共预算{kind}" for place in "甲乙丙" for kind in ("支出", "收入")]
    titles += [f"{place}规模以上工业企业" for place in "甲乙丙丁"]
    suggester = of_titles(*titles)
    texts = {one.text for typed in ("一般", "以上") for one in suggester.suggest(typed, 20)}
    assert "一般公共预算" in texts
    assert not texts & {"一般公共", "以上工业", "以上"}


def test_plain_english_nouns_are_suggested_where_a_title_has_them() -> None:
    made = SearchDocument("i:1", "s", "1", "1", "气压信息")
    suggester = Suggester([stored(payload_of(made))], builtin())
    found = [(one.text, one.count) for one in suggester.suggest("air p", 5) if one.count]
    assert found == [("air pressure", 1)]
    assert not [one for one in suggester.suggest("hum", 5) if one.count]
