"""A sample is a record, and no dataset of its department: no figure and no list counts it."""

from __future__ import annotations

from catalog_service.accounts.service import Person
from catalog_service.open_list.coverage.figures import Coverage
from catalog_service.open_list.drafting import from_catalog
from catalog_service.quality.evaluating import evaluate
from catalog_service.reports.measuring import measure
from catalog_service.samples.service import ask, draw, release, sample_records
from catalog_service.stored_records import known_record
from tests.catalog_service.samples.conftest import PARK, TABLE, TRANSPORT, WISH
from tests.fixtures.web import House

Two = tuple[Person, Person]


def test_a_sample_is_no_dataset_in_figures_and_lists(house: House, people: Two) -> None:
    atlas = house.atlas
    before = evaluate(atlas)
    made = draw(atlas, people[0], PARK, TABLE, WISH)
    ask(atlas, people[0], made.number)
    release(atlas, people[1], made.number)
    assert sample_records(atlas) == {known_record(atlas, f"samples-transport/{made.number}").iri}
    after = evaluate(atlas)
    assert before is not None
    assert after is not None
    assert after.records == before.records == 2
    counted = measure(atlas)
    assert counted is not None
    assert counted.records == 2
    assert sorted(from_catalog(atlas, TRANSPORT).items) == ["transport/BUS", "transport/PARK"]
    house.project()
    coverage = Coverage(atlas, atlas.clock.today().year)
    assert (coverage.total.open, coverage.own.open) == (2, 2)
    assert [one.open for one in coverage.shares] == [2]
    assert coverage.missing(TRANSPORT, 10)[0] == 2
