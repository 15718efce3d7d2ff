"""Concepts that an unknown value may mean, each with the reason why it is suggested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from catalog_service.vocabulary_work.model import Field
from ontology.concepts import Concept, Scheme
from ontology.spelling import spelling_key
from ontology.vocabulary import Unknown, Vocabulary

Why = Literal["means", "normal", "pinyin", "edits", "within", "holds"]
"""``means``: the table of refused values says so; ``normal``: the same but for marks and endings;
``pinyin``: it sounds the same; ``edits``: few characters differ; ``within``: the value stands in a
label; ``holds``: a label stands in the value."""

MOST: Final = 6
_LEAST_ALIKE: Final = 60.0
"""Percent of the characters that two texts share, at least."""
_SHORTEST: Final = 2
_ENDINGS: Final = ("类", "数据", "信息", "领域", "主题", "格式", "文件", "更新", "一次", "开放")
_SCORE: Final[Mapping[Why, float]] = {
    "means": 100.0,
    "normal": 98.0,
    "pinyin": 95.0,
    "within": 75.0,
    "holds": 72.0,
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept that a value may mean."""

    concept: Concept
    why: Why
    label: str
    """The label that it is like."""
    score: float
    """0 to 100: how near, for the order alone."""


def suggestions(vocabulary: Vocabulary, field: Field, text: str) -> list[Suggestion]:
    """Return the concepts that come nearest to a text, the nearest first, each once."""
    best: dict[str, Suggestion] = {}
    for one in _candidates(vocabulary, field, text):
        known = best.get(one.concept.iri)
        if known is None or one.score > known.score:
            best[one.concept.iri] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.concept.iri))[:MOST]


def _candidates(vocabulary: Vocabulary, field: Field, text: str) -> Iterator[Suggestion]:
    from rapidfuzz import fuzz  # noqa: PLC0415 - only pages and commands of stewards need it

    from search.analysis.pinyin import syllables  # noqa: PLC0415 - loads its dictionaries

    key = spelling_key(text)
    bare, sound = _bare(key), syllables(key)
    for scheme, _ in field.schemes:
        yield from _meant(vocabulary, scheme, text)
        for concept in vocabulary.offered(scheme):
            for label in vocabulary.spellings(concept.iri):
                other = spelling_key(label)
                if not other:
                    continue
                if bare and bare == _bare(other):
                    yield Suggestion(concept, "normal", label, _SCORE["normal"])
                elif sound and len(key) == len(other) and sound == syllables(other):
                    yield Suggestion(concept, "pinyin", label, _SCORE["pinyin"])
                elif (alike := fuzz.ratio(key, other, score_cutoff=_LEAST_ALIKE)) > 0:
                    yield Suggestion(concept, "edits", label, alike)
                elif len(key) >= _SHORTEST and key in other:
                    share = len(key) / len(other)
                    yield Suggestion(concept, "within", label, _SCORE["within"] * share)
                elif len(other) >= _SHORTEST and other in key:
                    share = len(other) / len(key)
                    yield Suggestion(concept, "holds", label, _SCORE["holds"] * share)


def _meant(vocabulary: Vocabulary, scheme: Scheme, text: str) -> Iterator[Suggestion]:
    found = vocabulary.find(scheme, text)
    if isinstance(found, Unknown) and found.means is not None:
        concept = vocabulary.concept(found.means)
        ended = vocabulary.is_deprecated(found.means)
        if concept is not None and concept.scheme == scheme and not ended:
            yield Suggestion(concept, "means", concept.zh, _SCORE["means"])


def _bare(key: str) -> str:
    """Return a normal form without marks inside and endings that add no meaning."""
    bare = "".join(character for character in key if character.isalnum())
    for ending in _ENDINGS:
        if len(bare) > len(ending) + 1:
            bare = bare.removesuffix(ending)
    return bare
