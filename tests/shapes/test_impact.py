"""The preview of a rule change, against two full checks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ontology.errors import AtlasError
from shapes.engines import ShaclEngine
from shapes.impact import changed_rules, impact, proposed
from shapes.rules import RULES, Rules
from tests.shapes.examples import DAY, EXAMPLES, record

NAMES = sorted(path.name for path in EXAMPLES.glob("*.ttl"))
ITEMS = [
    record((EXAMPLES / name).read_text(encoding="utf-8"), number)
    for number, name in enumerate(NAMES)
]
SOURCES = {
    "stricter": ("R24.ttl", "sh:Warning", "sh:Violation"),
    "milder": ("R01.ttl", "sh:Violation", "sh:Info"),
    "narrower": ("R29.ttl", "^[1-3]", "^[2]"),
    "ended": ("R02.ttl", "xsd:date ]", 'xsd:date ; dcat:endDate "2026-08-31"^^xsd:date ]'),
}


def _changed(rules: Rules, folder: Path, case: str) -> Rules:
    name, old, new = SOURCES[case]
    text = (RULES / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return proposed(rules, folder / name)


@pytest.mark.parametrize("case", SOURCES)
def test_a_preview_says_what_two_full_checks_would(
    case: str, rules: Rules, gate: ShaclEngine, tmp_path: Path
) -> None:
    new = _changed(rules, tmp_path, case)
    found = impact(rules, new, iter(ITEMS), DAY)
    before = gate.validate_many(ITEMS)
    after = ShaclEngine(new, DAY).validate_many(ITEMS)
    wanted = {
        item.iri: (old.conforms, now.conforms, set(old.findings) ^ set(now.findings))
        for item, old, now in zip(ITEMS, before, after, strict=True)
        if old != now
    }
    assert wanted
    assert {
        c.record: (c.before, c.after, {*c.appeared, *c.disappeared}) for c in found.changes
    } == wanted
    assert [c.record for c in found.verdicts] == [
        iri for iri, (was, will, _) in wanted.items() if was != will
    ]
    assert found.records == len(ITEMS)
    assert found.rules == (SOURCES[case][0].removesuffix(".ttl"),)
    assert sum(found.appeared.values()) == sum(len(c.appeared) for c in found.changes)


def test_a_new_rule_is_previewed(rules: Rules, gate: ShaclEngine) -> None:
    old = rules.only({rule.id for rule in rules} - {"R01"})
    found = impact(old, rules, ITEMS, DAY)
    assert found.rules == ("R01",)
    assert found.appeared["R01"] == 1
    assert [(c.before, c.after) for c in found.verdicts] == [(True, False)]


def test_words_alone_change_nothing(rules: Rules, tmp_path: Path) -> None:
    text = (RULES / "R01.ttl").read_text(encoding="utf-8").replace("Correct", "Mend")
    text = text.replace("correct it", "mend it")
    (tmp_path / "R01.ttl").write_text(text, encoding="utf-8")
    new = proposed(rules, tmp_path)
    assert new.digest != rules.digest
    assert impact(rules, new, ITEMS, DAY).changes == ()


def test_a_rule_that_is_not_yet_in_force_changes_nothing(rules: Rules, tmp_path: Path) -> None:
    new = _changed(rules, tmp_path, "ended")
    assert changed_rules(rules, new, date(2026, 8, 31)) == ()
    assert changed_rules(rules, new, date(2026, 9, 1)) == ("R02",)


def test_a_proposal_with_errors_is_refused(rules: Rules, tmp_path: Path) -> None:
    (tmp_path / "R01.ttl").write_text("rule:R01", encoding="utf-8")
    with pytest.raises(AtlasError) as caught:
        proposed(rules, tmp_path / "R01.ttl")
    assert caught.value.code == "unreadable-rules"
    with pytest.raises(AtlasError):
        proposed(rules, tmp_path / "absent.ttl")
