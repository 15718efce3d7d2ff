"""Both engines on records as real catalogues have them; all of the real: benchmarks/gate.py --all.

A sample with the defects of real records is made up and always there; the real records are looked
at in addition where they are.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ontology.record import Record
from shapes.engines import PyShaclEngine, ShaclEngine
from tests.shapes.irregular_records import IRREGULAR, write_irregular
from tests.shapes.real_records import FILES, read_records, sample

SAMPLES = {"portals": 300, "belgium": 100, "list-2014": 60, "known": 60}


def _rules_met(
    records: list[Record], looked_at: list[Record], gate: ShaclEngine, referee: PyShaclEngine
) -> list[str]:
    """The rules that each finding of ``looked_at`` names; both engines must agree on it."""
    reports = dict(zip((r.iri for r in records), gate.validate_many(records), strict=True))
    found: list[str] = []
    for record in looked_at:
        assert reports[record.iri] == referee.validate(record), record.iri
        found += [finding.rule_id for finding in reports[record.iri].findings]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", IRREGULAR)
def test_the_engines_agree_on_irregular_records(
    kind: str, tmp_path: Path, gate: ShaclEngine, referee: PyShaclEngine
) -> None:
    records = list(read_records(write_irregular(tmp_path, kind), "made"))
    assert len(records) >= 25
    met = _rules_met(records, records, gate, referee)
    assert len(met) > len(records)
    assert len(set(met)) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("source", SAMPLES)
def test_the_engines_agree_on_real_records(
    source: str, shared_data: Path, gate: ShaclEngine, referee: PyShaclEngine
) -> None:
    records = list(read_records(shared_data / FILES[source], source))
    assert len(records) >= SAMPLES[source]
    met = _rules_met(records, sample(records, SAMPLES[source], seed=7), gate, referee)
    assert len(met) > SAMPLES[source]
