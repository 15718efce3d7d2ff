"""The register: what is in it, on which days, and what it refuses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from ontology.errors import AtlasError
from shapes.engines import ShaclEngine
from shapes.rule_files import parse_rules
from shapes.rules import RULES, Rules
from shapes.rules_page import rules_page
from tests.conftest import ROOT
from tests.shapes.examples import DAY, example

OF_THE_POLICY = {
    *(f"R{n:02}" for n in range(1, 31)),
    "R35",
    "R36",
}


def test_every_rule_of_the_policy_is_in_the_register(rules: Rules) -> None:
    assert {r.id for r in rules if r.id.startswith("R")} == OF_THE_POLICY
    checked = {r.id for r in rules if r.id.startswith("R") and r.shaped}
    assert checked == {
        *("R01", "R02", "R03", "R04", "R05", "R06", "R10", "R14", "R15"),
        *("R20", "R21", "R24", "R25", "R28", "R29", "R30"),
    }


def test_what_is_judged_without_a_shape_is_checked_too(rules: Rules, tmp_path: Path) -> None:
    elsewhere = {r.id: r.judged_by for r in rules if r.judged_by is not None}
    assert elsewhere == {
        "R07": "duplicates",
        **dict.fromkeys(("R09", "R16"), "quality"),
        **dict.fromkeys(("R11", "R12", "R23", "R26", "R27"), "open-list"),
        **dict.fromkeys(("R08", "R17", "R18", "R19", "R22"), "participation"),
        **dict.fromkeys(("R13", "R36"), "reports"),
        "R35": "source-catalog",
    }
    for one in elsewhere:
        assert rules.get(one).status == "checked" and not rules.get(one).shaped
        assert rules.get(one).judged is not None
    text = (RULES / "catalogue.ttl").read_text(encoding="utf-8")
    with pytest.raises(AtlasError) as caught:
        parse_rules(text.replace('judgedBy "open-list"', 'judgedBy "open-list", "x"'), "x.ttl")
    assert caught.value.code == "invalid-rule"


def test_messages_say_what_is_wrong_and_what_to_do(rules: Rules) -> None:
    for rule in rules:
        assert len(rule.message.zh.rstrip("。").split("。")) >= 2, rule.id
        assert len(rule.message.en.rstrip(".").split(". ")) >= 2, rule.id


def test_rules_count_on_their_days_only(rules: Rules) -> None:
    assert "R01" not in rules.in_force(date(2021, 12, 31))
    assert "R01" in rules.in_force(date(2022, 1, 1))
    with pytest.raises(AtlasError) as caught:
        rules.in_force(date(2021, 12, 31)).get("R01")
    assert caught.value.code == "unknown-rule"


def test_thresholds_are_dated(rules: Rules) -> None:
    on_time = rules.get("R16")
    assert on_time.parameter("on-time-rate", date(2022, 12, 31)) == "0.9"
    assert on_time.parameter("on-time-rate", date(2023, 1, 1)) == "1.0"
    with pytest.raises(KeyError):
        on_time.parameter("on-time-rate", date(2021, 1, 1))


def test_the_digest_is_of_the_rules_not_of_their_spelling(rules: Rules, tmp_path: Path) -> None:
    text = (RULES / "R01.ttl").read_text(encoding="utf-8")
    (rule,) = parse_rules("# a remark\n" + text.replace("    ", "\t"), "R01.ttl")
    assert rule.digest == rules.get("R01").digest
    (other,) = parse_rules(text.replace("sh:Violation", "sh:Warning"), "R01.ttl")
    assert rules.replaced([other]).digest != rules.digest


def test_shapes_are_plain_shacl_for_any_engine(rules: Rules) -> None:
    triples = rules.shapes_triples(DAY)
    assert triples == rules.shapes_triples(DAY)
    assert not any("${" in str(t.object) for t in triples)
    assert any("2026" in str(t.object) for t in triples)


def test_the_page_of_the_rules_is_up_to_date(rules: Rules) -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rules_page(rules), "run: python -m shapes.rules_page > docs/rules.md"


def test_vocabulary_concepts_in_shapes_exist(rules: Rules) -> None:
    folder = ROOT / "ontology" / "vocabularies"
    known = {
        q.subject.value
        for path in folder.glob("*.ttl")
        for q in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
        if isinstance(q.subject, ox.NamedNode)
    }
    used = {
        t.object.value
        for t in rules.shapes_triples(DAY)
        if isinstance(t.object, ox.NamedNode)
        and t.object.value.startswith("https://w3id.org/shdata/vocab/")
    }
    assert len(used) > 40
    assert used <= known


GOOD = (RULES / "R01.ttl").read_text(encoding="utf-8")
BROKEN = {
    "not Turtle": (GOOD + "rule:", "unreadable-rules"),
    "no rule": ("@prefix x: <http://x/> . x:a x:b x:c .", "no-rules"),
    "misspelt constraint": (GOOD.replace("sh:minCount", "sh:minCuont"), "invalid-rule"),
    "no target": (GOOD.replace("sh:targetClass dcat:Dataset ;", ""), "invalid-rule"),
    "no constraint": (GOOD[: GOOD.index("    sh:property")] + "    rdfs:seeAlso [] .", ""),
    "not typed": (GOOD.replace("a sh:NodeShape, shd:Rule", "a shd:Rule"), "invalid-rule"),
    "negative count": (GOOD.replace("sh:minCount 1", 'sh:minCount "one"'), "invalid-rule"),
    "two paths": (GOOD.replace("sh:path dct:", "sh:path dct:type, dct:"), "invalid-rule"),
    "no english message": (GOOD.replace("@en", "@fr"), "invalid-rule"),
    "no severity": (GOOD.replace("sh:Violation", "sh:Fatal"), "invalid-rule"),
    "no level": (GOOD.replace('"record"', '"dataset"'), "invalid-rule"),
    "no day": (GOOD.replace("dcat:startDate", "dcat:endDate"), "invalid-rule"),
    "other id": (GOOD.replace('"R01"', '"R02"'), "invalid-rule"),
    "inverse path": (
        GOOD.replace("sh:path dct:accessRights", "sh:path [ sh:inversePath dct:accessRights ]"),
        "invalid-rule",
    ),
    "switched off": (GOOD.replace("sh:minCount 1", "sh:deactivated true"), "invalid-rule"),
    "a stray shape": (GOOD + "\n<http://x/s> a sh:NodeShape .", "invalid-rule"),
    "a placeholder elsewhere": (GOOD.replace("sh:maxCount 1", 'sh:name "${x}"'), "invalid-rule"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_rule_file_with_an_error_is_refused(case: str, tmp_path: Path) -> None:
    text, code = BROKEN[case]
    (tmp_path / "broken.ttl").write_text(text, encoding="utf-8")
    with pytest.raises(AtlasError) as caught:
        Rules.load(tmp_path)
    assert caught.value.code == (code or "invalid-rule")
    for lang in ("zh", "en"):
        assert "broken.ttl" in caught.value.message(lang) or code == "no-rules"


def test_an_unknown_placeholder_is_refused_when_compiled(rules: Rules) -> None:
    text = (RULES / "R29.ttl").read_text(encoding="utf-8").replace('"^[1-3]', '"${tomorrow}')
    with pytest.raises(AtlasError, match="tomorrow"):
        ShaclEngine(Rules.of(parse_rules(text, "R29.ttl")), DAY)


def test_an_empty_folder_and_a_day_without_rules_do_not_conform(
    rules: Rules, tmp_path: Path
) -> None:
    for make in (lambda: Rules.load(tmp_path), lambda: ShaclEngine(rules, date(1990, 1, 1))):
        with pytest.raises(AtlasError) as caught:
            make()
        assert caught.value.code == "no-rules"


def test_a_rule_twice_is_refused(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(AtlasError) as caught:
        Rules.load(tmp_path)
    assert caught.value.code == "duplicate-rule"


def test_the_hosts_of_r10_are_the_operators(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts.csv"
    hosts.write_text("host,from,until,note\nbikes.example.org,2026-01-01,2026-09-30,\n", "utf-8")
    rules = Rules.load(access_hosts=hosts).only({"R10"})
    record = example("R10.fail.ttl")
    own_only = record.nquads.replace("https://data.sh.gov.cn/", "https://bikes.example.org/")
    moved = type(record)(record.iri, record.source, record.remote_id, record.focus, own_only)
    assert ShaclEngine(rules, DAY).validate(moved).conforms
    assert not ShaclEngine(rules, date(2026, 10, 1)).validate(moved).conforms
    hosts.write_text("host,from,until,note\nnot a host,2026-01-01,,\n", "utf-8")
    with pytest.raises(AtlasError) as caught:
        Rules.load(access_hosts=hosts)
    assert caught.value.code == "invalid-rule-parameters"
    assert "hosts.csv:2" in str(caught.value)
