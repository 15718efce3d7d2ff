"""The project's own catalogue: both engines agree, and every checked rule is met there."""

from __future__ import annotations

import pytest

from harvesters.protocols import Incoming
from harvesters.readers.formats import open_reader
from ontology.record import Record
from ontology.vocabulary import load_vocabulary
from shapes.engines import PyShaclEngine, ShaclEngine
from tests.conftest import ROOT

FILES = sorted(
    path for folder in ("city", "districts") for path in (ROOT / "examples" / folder).iterdir()
)


def _records(path: str) -> list[Record]:
    reader = open_reader(
        path,
        source="example",
        base_iri="https://data.example.org",
        vocabulary=load_vocabulary(),
    )
    return [item.make().record for item in reader if isinstance(item, Incoming)]


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_engines_agree(path: str, gate: ShaclEngine, referee: PyShaclEngine) -> None:
    records = _records(path)
    assert records
    for record, report in zip(records, gate.validate_many(records), strict=True):
        assert report == referee.validate(record), record.iri
