"""Laws of the look-ups: normalising twice changes nothing, an unknown keeps its text."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from ontology.spelling import spelling_key, split_list
from ontology.update_intervals import read_interval
from ontology.vocabulary import Known, Scheme, Unknown, load_vocabulary

VOCABULARY = load_vocabulary()
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=12)
ANY = st.one_of(
    st.text(max_size=30), HAN, st.sampled_from(["「每年」", "[[xls]]", "（公開）", "ＥＸＣＥＬ"])
)
DECORATION = st.sampled_from(
    [" {} ", "‘{}’", '"{}"', "[{}]", "（{}）", "\u3000{}\ufeff", "{},", "['{}']", "{}\r\n"]
)


@given(ANY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    key = spelling_key(text)
    assert spelling_key(key) == key


@given(st.sampled_from(SCHEMES), ANY)
def test_an_unknown_keeps_its_text_and_says_why(scheme: Scheme, text: str) -> None:
    found = VOCABULARY.find(scheme, text)
    if isinstance(found, Unknown):
        assert found.text == text
        assert found.reason in ("other-scheme", "bare-code", "not-in-scheme", "unexplained")
    assert VOCABULARY.find(scheme, text) is found


@given(st.sampled_from(SCHEMES), DECORATION, st.data())
def test_every_label_is_found_whatever_stands_around_it(
    scheme: Scheme, decoration: str, data: st.DataObject
) -> None:
    concepts = VOCABULARY.concepts(scheme)
    if not concepts:
        return
    concept = data.draw(st.sampled_from(concepts))
    label = data.draw(st.sampled_from(VOCABULARY.spellings(concept.iri)))
    found = VOCABULARY.find(scheme, decoration.format(label))
    assert isinstance(found, Known)
    assert found.concept == concept


@given(st.integers(min_value=0, max_value=99999))
def test_no_number_is_an_open_type(number: int) -> None:
    found = VOCABULARY.find("open-type", str(number))
    assert isinstance(found, Unknown)
    assert found.reason == "bare-code"


@given(st.integers(min_value=1, max_value=9999), st.sampled_from("日天月年"))
def test_every_interval_is_read(number: int, unit: str) -> None:
    found = VOCABULARY.find("frequency", f"每 {number} {unit}")
    assert isinstance(found, Known)
    letter = {"日": "D", "天": "D", "月": "M", "年": "Y"}[unit]
    assert read_interval(f"每{number}{unit}") == f"P{number}{letter}"
    assert (found.interval is None) == (found.concept.notation != "other")


@given(st.lists(st.sampled_from(["csv", "json", "xml", "xls", "pdf"]), unique=True))
def test_a_list_reads_the_same_however_it_is_written(formats: list[str]) -> None:
    expected = [VOCABULARY.find("format", text) for text in formats]
    for written in (formats, str(formats), f"[{','.join(formats)}]", ",".join(formats)):
        assert VOCABULARY.find_all("format", written) == expected


@given(st.lists(HAN.filter(bool)))
def test_splitting_loses_no_item(items: list[str]) -> None:
    assert split_list("，".join(items)) == items
