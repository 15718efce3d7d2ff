"""Many records at once: the same reports as one by one, whatever the records share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.record import Record
from ontology.terms import DCT, SKOS
from shapes.batches import batches, shared_nodes
from shapes.engines import ShaclEngine
from shapes.rules import Rules
from tests.shapes.examples import DAY, EXAMPLES, IRI, example, record

NAMES = sorted(path.name for path in EXAMPLES.glob("*.ttl"))
TEXTS = {name: (EXAMPLES / name).read_text(encoding="utf-8") for name in NAMES}
ORG = "https://data.example.org/id/organization/example/0f3a5c7e9b1d"


def _numbered(names: list[str]) -> list[Record]:
    return [record(TEXTS[name], number) for number, name in enumerate(names)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=12), st.integers(1, 3))
def test_batches_give_the_reports_of_single_records(
    rules: Rules, gate: ShaclEngine, names: list[str], threads: int
) -> None:
    engine = ShaclEngine(rules, DAY, threads=threads) if threads > 1 else gate
    items = _numbered(names)
    assert engine.validate_many(items) == [gate.validate(item) for item in items]


def test_no_record_and_one_record_twice(gate: ShaclEngine) -> None:
    assert gate.validate_many([]) == []
    items = [example("R01.fail.ttl"), example("R01.valid.ttl"), example("R01.fail.ttl")]
    first, second, third = gate.validate_many(items)
    assert first == third
    assert second.findings == ()
    assert {f.rule_id for f in first.findings} == {"R01"}


def test_an_organisation_described_otherwise_is_held_apart(gate: ShaclEngine) -> None:
    good, bad = TEXTS["V-provider.valid.ttl"], TEXTS["V-provider.fail.ttl"]
    items = [record(good, 1), record(bad, 2), record(good, 3)]
    assert all(shared_nodes(item) for item in items)
    assert [r.findings != () for r in gate.validate_many(items)] == [False, True, False]


def test_an_organisation_that_only_another_record_describes_is_held_apart(
    gate: ShaclEngine,
) -> None:
    text = TEXTS["V-provider.fail.ttl"]
    silent = record(text[: text.index(f"<{ORG}> a org:")], 1)
    assert shared_nodes(silent) is None
    items = [silent, record(text, 2)]
    assert gate.validate_many(items) == [gate.validate(item) for item in items]


def test_a_record_that_mentions_another_is_held_apart(gate: ShaclEngine) -> None:
    first = record(TEXTS["R01.valid.ttl"], 1)
    line = f"<{first.iri}> <http://purl.org/dc/terms/relation> <{IRI[:-1]}10> ."
    mention = Record.from_lines(
        [*first.lines, line], iri=first.iri, source=first.source, remote_id=first.remote_id
    )
    assert shared_nodes(first) == {}
    assert shared_nodes(mention) is None


class _Watched(str):
    """A text that adds up how many characters were looked through for something in it."""

    __slots__ = ("passed",)
    passed: int

    def index(self, *wanted: Any) -> int:
        found = super().index(*wanted)
        self.passed += found - (wanted[1] if len(wanted) > 1 else 0)
        return found


def test_many_organisations_are_found_in_one_passage() -> None:
    base = IRI.partition("/id/")[0]
    names = [f"<{base}/id/organization/s/{number:012x}>" for number in range(500)]
    lines = [f"<{IRI}> <{DCT.publisher}> {name} ." for name in names]
    lines += [f'{name} <{SKOS.prefLabel}> "{name[-9:-1]}"@zh .' for name in names]
    item = Record.from_lines(lines, iri=IRI, source="s", remote_id="r")
    text = _Watched(item.nquads)
    text.passed = 0
    shared = shared_nodes(replace(item, nquads=text))
    assert shared == {line.partition(" ")[0]: f"{line}\n" for line in lines[500:]}
    assert text.passed <= 2 * len(text)


def test_a_record_with_a_foreign_subject_or_focus_is_held_apart() -> None:
    first = example("R01.valid.ttl")
    foreign = first.nquads.replace(f"<{IRI}#dist-1>", "<https://elsewhere.example/dist>")
    assert shared_nodes(replace(first, nquads=foreign)) is None
    assert shared_nodes(replace(first, focus="https://elsewhere.example/dataset")) is None
    assert shared_nodes(replace(first, iri="https://elsewhere.example/dataset")) is None


@given(st.text(max_size=60))
def test_a_literal_never_makes_a_record_look_safe(text: str) -> None:
    first = example("R01.valid.ttl")
    words = f"{text} <{IRI[:-1]}2> <{ORG}> <https://elsewhere.example/x> {text}"
    line = f'<{IRI}> <http://purl.org/dc/terms/alternative> "{_escaped(words)}"@zh .'
    item = Record.from_lines([*first.lines, line], iri=IRI, source="example", remote_id="1")
    # It quotes IRIs of others: uncertain, so alone.
    assert shared_nodes(item) is None


def _escaped(text: str) -> str:
    from ontology.ntriples import escape

    return escape(text)


def test_each_record_stands_in_one_batch() -> None:
    items = _numbered(NAMES)
    found = list(batches(items, 5))
    assert sorted(p for batch in found for p in batch.positions) == list(range(len(items)))
    assert all(len(batch.positions) <= 5 for batch in found)


def test_records_without_one_of_their_predicates_give_the_reports_of_single_records(
    gate: ShaclEngine,
) -> None:
    items = []
    for name in NAMES:
        lines = example(name).lines
        for predicate in sorted({line.split(" ")[1] for line in lines}):
            left = [line for line in lines if line.split(" ")[1] != predicate]
            iri = f"{IRI[:-1]}{len(items) + 1}"
            moved = (line.replace(f"<{IRI}", f"<{iri}") for line in left)
            items.append(Record.from_lines(moved, iri=iri, source="example", remote_id=iri))
    reports = gate.validate_many(items)
    assert reports == [gate.validate(item) for item in items]
    assert sum(bool(report.findings) for report in reports) > 200
