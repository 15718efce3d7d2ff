"""What may stand for a word of the thesaurus in a search: official terms, as far as trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from search.analysis.normalization import normal
from search.query.model import Alternative, Relation
from search.query.segments import CHINESE, MAX_ALTERNATIVES, is_nearest
from search.query.word_classes import FORMS, WEAK
from search.thesaurus import Thesaurus
from search.thesaurus.model import Expansion, Kind

RELATIONS: Final[Mapping[Kind, Relation]] = {
    **dict.fromkeys(("synonym", "abbreviation", "english", "field"), "same"),
    # The word is the narrower one (面馆 → 餐饮服务), so the official term the broader.
    **dict.fromkeys(("narrower", "related"), "broader"),
    "broader": "narrower",
}
"""What an official term is to a word of each kind."""
ORDER: Final[Mapping[Relation, float]] = {"same": 1.0, "narrower": 1.3, "broader": 0.85}
"""Factors that put what is narrower before what is broader."""
FAR: Final = 0.8
"""Factor of an official term that shares nothing with the word, where another one does."""
SECOND: Final = 0.98
"""Factor of an official term that is not its entry's preferred one."""
CORE: Final = 0.55
"""Weight of a known word inside a longer one."""
_LONG: Final = 4
"""Characters of a word that may hold another one."""


def alternatives_of(
    text: str, expansions: Sequence[Expansion], core: Iterable[tuple[str, float]] = ()
) -> tuple[Alternative, ...]:
    """Return the word itself and what its expansions lead to, the most trusted first.

    ``core`` names what a longer word has inside (`core_of`), with weights; it is the broader.
    """
    best: dict[str, float] = {text: 1.0}
    related: dict[str, Relation] = {text: "same"}
    terms = [normal(term) for expansion in expansions for term in expansion.terms]
    for expansion in expansions:
        for number, term in enumerate(expansion.terms):
            key = normal(term)
            weight = expansion.weight * (SECOND if number else 1.0)
            weight *= ORDER[RELATIONS[expansion.kind]]
            if not is_nearest(text, key, terms):
                weight *= FAR
            if weight > best.get(key, 0.0):
                best[key], related[key] = weight, RELATIONS[expansion.kind]
    for name, weight in core:
        if name not in best:
            best[name], related[name] = weight, "broader"
    ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Alternative(name, weight, related[name]) for name, weight in ordered[:MAX_ALTERNATIVES]
    )


def core_of(text: str, thesaurus: Thesaurus) -> Iterator[tuple[str, float]]:
    """Yield the longest known word that ends or begins a longer one, with what it stands for.

    健康证 in 办健康证: the longer word must not hide it.
    """
    if len(text) < _LONG or not CHINESE.match(text):
        return
    for size in range(len(text) - 1, 1, -1):
        for inner in (text[-size:], text[:size]):
            expansions = thesaurus.expansions(inner)
            if expansions and inner not in WEAK and inner not in FORMS:
                yield inner, CORE
                for expansion in expansions:
                    for term in expansion.terms:
                        yield normal(term), CORE * expansion.weight
                return
