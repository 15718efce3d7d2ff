"""What places are called on pages and in answers, and publishers of one name by their places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catalog_service.context import Service
from catalog_service.explorer.service import network_of
from ontology.vocabulary import Vocabulary
from search.analysis.place_paths import BETWEEN
from search.bilingual.gloss import romanized
from translations import Lang

WITHIN: Final = " › "
"""Stands between a place and a part of it, where people read it."""
_LOOKED_UP: Final = 100
"""Publishers whose names are looked up one by one."""


def place_label(vocabulary: Vocabulary, path: str) -> dict[str, str]:
    """Return the name of a place by language, with what it lies in: 上海市 › 浦东新区.

    One that the vocabulary does not have is called as its record calls it.
    """
    names = [_known(vocabulary, name) for name in path.split(BETWEEN)]
    zh = WITHIN.join(name for name, _ in names)
    english = [en for _, en in names]
    if not all(english):
        return {"": zh}
    return {"zh": zh, "en": WITHIN.join(filter(None, english))}


def place_name(vocabulary: Vocabulary, path: str, lang: Lang) -> str:
    """Return the name of a place for a page; in English, a name without one in letters."""
    names = [_known(vocabulary, name) for name in path.split(BETWEEN)]
    return WITHIN.join(zh if lang == "zh" else en or romanized(zh) for zh, en in names)


def _known(vocabulary: Vocabulary, name: str) -> tuple[str, str]:
    """Return the Chinese and the English name; no English one where the vocabulary has none."""
    found = vocabulary.find("place", name)
    concept = getattr(found, "concept", None)
    return (name, concept.en) if concept is not None and concept.zh == name else (name, "")


def told_apart(vocabulary: Vocabulary, name: str, path: str) -> dict[str, str]:
    """Return the name of a publisher that others have too, with its place, by language."""
    label = place_label(vocabulary, path)
    zh = label.get("zh") or label[""]
    return {"zh": f"{name}（{zh}）", "en": f"{name} ({place_name(vocabulary, path, 'en')})"}


def publisher_names(atlas: Service, iris: Iterable[str]) -> dict[str, str]:
    """Return what records call publishers that no vocabulary knows, by IRI.

    Raises `AtlasError`: what reading the index does.
    """
    tallies = atlas.tallies.counted()
    known = tallies.publishers if tallies is not None else {}
    others = [iri for iri in iris if atlas.vocabulary.concept(iri) is None]
    names = {iri: known[iri] for iri in others if iri in known}
    unknown = [iri for iri in others if iri not in known]
    if unknown:
        # Those that came since the last count; elsewhere their names cost a look-up each.
        nodes = network_of(atlas).nodes
        named = ((iri, nodes.publisher_name(iri)) for iri in unknown[:_LOOKED_UP])
        names |= {iri: name for iri, name in named if name}
    return names


def publisher_label(atlas: Service, iri: str, name: str) -> dict[str, str]:
    """Return what a publisher is called by language: with its place, where names collide."""
    tallies = atlas.tallies.known()
    path = tallies.apart.get(iri, "") if tallies is not None else ""
    return told_apart(atlas.vocabulary, name, path) if path else {"": name}


def shown_places(paths: Iterable[str]) -> list[str]:
    """Return the places that a row names: a province only where no city is known."""
    found = list(paths)
    cities = [path for path in found if not path.endswith(("省", "自治区"))]
    return cities or found
