"""Datasets by their fields: the index is read once for each of its states."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_service.source_catalog.field_holders import FieldHolders
from search.relations.fields import field_key
from tests.fixtures.web import House, portal

BEDS = field_key("机构床位数")
ROADS = field_key("道路编号")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """What each reading of all documents looked for."""
    asked: list[frozenset[str]] = []
    read = FieldHolders._read

    def counted(self: FieldHolders, view: Any, wanted: frozenset[str]) -> Any:
        asked.append(wanted)
        return read(self, view, wanted)

    monkeypatch.setattr(FieldHolders, "_read", counted)
    return asked


def test_the_index_is_read_again_only_after_a_change(
    house: House, reads: list[frozenset[str]]
) -> None:
    holders = house.atlas.field_holders
    assert holders.of([]) == {}
    first = holders.of([BEDS, ROADS])
    assert holders.of([BEDS]) is first
    assert reads == [{BEDS, ROADS}]
    holders.of([BEDS, field_key("楼宇编号")])
    assert len(reads) == 2
    house.submit("city", [portal("BEDS9", "床位", columns=["机构床位数", "备注"])])
    house.project()
    found = holders.of([BEDS])
    assert len(reads) == 3
    assert "BEDS9" in {one.iri.rpartition("/")[2] for one in found[BEDS]}
    # What is withdrawn is gone at once, whatever the index has.
    house.withdraw("city", "BEDS9")
    assert "BEDS9" not in {one.iri.rpartition("/")[2] for one in holders.of([BEDS]).get(BEDS, ())}
    house.project()
