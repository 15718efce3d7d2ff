"""What an item's evaluation looks at is asked for a page of items at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from catalog_service.accounts.service import OPERATOR
from catalog_service.classification.service import classify, import_guide, terms_of
from catalog_service.open_list.evidence import EvidenceReader
from catalog_service.open_list.model import ListItem
from catalog_service.open_list.service import draft
from catalog_service.quality.service import evaluate, measurements_of
from ontology.record import mint_iri
from tests.catalog_service.classification.conftest import LEVELS
from tests.catalog_service.open_list.conftest import TRANSPORT, furnished
from tests.fixtures.web import House, portal


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    """Gather what is asked of the journal's database."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    engine = house.atlas.journal._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def items(tmp_path: Path) -> Iterator[tuple[House, list[ListItem]]]:
    with furnished(tmp_path) as house:
        house.submit("transport", [portal(f"N{n}", f"线路{n}") for n in range(20)])
        house.project()
        evaluate(house.atlas)
        # N2 was put to another level since.
        atlas, table = house.atlas, ("t.csv", LEVELS.encode())
        import_guide(atlas, OPERATOR, table, date(2026, 1, 5), "示例")
        for name, level in (("N1", "X1"), ("N2", "X1"), ("N2", "X2")):
            classify(atlas, OPERATOR, f"transport/{name}", level, reason="示例")
        content = draft(house.atlas, OPERATOR, TRANSPORT, 2026).content
        alone = ListItem("alone", "自来水")
        yield house, [*content.items.values(), alone]


def test_a_page_asks_as_often_as_one_item(items: tuple[House, list[ListItem]]) -> None:
    house, page = items
    read = EvidenceReader(house.atlas, TRANSPORT, 2026)
    counts = []
    for some in (page[:1], page):
        with statements(house) as asked:
            found = read.of_all(some)
        assert len(found) == len(some)
        counts.append(len(asked))
    assert len(page) > 20
    # Verdicts, their rules, measurements, classes, and the guide where there is a class.
    assert counts == [4, 5]


def test_it_is_what_is_known_of_each(items: tuple[House, list[ListItem]]) -> None:
    house, page = items
    found = dict(zip((one.key for one in page), _read(house, page), strict=True))
    for one in page[:-1]:
        iri = mint_iri(house.atlas.settings.base_iri, one.source, one.remote_id)
        newest = {metric: of[0] for metric, of in measurements_of(house.atlas, iri).items()}
        assert found[one.key].measured == newest != {}
        terms = terms_of(house.atlas, iri)
        assert found[one.key].level == (terms and terms.level.name)
        verdicts = house.atlas.journal.public_verdicts([iri]).get(iri, ())
        assert set(found[one.key].rules) == {r for r, s in verdicts if s != "Info"}
    levels = {name: found[f"transport/{name}"].level for name in ("N1", "N2", "N3")}
    assert [one and one["zh"] for one in levels.values()] == ["甲级", "乙级", None]
    assert [found[f"transport/{name}"].may_open_further for name in levels] == [False, False, None]
    assert (found["alone"].measured, found["alone"].rules, found["alone"].level) == ({}, (), None)


def _read(house: House, page: list[ListItem]) -> list[Any]:
    return EvidenceReader(house.atlas, TRANSPORT, 2026).of_all(page)
