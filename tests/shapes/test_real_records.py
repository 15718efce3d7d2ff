"""Both engines on a seeded sample of the real records; all of them: benchmarks/gate.py --all."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapes.engines import PyShaclEngine, ShaclEngine
from tests.shapes.real_records import read_records, sample

SAMPLES = {"portals": 1_000, "belgium": 250, "list-2014": 100, "known": 150}


@pytest.mark.slow
@pytest.mark.parametrize("source", SAMPLES)
def test_the_engines_agree_on_real_records(
    source: str, shared_data: Path, gate: ShaclEngine, referee: PyShaclEngine
) -> None:
    records = list(read_records(shared_data, source))
    assert len(records) >= SAMPLES[source]
    reports = dict(zip((r.iri for r in records), gate.validate_many(records), strict=True))
    found = 0
    for record in sample(records, SAMPLES[source], seed=7):
        assert reports[record.iri] == referee.validate(record), record.iri
        found += len(reports[record.iri].findings)
    assert found > SAMPLES[source]
