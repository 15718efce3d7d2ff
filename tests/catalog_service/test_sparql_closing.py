"""SPARQL answers nothing while its graph still holds what was closed long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader
from catalog_service.projections.closings import Closings
from catalog_service.projections.graph import GraphProjection
from catalog_service.sparql.closing import GRACE, REMEMBERED, OpenOnly, Remembered
from catalog_service.sparql.model import SparqlLimits
from catalog_service.sparql.pool import SparqlPool
from ontology.errors import AtlasError
from tests.catalog_service.test_index_projection import HOUSE, FixedClock, House

TITLES = "SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t }"


class LaterClock:
    def __init__(self) -> None:
        self.instant = FixedClock().now()

    def now(self) -> datetime:
        return self.instant

    def today(self) -> date:
        return self.instant.date()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def test_what_was_closed_long_ago_is_not_told(house: House) -> None:
    house.submit("0", "停车场")
    house.submit("1", "游泳池")
    clock, now = LaterClock(), [0.0]
    reader = GraphReader(house.folder)
    pool = SparqlPool(reader, SparqlLimits(workers=1, memory_mb=512))
    guarded = OpenOnly(
        pool,
        lambda: reader.current().checkpoint,
        Closings(lambda: house.journal),
        clock,
        lambda: now[0],
    )
    with EmbeddedGraph(house.folder, fixed=()) as store:
        graph = GraphProjection(store, house.journal.mark)
        graph.apply(house.journal.changes_after(0))
        graph.publish()
        assert guarded.query(TITLES).rows == 2
        list(house.catalog.withdraw(["1"], HOUSE))
        # The worker has a while to take it out.
        clock.instant += GRACE
        assert guarded.query(TITLES).rows == 2
        clock.instant += timedelta(seconds=1)
        with pytest.raises(AtlasError) as refused:
            guarded.query(TITLES)
        assert refused.value.code == "sparql-behind"
        # Taken out, though the graph stands where it stood: a change before it fails.
        graph.withdraw(sorted(Closings(lambda: house.journal).since(2)))
        now[0] += REMEMBERED
        assert reader.current().checkpoint == 2 < house.journal.head()
        assert guarded.query(TITLES).rows == 1
    guarded.close()


def test_a_number_is_remembered_for_a_while() -> None:
    now, asked = [0.0], iter(range(10))
    number = Remembered(lambda: next(asked), lambda: now[0])
    assert (number(), number()) == (0, 0)
    now[0] += REMEMBERED
    assert number() == 1
