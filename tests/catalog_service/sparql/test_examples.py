"""The editor's examples: each has an answer, over the example catalogue and over real records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from catalog_service.operations.demo import example_sources
from catalog_service.sparql.examples import TASKS, Example, examples, with_prefixes
from ontology.freshness import judge
from ontology.ontology import load_ontology
from ontology.terms import PREFIXES
from ontology.vocabulary import load_vocabulary
from tests.shapes.real_records import FILES, read_records
from translations import Lang, translator

NAMES = [name for _, questions in TASKS for name, _ in questions]
TODAY = date(2026, 4, 1)
"""A day on which real records were updated in the month before it."""


def filled(files: list[tuple[str, Path]]) -> ox.Store:
    """The vocabularies, the ontology and the records of some files, in the default graph."""
    store = ox.Store()
    vocabulary = load_vocabulary()
    for triple in load_ontology().triples():
        store.add(ox.Quad(*triple))
    for scheme in vocabulary.schemes():
        store.load(vocabulary.graph_turtle(scheme), format=ox.RdfFormat.TURTLE)
    for source, path in files:
        lines = "".join(record.nquads for record in read_records(path, source))
        quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS)
        store.bulk_extend(ox.Quad(*quad.triple) for quad in quads)
    return store


@pytest.fixture(scope="module")
def catalog() -> ox.Store:
    return filled([(source, path) for source, _, path in example_sources()])


@pytest.fixture(scope="module")
def real(shared_data: Path) -> ox.Store:
    names = ("portals", "list-2014", "known")
    return filled([(name, shared_data / FILES[name]) for name in names])


def example(name: str, lang: Lang, today: date) -> Example:
    return next(one for one in examples(lang, today) if one.name == name)


def count(store: ox.Store, query: str) -> int:
    found = store.query(query)
    assert not isinstance(found, ox.QueryBoolean)
    return sum(1 for _ in found)


@pytest.mark.parametrize("name", NAMES)
def test_each_has_an_answer_in_the_example_catalogue(catalog: ox.Store, name: str) -> None:
    for lang in ("zh", "en"):
        # The day that the example catalogue is made for.
        assert count(catalog, example(name, lang, date(2026, 9, 1)).query) > 0, lang


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_has_an_answer_among_real_records(real: ox.Store, name: str) -> None:
    assert count(real, example(name, "zh", TODAY).query) > 0


def test_late_is_what_the_freshness_of_pages_calls_late(catalog: ox.Store) -> None:
    today = date(2026, 9, 1)
    found = catalog.query(example("late-datasets", "zh", today).query)
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        notation = row["frequency"].value.rpartition("/")[2]
        assert judge(row["modified"].value, notation, today).verdict == "late", row


def test_each_has_a_file_a_title_in_both_languages_and_its_prefixes() -> None:
    folder = Path(__file__).parents[3] / "catalog_service" / "sparql" / "examples"
    assert {path.stem for path in folder.glob("*.rq")} == set(NAMES)
    chinese = translator("zh")
    for one in examples("zh", TODAY):
        assert chinese.gettext(one.title) != one.title
        assert "{lang}" not in one.query and "{vocab}" not in one.query


def test_only_prefixes_that_are_used_are_declared() -> None:
    assert with_prefixes("ASK { ?s ?p ?o }") == "ASK { ?s ?p ?o }"
    query = "ASK { ?s dct:title <urn:skos:x> }"
    assert with_prefixes(query) == f"PREFIX dct: <{PREFIXES['dct']}>\n\n{query}"
