"""The engines: what they report, on which day, and what they refuse."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import rdflib
import shacl

from ontology.errors import AtlasError
from ontology.openness import open_type
from ontology.terms import DCT, VOCAB
from shapes import engines
from shapes.compilation import as_ntriples, parts, runnable
from shapes.engines import PyShaclEngine, ShaclEngine, make_engine
from shapes.rules import Rules
from tests.shapes.examples import DAY, EXAMPLES, IRI, example

NAMES = sorted(path.name for path in EXAMPLES.glob("*.ttl"))


def test_a_finding_names_rule_severity_focus_path_and_value(gate: ShaclEngine) -> None:
    (finding,) = gate.validate(example("R01.fail.ttl")).findings
    assert finding.rule_id == "R01"
    assert finding.severity == "Violation"
    assert finding.focus == f"<{IRI}>"
    assert finding.path == "http://purl.org/dc/terms/accessRights"
    assert finding.value == "<https://w3id.org/shdata/vocab/sharing-type/unconditional>"
    (finding,) = gate.validate(example("V-unknown.fail.ttl")).findings
    assert finding.path == "https://w3id.org/shdata/def/unmappedTheme"
    assert finding.value == '"牲畜饲养"@zh'


def test_severity_and_path_are_those_that_the_engine_itself_reports(rules: Rules) -> None:
    triples = rules.shapes_triples(DAY, detailed=True)
    known = parts(triples)
    shapes = shacl.Shapes.from_text(as_ntriples(runnable(triples)), "nt")
    seen = 0
    for name in NAMES:
        for result in shapes.validate_text(example(name).nquads, "nt").results:
            part = known[(result.source_shape or "").strip("<>")]
            assert part.severity == result.severity
            if part.path is not None and not part.path.startswith("<"):
                assert result.path == f"<{part.path}>"
            assert (part.path is None) == (result.path is None)
            seen += 1
    assert seen > 40


def test_one_engine_serves_many_threads(gate: ShaclEngine) -> None:
    items = [example(name) for name in NAMES]
    alone = [gate.validate(item) for item in items]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(gate.validate, items * 3)) == alone * 3


def test_the_day_decides_what_is_in_the_future(rules: Rules) -> None:
    item = example("R01.valid.ttl")  # updated on 1 August 2026
    for name in ("shacl", "pyshacl"):
        before = make_engine(name, rules.only({"V-future-date"}), date(2026, 7, 31))
        on_the_day = make_engine(name, rules.only({"V-future-date"}), date(2026, 8, 1))
        assert [f.rule_id for f in before.validate(item).findings] == ["V-future-date"]
        assert on_the_day.validate(item).findings == ()


def test_broken_triples_are_a_typed_error(gate: ShaclEngine, referee: PyShaclEngine) -> None:
    broken = replace(example("R01.valid.ttl"), nquads="<http://a> <http://b> .\n")
    for engine in (gate, referee):
        with pytest.raises(AtlasError) as caught:
            engine.validate(broken)
        assert caught.value.code == "uncheckable-record"
        assert IRI in caught.value.message("zh")
    with pytest.raises(AtlasError):
        gate.validate_many([example("R02.valid.ttl"), broken])


def test_literals_stand_in_reports_as_they_were_written(
    gate: ShaclEngine, referee: PyShaclEngine
) -> None:
    item = example("D-count.fail.ttl")
    item = replace(item, nquads=item.nquads.replace('"-1"', '"-01"'))
    (finding,) = gate.validate(item).findings
    assert finding.value == '"-01"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert referee.validate(item).findings == (finding,)


EU = "http://publications.europa.eu/resource/authority/access-right/"


@pytest.mark.parametrize("name", ["PUBLIC", "RESTRICTED", "NON_PUBLIC"])
@pytest.mark.parametrize(
    "file", [n for n in NAMES if n.startswith(("R01", "R02", "R03", "R04", "R24", "R25"))]
)
def test_access_rights_of_the_eu_are_judged_as_the_open_type_that_they_mean(
    name: str, file: str, gate: ShaclEngine, referee: PyShaclEngine
) -> None:
    ours = open_type(EU + name)
    assert ours is not None
    item = example(file)
    said = re.compile(f"(?<=<{DCT.accessRights}> )<{VOCAB}open-type/[a-z]+>")
    wanted, given = (
        replace(item, nquads=said.sub(f"<{iri}>", item.nquads)) for iri in (ours, EU + name)
    )
    found = [
        [(f.rule_id, f.severity, f.focus, f.path) for f in engine.validate(one).findings]
        for engine in (gate, referee)
        for one in (wanted, given)
    ]
    assert found == [found[0]] * 4
    assert gate.validate_many([given])[0] == gate.validate(given)


def test_other_access_rights_are_no_open_type(gate: ShaclEngine, referee: PyShaclEngine) -> None:
    item = example("R01.valid.ttl")
    nquads = item.nquads.replace(f"<{VOCAB}open-type/unconditional>", f"<{EU}CONFIDENTIAL>")
    for engine in (gate, referee):
        report = engine.validate(replace(item, nquads=nquads))
        assert "R01" in {f.rule_id for f in report.findings}


DAYS = {
    "2026-02-28": "later",
    "2024-03-01": "same",
    "2024-02-29": "earlier",
}
FORMS = ["{}^^xsd:date", "{}T08:00:00^^xsd:dateTime", "{}T08:00:00Z^^xsd:dateTime"]
ODD = ["2023^^xsd:gYear", "2023-01^^xsd:gYearMonth", "2024-02-01Z^^xsd:date"]


def _literal(form: str, day: str = "") -> str:
    text, datatype = form.format(day).split("^^xsd:")
    return f'"{text}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'


@pytest.mark.parametrize("day", DAYS)
def test_days_are_compared_in_every_form(
    day: str, gate: ShaclEngine, referee: PyShaclEngine
) -> None:
    """A zone against none, a year against a day: by the days in Shanghai that they mean."""
    item = example("V-never-updated.fail.ttl")
    issued = '"2024-03-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    modified = '"2026-08-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert issued in item.nquads
    for first in FORMS:
        for second in [*FORMS, *ODD]:
            if second in ODD and day != "2024-03-01":
                continue
            nquads = item.nquads.replace(modified, _literal(second, day))
            changed = replace(item, nquads=nquads.replace(issued, _literal(first, "2024-03-01")))
            report = gate.validate(changed)
            assert report == referee.validate(changed)
            found = {f.rule_id for f in report.findings} - {"R25"}
            if second in ODD:
                assert found == {"V-update-order"}
            elif DAYS[day] == "same":
                assert found == set()
            else:
                kind = "V-never-updated" if DAYS[day] == "later" else "V-update-order"
                assert found == {kind}


def test_referees_side_by_side_leave_rdflib_as_it_was(rules: Rules) -> None:
    names = ("R01.valid.ttl", "R02.valid.ttl", "D-count.fail.ttl")
    records = [example(name) for name in names]
    wanted = PyShaclEngine(rules, DAY).validate_many(records)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        referees = [PyShaclEngine(rules, DAY) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda engine: engine.validate_many(records), referees))
    finally:
        sys.setswitchinterval(interval)
    assert found == [wanted] * 4
    assert rdflib.NORMALIZE_LITERALS is True


def test_shapes_are_read_once_for_a_register_and_a_day(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_READ", {})
    read: list[date] = []

    def counted(rules: Rules, day: date, *, detailed: bool) -> tuple[Any, Any, Any]:
        read.append(day)
        return read_shapes(rules, day, detailed=detailed)

    read_shapes = engines._read_shapes
    monkeypatch.setattr(engines, "_read_shapes", counted)
    for day in (DAY, DAY, DAY + timedelta(days=1), DAY):
        assert PyShaclEngine(rules, day).day == day
    assert read == [DAY, DAY + timedelta(days=1)]
    other = rules.only({rule.id for rule in rules} - {next(r.id for r in rules if r.shaped)})
    PyShaclEngine(other, DAY)
    assert len(read) == 3
