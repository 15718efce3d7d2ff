"""What is read from a request is read in one pass: twice as long takes no more than twice as long.

Each reader of what strangers send, with the text that once made it, or would make a careless
pattern, try every place against every other. Processor time is compared with itself, so that no
machine is too slow for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import pytest

from catalog_service.ckan_api.filter_query import read_words
from catalog_service.csv_cells import quote_formulas
from catalog_service.datasets.profiles.negotiation import _weighted
from catalog_service.http.conditional_requests import _TAG
from catalog_service.http.upload_forms import _PARAMETER
from catalog_service.sparql.lookups import _LOOKUP
from catalog_service.sparql.maps import _POINT
from catalog_service.sparql.query_dataset import dataset_of
from catalog_service.sparql.syntax_errors import syntax_error
from ontology.errors import AtlasError

_ENOUGH: Final = 0.02
"""Seconds of a reading that can be compared; what takes less at `_LARGEST` has not grown."""

_SMALLEST: Final = 4_000
_LARGEST: Final = 64_000
_MOST: Final = 3.0


def _tag(text: str) -> None:
    _TAG.match(text, 4)


def _prefix(text: str) -> None:
    syntax_error(text, 1, len(text), "Prefix not found")


def _dataset(text: str) -> None:
    dataset_of(text, [], [], "http://x.example/sparql")


def _accepted(text: str) -> None:
    list(_weighted(text))


READERS: Final[dict[str, tuple[Callable[[str], object], Callable[[int], str]]]] = {
    "blanks in a list of tags": (_tag, lambda n: '"a",' + " " * n + "x"),
    "blanks behind a tag": (_tag, lambda n: '"a","b"' + " " * n + "x"),
    "a long word before an unknown prefix": (_prefix, lambda n: "?" + "a" * n + " "),
    "blanks in a filter": (read_words, lambda n: "organization:(a" + " " * n + '"'),
    "quotation marks in a filter": (read_words, lambda n: "organization:(" + 'a"' * n + ")"),
    "excluded values": (read_words, lambda n: "-groups:a " * n),
    "blanks in a look-up": (_LOOKUP.fullmatch, lambda n: "SELECT ?a" + " " * n + "x"),
    "variables of a look-up": (_LOOKUP.fullmatch, lambda n: "SELECT " + "?a" * n + "x"),
    "the end of a look-up": (_LOOKUP.fullmatch, lambda n: "SELECT*{<a:b>?p?o" + " " * n + "x"),
    "bases of a query": (_dataset, lambda n: "BASE <a/>" * n + "SELECT * {}"),
    "graphs without an end": (_dataset, lambda n: "SELECT * " + "FROM<" * n),
    "hyphens in a query": (_dataset, lambda n: "a-" * n),
    "opened IRIs of profiles": (_accepted, lambda n: "<" * n),
    "profiles": (_accepted, lambda n: "<a:b>," * n),
    "blanks in a point": (_POINT.fullmatch, lambda n: "POINT" + " " * n + "x"),
    "blanks behind a point": (_POINT.fullmatch, lambda n: "POINT(1 1" + " " * n + "x"),
    "tabs in a cell": (quote_formulas, lambda n: "a" + "\t" * n + "a"),
    "semicolons in a cell": (quote_formulas, lambda n: "a" + "; " * n + "a"),
    "line breaks that are stripped": (quote_formulas, lambda n: "a" + "\v\f" * n + "a"),
    "such breaks before a sign": (quote_formulas, lambda n: '\v\u2028"\x85' * n + "=a"),
    "signs in a cell": (quote_formulas, lambda n: "\v=\v-" * n),
    "a name of a form": (_PARAMETER.match, lambda n: '; name="' + '\\"' * n),
}


def _seconds(read: Callable[[str], object], text: str) -> float:
    """The shortest of three: what else the machine does only adds."""
    found = []
    for _ in range(3):
        began = time.process_time()
        with suppress(AtlasError):
            read(text)
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.parametrize("name", list(READERS))
def test_reading_grows_as_its_text(name: str) -> None:
    read, made = READERS[name]
    size = _SMALLEST
    while (taken := _seconds(read, made(size))) < _ENOUGH:
        if size >= _LARGEST:
            return
        size *= 2
    assert _seconds(read, made(2 * size)) / taken < _MOST
