"""What Elasticsearch holds beside a vector has the filters of the index of words."""

from __future__ import annotations

import numpy as np
import pytest

from search.embeddings.elastic_documents import source_of, stamp_of
from search.facets import DAYS
from search.index.field_names import day_field
from search.index.fields import prepare
from search.index.payload import StoredDocument


def document(period: tuple[str, str]) -> StoredDocument:
    return StoredDocument(
        iri="https://data.example/id/dataset/city/1",
        source="city",
        remote_id="1",
        hash="h",
        title="停车场信息",
        issued="2019-01-02",
        modified="2024-05-06",
        period=period,
    )


@pytest.mark.parametrize("period", [("", ""), ("2015-01-01", "2016-12-31")])
def test_the_days_are_those_of_the_index_of_words(period: tuple[str, str]) -> None:
    found = source_of(document(period), np.ones(3, np.float32))
    days = prepare(document(period)).days
    assert set(days) == set(DAYS)
    assert {name: found[day_field(name)] for name in DAYS} == days


def test_what_filters_look_at_changes_the_stamp() -> None:
    assert stamp_of(document(("2015", "2016"))) != stamp_of(document(("2015", "2017")))
