"""The W3C suites for SPARQL 1.0 and 1.1 queries, in every form that the service answers in.

Updates and federated queries of the suites must be refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.standards.departures import assert_only_known, reasons
from tests.standards.manifests import Entry, entries
from tests.standards.sparql_suite import DepartureError, evaluate, query_of, refusal

FEDERATED = ("sparql11/service", "sparql11/syntax-fed")
HTTP = ("sparql11/protocol", "sparql11/service-description")
"""Requests over HTTP: test_w3c_protocol."""

Tests = dict[str, Entry]


@pytest.fixture(scope="module")
def suite(w3c: Callable[[str], Path]) -> Tests:
    """All tests that have a query or an update, by folder and name."""
    root = w3c("sparql") / "sparql"
    manifests = {
        manifest.parent.relative_to(root).as_posix(): manifest
        for manifest in sorted(root.glob("sparql1*/*/manifest.ttl"))
    }
    left_out = {*reasons("sparql-folders"), *HTTP}
    assert left_out < manifests.keys()
    return {
        f"{folder}/{entry.name}": entry
        for folder, manifest in manifests.items()
        if folder not in left_out
        for entry in entries(manifest)
    }


def is_update(entry: Entry) -> bool:
    return query_of(entry).suffix == ".ru"


def is_federated(name: str) -> bool:
    return name.rpartition("/")[0] in FEDERATED


def test_queries_have_the_answers_of_the_suite_in_every_form(suite: Tests) -> None:
    failed: dict[str, str] = {}
    run = 0
    for name, entry in suite.items():
        if "Syntax" in entry.kind or is_update(entry) or is_federated(name):
            continue
        run += 1
        try:
            evaluate(entry)
        except DepartureError as error:
            failed[name] = str(error)
    assert run > 500
    assert_only_known("sparql-queries", failed)


def test_queries_are_refused_where_the_suite_says_that_they_are_none(suite: Tests) -> None:
    failed: dict[str, str] = {}
    kinds: dict[str, int] = {}
    for name, entry in suite.items():
        if "Syntax" not in entry.kind or is_update(entry) or is_federated(name):
            continue
        good = "Positive" in entry.kind
        kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
        found = refusal(query_of(entry))
        if (found is None) != good:
            failed[name] = found or "accepted"
    assert sum(kinds.values()) > 300, kinds
    assert len(kinds) == 4
    assert_only_known("sparql-syntax", failed)


def test_every_update_is_refused(suite: Tests) -> None:
    found = {name: refusal(query_of(e)) for name, e in suite.items() if is_update(e)}
    assert len(found) > 150
    # A request of comments and prefixes only is no query either.
    syntax = {name for name, code in found.items() if code == "syntax"}
    assert syntax == {f"sparql11/syntax-update-1/test_{number}" for number in (38, 39, 40)}
    assert set(found.values()) == {"sparql-update-refused", "syntax"}


def test_every_federated_query_is_refused(suite: Tests) -> None:
    found = {name: refusal(query_of(e)) for name, e in suite.items() if is_federated(name)}
    assert len(found) == 10
    assert set(found.values()) == {"sparql-service-refused"}
