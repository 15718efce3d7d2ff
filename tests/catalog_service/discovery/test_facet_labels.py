"""Values of facets that are no concepts have names in both languages, too."""

from __future__ import annotations

from catalog_service.discovery.facet_labels import LABELS, label_of
from search.index.from_record import QUALITIES, SAMPLES
from search.model import FACETS, FRESHNESS
from search.results import freshness


def test_every_value_has_a_name_in_both_languages_and_there_are_no_others() -> None:
    known = {FRESHNESS: freshness.VALUES, "quality": QUALITIES, "sample": SAMPLES}
    assert {facet: tuple(values) for facet, values in LABELS.items()} == known
    assert set(LABELS) <= set(FACETS)
    for values in LABELS.values():
        names = list(values.values())
        assert all(zh and en and zh != en for zh, en in names)
        assert len(set(names)) == len(names)


def test_what_has_no_name_here_is_left_to_others() -> None:
    assert label_of(FRESHNESS, "future") == {"zh": "日期在将来", "en": "Dated in the future"}
    assert label_of(FRESHNESS, "quater") is None
    assert label_of("publisher", "month") is None
