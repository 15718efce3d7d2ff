from __future__ import annotations

from catalog_service.rules.validation import FileReport
from harvesters.errors import BAD_CSV
from ontology.errors import AtlasError


def test_what_cannot_be_read_counts_as_read() -> None:
    report = FileReport(mapped=2, conforming=1)
    report.errors.append(AtlasError(BAD_CSV, reason="x"))
    assert report.read == 3
    assert report.violating == 1
