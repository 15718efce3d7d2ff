"""What scripts of other sites may read of an answer beside its body."""

from __future__ import annotations

import pytest

from catalog_service.http.cors import sharing_headers


@pytest.mark.parametrize("name", ["ETag", "Link", "Times-Ahead", "X-Left-Out", "X-Request-Id"])
def test_headers_that_say_something_of_the_answer_can_be_read(name: str) -> None:
    headers = sharing_headers("GET", "/api/v1/datasets/s/1", credentials=False)
    assert name in headers["Access-Control-Expose-Headers"].split(", ")
