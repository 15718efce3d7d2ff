"""Hidden labels are broken spellings: they find a concept and are never shown; RDF keeps them."""

from __future__ import annotations

import re
from html import unescape
from typing import get_args

import httpx
import pyoxigraph as ox
import pytest

from harvesters.mapping.misspelled_names import NearNames
from ontology.concepts import Known, Scheme
from ontology.terms import SKOS
from ontology.vocabulary import Vocabulary, load_vocabulary
from tests.fixtures.web import HTML, House, site

__all__ = ["site"]


def hidden(vocabulary: Vocabulary) -> dict[str, dict[str, set[str]]]:
    """Hidden labels that no shown label is too, by scheme and concept."""
    found: dict[str, dict[str, set[str]]] = {}
    for scheme in get_args(Scheme):
        text = vocabulary.graph_turtle(scheme)
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
            if quad.predicate.value == SKOS.hiddenLabel and isinstance(quad.object, ox.Literal):
                assert isinstance(quad.subject, ox.NamedNode)
                iri, label = quad.subject.value, quad.object.value
                if label not in vocabulary.names(iri):
                    found.setdefault(scheme, {}).setdefault(iri, set()).add(label)
    return found


HIDDEN = hidden(load_vocabulary())


def test_they_find_their_concept() -> None:
    vocabulary = load_vocabulary()
    assert len(HIDDEN["organization"]) > 3
    for scheme in get_args(Scheme):
        for iri, labels in HIDDEN.get(scheme, {}).items():
            for label in labels:
                assert label in vocabulary.spellings(iri)
                known = vocabulary.find(scheme, label)
                assert isinstance(known, Known), (scheme, label)


@pytest.mark.parametrize("scheme", sorted(HIDDEN))
def test_neither_page_nor_api_shows_them(site: tuple[House, httpx.Client], scheme: str) -> None:
    client = site[1]
    concepts = client.get(f"/api/v1/vocabularies/{scheme}").json()["items"]
    shown = {c["iri"]: {*c["label"].values(), *c["other_labels"]} for c in concepts}
    page = client.get(f"/vocabulary/{scheme}", headers=HTML).text
    cells = re.findall(r'<tr id="[^"]*">.*?class="small quiet"[^>]*>(.*?)</td>', page)
    assert len(cells) == len(concepts)
    for concept, cell in zip(concepts, cells, strict=True):
        labels = HIDDEN[scheme].get(concept["iri"], set())
        assert not shown[concept["iri"]] & labels
        assert set(filter(None, unescape(cell).split("、"))) == {
            name for text in concept["other_labels"] for name in text.split("、")
        }
    document = client.get(f"/vocab/{scheme}.nt").text
    assert "hiddenLabel" in document


def test_other_names_are_still_shown(site: tuple[House, httpx.Client]) -> None:
    vocabulary = load_vocabulary()
    hidden_of = HIDDEN["organization"]
    concept = next(c for c in vocabulary.concepts("organization") if c.iri in hidden_of)
    address = f"/organization/{concept.notation}"
    page = site[1].get(address, headers=HTML).text
    assert concept.zh in page
    for label in hidden_of[concept.iri]:
        assert f">{label}<" not in page
        assert label not in page.replace(concept.zh, "")


def test_a_warning_of_a_misspelling_names_no_other_misspelling() -> None:
    vocabulary = load_vocabulary()
    near = NearNames(vocabulary)
    names = {name for c in vocabulary.concepts("organization") for name in vocabulary.names(c.iri)}
    told = 0
    for labels in HIDDEN["organization"].values():
        for label in labels:
            if len(label) > 4 and (found := near.near(f"{label}x")) is not None:
                assert found in names
                told += 1
    assert told
