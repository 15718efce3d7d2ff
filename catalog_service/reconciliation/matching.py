"""Scores: how near a thing is to a name, and to what is known beside the name.

The very name, an alias or a spelling that the vocabulary counts as the same scores `EXACT`, and is
certain where it means one thing alone. The successors of a body that is no more come after it.
Other names are compared by pairs of characters (Dice's coefficient). What is known beside the name
decides a fifth of the score, and what contradicts it is never certain.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from catalog_service.context import Service
from catalog_service.reconciliation.entities import all_of, datasets, of_concept
from catalog_service.reconciliation.model import EXACT, SCHEMES, Kind, Match, Question
from catalog_service.reconciliation.properties import BY_ID, values_of
from harvesters.mapping.misspelled_names import NearNames
from ontology.concepts import Concept, Known
from ontology.spelling import spelling_key
from ontology.vocabulary import Vocabulary
from search.model import Query

SUCCESSOR: Final = 85.0
NEAR: Final = 95.0
"""The most that another name scores."""
LEAST: Final = 30.0
"""What scores less is no candidate."""
_KNOWN_BESIDE: Final = 0.2
_OFFERED: Final = 0.5
"""Share of the best score that the other suggestions for a name have at least."""
_LOOKED_AT: Final = 25
"""Datasets that the search offers for a title."""


def matches(atlas: Service, question: Question) -> list[Match]:
    """Return the candidates for a name, the best first."""
    found: list[Match] = []
    if spelling_key(question.text):
        for kind in question.kinds:
            found += (
                _datasets(atlas, question) if kind == "dataset" else _things(atlas, question, kind)
            )
    if question.properties:
        found = [_refined(atlas, one, question) for one in found]
    found.sort(key=lambda one: (-one.score, one.entity.id))
    exact = [one for one in found if one.score >= EXACT]
    found = [replace(one, certain=len(exact) == 1 and one.score >= EXACT) for one in found]
    return found[: question.limit]


def nearest_organizations(vocabulary: Vocabulary, name: str, most: int) -> list[Concept]:
    """Return the organizations of the vocabulary that a name outside it may mean, the best first.

    One that differs by a character comes first: names are mistyped more often than invented.
    """
    key = spelling_key(name)
    scored = [
        (max(similarity(key, spelt) for spelt in names), concept)
        for concept, names in _spelled(vocabulary)
    ]
    best = max(score for score, _ in scored)
    enough = max(LEAST / EXACT, best * _OFFERED)
    scored.sort(key=lambda one: (-one[0], one[1].iri))
    found = [concept for score, concept in scored if score >= enough]
    mistypings = _near_names(vocabulary)
    near = mistypings.near(name) or mistypings.near(f"上海{name}")
    mistyped = vocabulary.find("organization", near) if near is not None else None
    if isinstance(mistyped, Known):
        found.insert(0, mistyped.concept)
    # Who is no more answers for nothing: the body that took its place is meant.
    current = (now for concept in found for now in vocabulary.current(concept.iri))
    return list(dict.fromkeys(current))[:most]


def _things(atlas: Service, question: Question, kind: Kind) -> list[Match]:
    scores: dict[str, Match] = {}
    known = atlas.vocabulary.find(SCHEMES[kind], question.text)
    if isinstance(known, Known):
        concept = known.concept
        scores[concept.iri] = Match(of_concept(concept, kind), EXACT)
        for one in atlas.vocabulary.current(concept.iri):
            scores.setdefault(one.iri, Match(of_concept(one, kind), SUCCESSOR))
    key = spelling_key(question.text)
    for entity, names in all_of(atlas, kind):
        nearest = max((similarity(key, name) for name in names), default=0.0)
        score = EXACT if nearest >= 1 else min(NEAR, round(EXACT * nearest, 1))
        before = scores.get(entity.id)
        if score >= LEAST and (before is None or before.score < score):
            scores[entity.id] = Match(entity, score)
    return list(scores.values())


def _datasets(atlas: Service, question: Question) -> list[Match]:
    asked = Query(text=question.text, limit=_LOOKED_AT, facets=False)
    hits = atlas.search.search(asked).hits
    key = spelling_key(question.text)
    found = []
    for entity in datasets(atlas, [hit.iri for hit in hits]):
        titles = [spelling_key(title) for title in entity.label.values()]
        nearest = max((similarity(key, title) for title in titles), default=0.0)
        score = EXACT if nearest >= 1 else min(NEAR, round(EXACT * nearest, 1))
        if score >= LEAST:
            found.append(Match(entity, score))
    return found


def _refined(atlas: Service, one: Match, question: Question) -> Match:
    kept = [
        _has(atlas, one, name, wanted)
        for name, wanted in question.properties
        if name in BY_ID and one.entity.kind in BY_ID[name].kinds
    ]
    if not kept:
        return one
    share = sum(kept) / len(kept)
    score = one.score * (1 - _KNOWN_BESIDE) + EXACT * _KNOWN_BESIDE * share
    return replace(one, score=round(score, 1))


def _has(atlas: Service, one: Match, name: str, wanted: tuple[str, ...]) -> bool:
    """Tell whether a candidate has any of the values of a property, in either language."""
    expects = BY_ID[name].expects
    keys = set(wanted) | {spelling_key(text) for text in wanted}
    if expects is not None and expects in SCHEMES:
        found = (atlas.vocabulary.find(SCHEMES[expects], text) for text in wanted)
        keys |= {one.concept.iri for one in found if isinstance(one, Known)}
    return any(
        said.get("id") in keys or _key(said) in keys
        for lang in ("zh", "en")
        for said in values_of(atlas, one.entity, name, "en" if lang == "en" else "zh")
    )


def _key(said: dict[str, object]) -> str:
    text = next((said[part] for part in ("name", "str", "int", "date") if part in said), "")
    day = str(text)[:10] if "date" in said else str(text)
    return spelling_key(day)


def similarity(one: str, other: str) -> float:
    """Return how alike two spellings are, 0 to 1; 1 for equal ones alone."""
    if one == other:
        return 1.0
    ours, theirs = _pairs(one), _pairs(other)
    if not ours or not theirs:
        return 0.0
    # Other texts of the same pairs are not the same.
    return min(0.99, 2 * len(ours & theirs) / (len(ours) + len(theirs)))


@lru_cache(maxsize=2)
def _spelled(vocabulary: Vocabulary) -> list[tuple[Concept, tuple[str, ...]]]:
    return [
        (concept, tuple(map(spelling_key, (concept.en, *vocabulary.spellings(concept.iri)))))
        for concept in vocabulary.concepts("organization")
    ]


@lru_cache(maxsize=2)
def _near_names(vocabulary: Vocabulary) -> NearNames:
    return NearNames(vocabulary)


@lru_cache(maxsize=8_192)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(text)) or frozenset(text)
