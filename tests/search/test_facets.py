"""The register of facets: names in both languages, values that agree with what is computed."""

from __future__ import annotations

from datetime import date

from search.facets import BY_NAME, FACETS, FRESHNESS, INDEXED, REGISTERED
from search.index import from_record
from search.results.freshness import bands
from translations import translator


def test_every_value_has_a_name_in_both_languages() -> None:
    for facet in REGISTERED:
        zh = [translator("zh").lookup(name) for name in facet.values.values()]
        en = list(facet.values.values())
        assert all(one and other and one != other for one, other in zip(zh, en, strict=True))
        assert len(set(zh)) == len(set(en)) == len(en)


def test_the_values_are_those_that_are_computed() -> None:
    listed = {facet.name for facet in REGISTERED if facet.values}
    assert listed == {"quality", "sample", "high_quality", FRESHNESS}
    assert tuple(BY_NAME["sample"].values) == ("yes", "set")
    assert tuple(BY_NAME["quality"].values) == tuple(level for _, level in from_record._LEVELS)
    assert tuple(BY_NAME[FRESHNESS].values) == tuple(b.name for b in bands(date(2024, 2, 29)))


def test_names_are_unique_and_what_follows_from_the_day_is_not_indexed() -> None:
    assert len(FACETS) == len(REGISTERED) == len(set(FACETS))
    assert set(FACETS) - set(INDEXED) == {FRESHNESS}
    assert not [f.name for f in REGISTERED if f.order == "listed" and not f.values]


def test_what_has_no_name_here_is_left_to_others() -> None:
    freshness = BY_NAME[FRESHNESS]
    assert freshness.label("future") == {"zh": "日期在将来", "en": "Dated in the future"}
    assert freshness.label("quater") is None
    assert BY_NAME["publisher"].label("month") is None
