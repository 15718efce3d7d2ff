from __future__ import annotations

from catalog_service.rules.validate_command import Tally
from harvesters.errors import BAD_CSV
from ontology.errors import AtlasError


def test_what_cannot_be_read_counts_as_read() -> None:
    tally = Tally(mapped=2, conforming=1)
    tally.errors.append(AtlasError(BAD_CSV, reason="x"))
    assert tally.read == 3
    assert tally.mapped - tally.conforming == 1
