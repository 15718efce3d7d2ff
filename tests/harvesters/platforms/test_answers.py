"""What a platform answered is told by its beginning, however it was made."""

from __future__ import annotations

import pytest

from harvesters.platforms.answers import json_of
from harvesters.platforms.http import Response
from ontology.errors import AtlasError, Phrase


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"<!-- a\nb --><!-- c -->\n<!DOCTYPE html><p>", "an HTML page"),
        (b"<!---->" * 10_000 + b"<html>", "XML"),
        # Each comment could end at each of the ends behind it.
        (b"<!---->" * 1_000 + b"<x>", "XML"),
        (b"<!--" * 100_000, "XML"),
    ],
    ids=["page", "far", "comments", "open"],
)
def test_html_is_told_in_one_pass(answer: bytes, found: str) -> None:
    with pytest.raises(AtlasError) as caught:
        json_of(Response(200, {}, answer, "https://a.example/"), Phrase("JSON"))
    assert str(caught.value.params["found"]) == found
