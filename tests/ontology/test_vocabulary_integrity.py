"""The Turtle of the vocabularies: complete, consistent, and mapped to concepts that exist."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import get_args

import pyoxigraph as ox
import pytest

from ontology.spelling import spelling_key
from ontology.terms import DCT, ORG, RDF, SKOS, VOCAB
from ontology.vocabulary import Scheme, Vocabulary, load_vocabulary

VOCABULARY = load_vocabulary()
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
QUADS = list(VOCABULARY.quads())


def objects(subject: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
    node = ox.NamedNode(subject)
    return [
        q.object
        for q in QUADS
        if q.subject == node
        and q.predicate.value == predicate
        and isinstance(q.object, ox.NamedNode | ox.Literal)
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_scheme_says_what_it_is(scheme: Scheme) -> None:
    iri = VOCAB + scheme
    for predicate in (SKOS.prefLabel, SKOS.definition):
        languages = [o.language for o in objects(iri, predicate) if isinstance(o, ox.Literal)]
        assert sorted(str(x) for x in languages) == ["en", "zh"], predicate
    assert objects(iri, DCT.source)
    assert VOCABULARY.schemes()[scheme]
    parsed = list(ox.parse(VOCABULARY.graph_turtle(scheme), format=ox.RdfFormat.TURTLE))
    assert len(parsed) == sum(q.graph_name == ox.NamedNode(iri) for q in QUADS)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_concept_has_two_labels_and_a_notation_of_its_own(scheme: Scheme) -> None:
    labels: dict[str, list[str | None]] = defaultdict(list)
    notations: dict[str, list[str]] = defaultdict(list)
    for quad in QUADS:
        if quad.graph_name == ox.NamedNode(VOCAB + scheme) and isinstance(quad.object, ox.Literal):
            subject = str(quad.subject)[1:-1]
            if quad.predicate.value == SKOS.prefLabel:
                labels[subject].append(quad.object.language)
            elif quad.predicate.value == SKOS.notation:
                notations[subject].append(quad.object.value)
    concepts = VOCABULARY.concepts(scheme)
    for concept in concepts:
        assert sorted(str(x) for x in labels[concept.iri]) == ["en", "zh"], concept
        assert notations[concept.iri] == [concept.notation]
        assert concept.iri == f"{VOCAB}{scheme}/{concept.notation}"
        assert VOCABULARY.concept(concept.iri) == concept
    assert max(Counter(c.notation for c in concepts).values(), default=1) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_concept_is_defined_in_both_languages_and_names_its_source(scheme: Scheme) -> None:
    defined: dict[str, list[str]] = defaultdict(list)
    sources: set[str] = set()
    for quad in QUADS:
        if quad.graph_name != ox.NamedNode(VOCAB + scheme):
            continue
        subject = str(quad.subject)[1:-1]
        if quad.predicate.value == SKOS.definition and isinstance(quad.object, ox.Literal):
            defined[subject].append(str(quad.object.language))
        elif quad.predicate.value == DCT.source:
            sources.add(subject)
    for concept in VOCABULARY.concepts(scheme):
        assert sorted(defined[concept.iri]) == ["en", "zh"], concept
        assert concept.iri in sources, concept


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_two_concepts_share_a_spelling(scheme: Scheme) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for concept in VOCABULARY.concepts(scheme):
        for label in VOCABULARY.spellings(concept.iri):
            owners[spelling_key(label)].add(concept.notation)
            if scheme == "organization":
                owners[spelling_key(label).removeprefix("上海")].add(concept.notation)
    assert {key: who for key, who in owners.items() if len(who) > 1} == {}


def test_names_from_outside_mean_one_concept_each() -> None:
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for scheme in SCHEMES:
        for concept in VOCABULARY.concepts(scheme):
            matches = VOCABULARY.matches(concept.iri)
            media = VOCABULARY.media_type(concept.iri)
            for name in [
                *matches.get("exactMatch", []),
                *matches.get("closeMatch", []),
                *([media] if media else []),
            ]:
                if not name.startswith(VOCAB):
                    owners[scheme, name].add(concept.notation)
    assert {key: who for key, who in owners.items() if len(who) > 1} == {}


def test_everything_that_is_referred_to_exists() -> None:
    subjects = {q.subject for q in QUADS}
    dangling = {
        str(q.object)
        for q in QUADS
        if isinstance(q.object, ox.NamedNode)
        and q.object.value.startswith(VOCAB)
        and q.object not in subjects
    }
    assert dangling == set()


def test_what_is_replaced_names_the_change_and_its_year() -> None:
    ended = [c for c in VOCABULARY.concepts("organization") if VOCABULARY.successors(c.iri)]
    assert len(ended) > 20
    for concept in ended:
        (event,) = objects(concept.iri, ORG.changedBy)
        assert isinstance(event, ox.NamedNode)
        assert objects(event.value, RDF.type) == [ox.NamedNode(ORG.ChangeEvent)]
        assert ox.NamedNode(concept.iri) in objects(event.value, ORG.originalOrganization)
        after = objects(event.value, ORG.resultingOrganization)
        assert {ox.NamedNode(c.iri) for c in VOCABULARY.successors(concept.iri)} <= set(after)
        assert len(objects(event.value, DCT.date)) == 1
        for today in VOCABULARY.current(concept.iri):
            assert VOCABULARY.successors(today.iri) == []


def test_places_form_one_tree() -> None:
    places = VOCABULARY.concepts("place")
    streets = [p for p in places if len(p.notation) == 9]
    districts = [p for p in places if len(p.notation) == 6 and p.notation != "310000"]
    ended = [d for d in districts if VOCABULARY.successors(d.iri)]
    assert (len(streets), len(districts) - len(ended), len(ended)) == (234, 16, 4)
    for street in streets:
        (district,) = VOCABULARY.broader(street.iri)
        assert street.notation.startswith(district.notation)
    for district in districts:
        assert [c.notation for c in VOCABULARY.broader(district.iri)] == ["310000"]


def test_the_table_of_refused_values_contradicts_no_label() -> None:
    for scheme, table in VOCABULARY.refused().items():
        for unknown in table:
            assert unknown.note, unknown
            if unknown.means is not None:
                assert VOCABULARY.concept(unknown.means) is not None, unknown
                assert unknown.reason == "other-scheme"
            if scheme != "*":
                found = VOCABULARY.find(scheme, unknown.text)  # type: ignore[arg-type]
                assert found == unknown


def test_collections_hold_formats_only() -> None:
    formats = {c.iri for c in VOCABULARY.concepts("format")}
    for name in ("machine-readable", "open"):
        members = VOCABULARY.members(f"{VOCAB}format/{name}")
        assert members
        assert members < formats
    assert f"{VOCAB}format/pdf" not in VOCABULARY.members(f"{VOCAB}format/machine-readable")


def test_the_digest_changes_with_any_byte() -> None:
    turtle = {"open-type": VOCABULARY.graph_turtle("open-type").encode()}
    refused = b'[[value]]\nscheme = "*"\ntexts = [""]\nreason = "not-in-scheme"\nnote = "n"\n'
    first = Vocabulary(turtle, refused).digest
    assert Vocabulary(turtle, refused).digest == first
    assert Vocabulary(turtle, refused + b"\n").digest != first
    assert Vocabulary({"open-type": turtle["open-type"] + b"\n"}, refused).digest != first
    assert Vocabulary.load().digest == VOCABULARY.digest
