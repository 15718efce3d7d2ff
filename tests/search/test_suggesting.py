"""Completions and near words among many: what is most used comes first, and little is looked at."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from search import suggesting
from search.engine import SearchDocument
from search.stored import Stored, payload_of, stored
from search.suggesting import Suggester
from search.thesaurus import builtin
from search.understanding.lexicon import Lexicon

MANY = 300


def documents() -> Iterator[Stored]:
    for number in range(MANY):
        # "sa…" comes before "sh…": what is weighed first in the order of the alphabet.
        yield document(number, f"sa{number:04} register {number}", "a department")
    for number in range(MANY, MANY + 30):
        yield document(number, f"number {number}", "szx office")


def document(number: int, title: str, publisher: str) -> Stored:
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
    monkeypatch.setattr(suggesting, "_LOOKED_AT", 20)
    found = Suggester(documents(), builtin()).suggest(typed, 10)
    assert found == everything
    assert "szx码" in {suggestion.text for suggestion in found} or typed == "s"


def test_a_short_prefix_is_not_cut_in_the_order_of_the_alphabet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suggesting, "_KINDS", dict.fromkeys(suggesting._KINDS, 0))
    monkeypatch.setattr(suggesting, "_LOOKED_AT", 20)
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
        close.sort(key=lambda w: (-len(wanted & set(w)), -words[w], w))
        assert lexicon.near(text) == tuple(word for word in close if word != text)[:3]


def test_few_words_are_looked_at_for_near_ones() -> None:
    words = {chr(0x4E00 + n) + chr(0x6E00 + n // 7) + "场": 1 for n in range(5_000)}
    lexicon = Lexicon(words, {}, {})
    text = next(iter(words))
    assert len(lexicon._sharing(set(text), len(text))) < 20
