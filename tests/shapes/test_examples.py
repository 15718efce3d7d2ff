"""Each rule's examples: one that passes everything, one that raises that rule and no other."""

from __future__ import annotations

import pytest

from shapes.engines import PyShaclEngine, ShaclEngine
from shapes.rules import Rules
from tests.shapes.examples import DAY, EXAMPLES, also_raised, example

NAMES = sorted(path.name for path in EXAMPLES.glob("*.ttl"))


def test_every_checked_rule_has_both_examples_and_no_other_has_any(rules: Rules) -> None:
    wanted = {f"{r.id}.{kind}.ttl" for r in rules if r.shaped for kind in ("valid", "fail")}
    assert set(NAMES) == wanted


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith(".valid.ttl")])
def test_a_valid_example_has_no_finding(name: str, gate: ShaclEngine) -> None:
    assert gate.validate(example(name)).findings == ()


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith(".fail.ttl")])
def test_a_failing_example_raises_its_rule_and_what_it_says(
    name: str, gate: ShaclEngine, rules: Rules
) -> None:
    rule_id = name.removesuffix(".fail.ttl")
    report = gate.validate(example(name))
    assert {f.rule_id for f in report.findings} == {rule_id} | also_raised(name)
    worst = {f.severity for f in report.findings if f.rule_id == rule_id}
    assert report.conforms == ("Violation" not in {f.severity for f in report.findings})
    assert worst <= {"Violation", "Warning", "Info"}
    assert rules.get(rule_id).shaped


@pytest.mark.parametrize("name", NAMES)
def test_the_engines_agree(name: str, gate: ShaclEngine, referee: PyShaclEngine) -> None:
    record = example(name)
    assert gate.validate(record) == referee.validate(record)


def test_a_detailed_check_gives_the_same_verdicts_and_names_what_is_missing(
    rules: Rules, gate: ShaclEngine
) -> None:
    detailed = ShaclEngine(rules, DAY, detailed=True)
    for name in NAMES:
        brief, full = gate.validate(example(name)), detailed.validate(example(name))
        assert {(f.rule_id, f.severity) for f in brief.findings} == {
            (f.rule_id, f.severity) for f in full.findings
        }, name
    (finding,) = detailed.validate(example("R28.fail.ttl")).findings
    assert finding.path == "https://w3id.org/shdata/def/providerCode"


def test_a_detailed_check_agrees_with_the_referee(rules: Rules) -> None:
    detailed = ShaclEngine(rules, DAY, detailed=True)
    referee = PyShaclEngine(rules, DAY, detailed=True)
    for name in ("R06.fail.ttl", "R21.fail.ttl", "R28.fail.ttl", "V-no-access.fail.ttl"):
        assert detailed.validate(example(name)) == referee.validate(example(name))
