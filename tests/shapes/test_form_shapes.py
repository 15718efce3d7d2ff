"""The form of a dataset: every property of the profile has a field, with what rules ask of it."""

from __future__ import annotations

import re
from pathlib import Path

import ontology
from ontology.languages import BilingualText
from ontology.terms import PREFIXES
from ontology.unmapped_values import GIVEN_FOR
from shapes.form_rules import FormRules
from shapes.form_shapes import dataset_form
from shapes.rules import Rules
from tests.shapes.examples import DAY

PROFILE = (Path(ontology.__file__).parent / "profile.md").read_text(encoding="utf-8")
NOT_ENTERED = {"shd:unmappedTheme", "shd:unmappedValue"}
"""Named for all of their kind, and what no mapping writes."""


def _named(text: str) -> set[str]:
    """The properties of the profile that a text names, as prefixed names."""
    return {
        name
        for name in re.findall(r"`([^`]+)`", text)
        for name in re.findall(r"\b([a-z]+:[a-z][A-Za-z]*)", name)
        if name.partition(":")[0] in PREFIXES
    }


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def test_every_property_of_the_profile_has_a_field() -> None:
    begin, end = PROFILE.index("## The dataset"), PROFILE.index("### Dates")
    rows = [line for line in PROFILE[begin:end].splitlines() if line.startswith("| ")]
    inner = PROFILE[PROFILE.index("### Data item") : PROFILE.index("### Values that were not")]
    named = _named("\n".join(row.split("|", 2)[2] for row in rows)) | _named(inner)
    # What ends in a vocabulary, a datatype or a class is no property.
    named = {one for one in named if not one.startswith(("vocab:", "xsd:", "rdf:"))}
    form = dataset_form()
    paths = {_short(step) for path, _ in form.walk() for step in path}
    paths |= {_short(one.node.link) for _, one in form.walk() if one.node and one.node.link}
    assert sorted(named - paths - NOT_ENTERED) == []


def test_every_value_that_was_not_understood_has_a_field() -> None:
    root = dataset_form().root
    assert set(GIVEN_FOR) <= {one.path for one in root.fields}


def test_every_field_stands_in_one_group_and_has_a_name_in_both_languages() -> None:
    form = dataset_form()
    grouped = [field.key for group in form.groups for field in group.fields]
    assert sorted(grouped) == sorted(field.key for field in form.root.fields)
    for group in form.groups:
        assert len({field.key for field in group.fields}) == len(group.fields)
    texts = [field.name for _, field in form.walk()] + [group.name for group in form.groups]
    texts += [field.help for _, field in form.walk() if field.help is not None]
    for text in texts:
        assert isinstance(text, BilingualText)
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert not re.search("[\u4e00-\u9fff]", text.en)
    keys = [(len(path), path) for path, field in form.walk() if field.kind != "named"]
    assert len(keys) == len(set(keys))


def test_the_rules_say_what_a_field_must_hold() -> None:
    rules = FormRules(Rules.load(), DAY, dataset_form())
    asked = {_short(path[0]): rules.of(path) for path, _ in dataset_form().walk() if len(path) == 1}
    must = {name for name, found in asked.items() if found.duty == "must"}
    assert must == {"dct:title", "dct:publisher", "dct:accessRights", "dct:accrualPeriodicity"}
    assert asked["shd:securityLevel"].duty == "should"
    assert asked["shd:conditionalReason"].duty is None
    assert "R03" in asked["shd:conditionalReason"].rules
    assert "R02" in asked["shd:sensitivity"].rules
    assert asked["shd:updateInterval"].pattern == "^P.*[1-9]"


def test_every_rule_that_records_are_held_against_has_a_field() -> None:
    rules = Rules.load()
    form = FormRules(rules, DAY, dataset_form())
    silent = [r.id for r in rules.rules if r.shaped and not form.paths(r.id)]
    assert silent == []
