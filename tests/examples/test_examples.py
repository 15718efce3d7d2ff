"""The example catalogue: made from its base lists, read without a loss, every rule failed once."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from examples.making.__main__ import EXAMPLES, everything
from examples.making.base import TODAY, sections
from examples.making.defects import DEFECTS
from examples.making.districts import HONGKOU, descriptions
from examples.making.open_lists import HABITS as LIST_HABITS
from examples.making.portal import HABITS as PORTAL_HABITS
from harvesters.protocols import Incoming
from harvesters.readers.formats import open_reader
from ontology.canonical import canonical_record
from ontology.record import Record
from ontology.terms import DCAT, RDF
from ontology.vocabulary import Vocabulary
from shapes.engines import ShaclEngine
from shapes.rules import Rules

MADE = everything()
DATA = sorted(path for path in MADE if path != "README.md")
DISTRICTS = [path for path in DATA if path.startswith("districts/")]
NOT_GATED = {"R07", "R12", "R16", "R35"}
"""Rules that need the other records or a clock."""


@pytest.fixture(scope="module")
def engine() -> ShaclEngine:
    return ShaclEngine(Rules.load(), TODAY)


@pytest.mark.parametrize("path", sorted(MADE))
def test_the_files_are_what_the_base_lists_make(path: str) -> None:
    assert (EXAMPLES / path).read_bytes() == MADE[path], "run: python -m examples.making"


def test_no_file_is_left_over() -> None:
    found = {
        str(path.relative_to(EXAMPLES))
        for folder in ("city", "districts")
        for path in (EXAMPLES / folder).iterdir()
    }
    assert found == set(DATA)


def records_in(path: str) -> dict[str, Record]:
    """Every dataset of a Turtle file by its identifier, with the nodes below it."""
    below: dict[str, list[ox.Triple]] = defaultdict(list)
    datasets = []
    for quad in ox.parse(MADE[path], format=ox.RdfFormat.TURTLE):
        assert isinstance(quad.subject, ox.NamedNode)
        below[quad.subject.value.split("#")[0]].append(quad.triple)
        if quad.predicate.value == RDF.type and str(quad.object) == f"<{DCAT.Dataset}>":
            datasets.append(quad.subject.value)
    return {
        iri.rsplit("/", 1)[1]: canonical_record(
            below[iri], iri=iri, source="test", remote_id=iri.rsplit("/", 1)[1]
        )
        for iri in datasets
    }


def test_there_are_some_three_hundred_with_names_of_their_own() -> None:
    lines = [f"{heading[0]} {e.title}" for name in ("city-lists.txt", "city-portal.txt")
             for heading, entries in sections(name) for e in entries]  # fmt: skip
    in_districts = [identifier for path in DISTRICTS for identifier in records_in(path)]
    assert len(set(lines)) == len(lines)
    assert len(set(in_districts)) == len(in_districts)
    assert 300 <= len(lines) + len(in_districts) <= 330


@pytest.mark.parametrize("path", DATA)
def test_every_dataset_is_read(path: str, vocabulary: Vocabulary) -> None:
    reader = open_reader(
        EXAMPLES / path, source="test", base_iri="https://atlas.example", vocabulary=vocabulary
    )
    items = list(reader)
    assert all(isinstance(item, Incoming) for item in items)
    made = [item.make().record for item in items if isinstance(item, Incoming)]
    assert len({record.iri for record in made}) == len(items)
    listed = re.search(rf"\(({re.escape(path)})\) \| (\d+) \|", MADE["README.md"].decode())
    assert listed is not None
    assert len(items) == int(listed.group(2))


@pytest.mark.parametrize("path", [p for p in DISTRICTS if "draft" not in p])
def test_a_catalogue_in_good_order_passes_every_rule(path: str, engine: ShaclEngine) -> None:
    found = {name: engine.validate(record).findings for name, record in records_in(path).items()}
    assert {name: findings for name, findings in found.items() if findings} == {}


def test_good_order_holds_conditional_data_apis_and_samples() -> None:
    text = MADE["districts/pudong.ttl"].decode()
    for needed in (
        "open-type/conditional",
        "a dcat:DataService",
        "a dcat:Distribution, shd:SampleSet",
        "a odrl:Agreement",
        "a shd:ListEvaluation",
    ):
        assert needed in text
    assert text.count("a dcat:Dataset ") == 50


@pytest.mark.parametrize("number", range(1, len(DEFECTS) + 1))
def test_each_dataset_of_the_draft_fails_its_rule(number: int, engine: ShaclEngine) -> None:
    rule, _, _ = DEFECTS[number - 1]
    record = records_in("districts/hongkou-draft.ttl")[f"HK2026{number:03d}"]
    failed = {finding.rule_id for finding in engine.validate(record).findings}
    if rule in NOT_GATED:
        assert failed == set()
    else:
        assert rule in failed


def test_every_rule_that_is_checked_in_a_record_is_failed_somewhere() -> None:
    gated = {
        rule_id
        for triple in Rules.load().in_force(TODAY).shapes_triples(TODAY)
        if isinstance(triple.subject, ox.NamedNode)
        and (found := re.match(r"https://w3id\.org/shdata/rule/([\w-]+)", triple.subject.value))
        and (rule_id := found.group(1))
    }
    assert gated
    assert gated - {rule for rule, _, _ in DEFECTS} == set()


def test_the_readme_names_every_defect() -> None:
    readme = MADE["README.md"].decode()
    for number, (rule, what, _) in enumerate(DEFECTS, start=1):
        assert re.search(rf"\| {rule} \| HK2026{number:03d} \| .+ \| {re.escape(what)} \|", readme)
    assert len(descriptions(HONGKOU)) == len(DEFECTS)


def test_habits_name_datasets_that_exist() -> None:
    titles = Counter(e.title for name in ("city-lists.txt", "city-portal.txt")
                     for _, entries in sections(name) for e in entries)  # fmt: skip
    for title in [*LIST_HABITS, *PORTAL_HABITS]:
        assert titles[title] == 1, title


def test_nothing_is_newer_than_the_day_of_the_examples_but_on_purpose() -> None:
    later = {
        (path, found)
        for path, content in MADE.items()
        if path.endswith((".ttl", ".jsonl"))
        for found in re.findall(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", content.decode("utf-8"))
        if date.fromisoformat(found) > TODAY
    }
    assert later == {
        ("city/portal-departments.jsonl", "2027-01-01"),
        ("districts/hongkou-draft.ttl", "2027-03-01"),
    }


def test_telephones_are_offices_of_shanghai_and_one_mobile_that_must_be_taken_out(
    vocabulary: Vocabulary,
) -> None:
    mobiles = [path for path, text in MADE.items()
               if path.endswith("jsonl") and b"13800138000" in text]  # fmt: skip
    assert mobiles == ["city/portal-departments.jsonl"]
    reader = open_reader(EXAMPLES / mobiles[0], source="test", base_iri="https://atlas.example",
                         vocabulary=vocabulary)  # fmt: skip
    for item in reader:
        assert isinstance(item, Incoming)
        assert "13800138000" not in item.make().record.nquads


def test_paths_of_the_readme_exist() -> None:
    for path in re.findall(r"\]\(([^)]+)\)", MADE["README.md"].decode()):
        assert (Path(EXAMPLES) / path).is_file()
