"""Whatever other tools' parameters hold, it is answered or refused by an error of our own."""

from __future__ import annotations

import json
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog_service.ckan_api.arguments import Arguments
from catalog_service.ckan_api.filter_query import FIELDS
from catalog_service.ckan_api.service import ACTIONS, answer
from catalog_service.reconciliation import service as reconciliation
from catalog_service.reconciliation.properties import PROPERTIES
from ontology.errors import AtlasError
from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]

small = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

NAMES = (
    *("id", "name", "name_or_id", "q", "fq", "fq_list", "sort", "rows", "start", "facet"),
    *("facet.field", "facet.limit", "facet.mincount", "limit", "offset", "all_fields"),
    *("organizations", "groups", "include_datasets", "query", "vocabulary_id"),
)
PIECES = st.sampled_from(
    [
        *('"', "(", ")", "[", "]", "\\", "*", ":", "+", "-", " OR ", " AND ", " TO ", "*:*", "\0"),
        *(
            "公交",
            "city/BUS1",
            "city--BUS1",
            "http://[",
            "%2F",
            "9" * 30,
            "-1",
            "١",
            "\ufeff",
            "{}",
        ),
        *("0001-01-01", "9999-12-31T23:59:59Z", "2026-02-30", "[1]", "null", "true"),
        *(f"{field}:" for field in FIELDS),
    ]
)
texts = st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@small
@given(
    st.sampled_from(sorted(ACTIONS)), st.dictionaries(st.sampled_from(NAMES), values, max_size=5)
)
@example("package_search", {"fq": "metadata_modified:[0001-01-01 TO 9999-12-31]"})
def test_actions_of_ckan(site: Site, action: str, given: dict[str, Any]) -> None:
    try:
        orjson.dumps(answer(site[0].atlas, action, Arguments(given), "zh"))
    except AtlasError as error:
        assert error.kind.status < 500, error


def _objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with any of the fields that the protocol names, each as it should be or otherwise."""
    optional = {name: strategy | values for name, strategy in fields.items()}
    return st.fixed_dictionaries({}, optional=optional)


kinds = st.sampled_from(["organization", "place", "theme", "dataset"])
properties = st.sampled_from([one.id for one in PROPERTIES])
queries = _objects(
    query=texts,
    type=kinds | _objects(id=kinds),
    limit=st.integers(),
    properties=st.lists(_objects(pid=properties, v=_objects(id=texts, name=texts)), max_size=2),
)
extensions = _objects(
    ids=st.lists(texts, max_size=2),
    properties=st.lists(_objects(id=properties, settings=_objects(limit=texts)), max_size=2),
)


@small
@given(st.dictionaries(texts, queries | values, max_size=3) | values)
def test_queries_of_reconciliation(site: Site, given: object) -> None:
    try:
        found = reconciliation.reconcile(site[0].atlas, json.dumps(given), "zh")
        orjson.dumps(found)
    except AtlasError as error:
        assert error.kind.status < 500, error


@small
@given(extensions | values)
@example({"ids": ["x"], "properties": [{"id": "x", "settings": [1]}]})
def test_extensions_of_reconciliation(site: Site, given: object) -> None:
    try:
        orjson.dumps(reconciliation.extend(site[0].atlas, json.dumps(given), "en"))
    except AtlasError as error:
        assert error.kind.status < 500, error


@pytest.mark.parametrize(
    "address",
    [
        *("/reconcile/suggest/entity", "/reconcile/suggest/type", "/reconcile/suggest/property"),
        *("/reconcile/properties", "/reconcile/view", "/reconcile/preview", "/reconcile"),
        *("/api/3/action/package_search", "/api/3/action/package_show"),
    ],
)
@pytest.mark.parametrize(
    "value", ["http://[", "9" * 30, "\0", "\ufeff{", "[[[[", "0001-01-01"], ids=repr
)
def test_addresses_of_other_tools(site: Site, address: str, value: str) -> None:
    names = ("prefix", "type", "limit", "id", "q", "fq", "rows", "query", "queries", "extend")
    for name in names:
        found = site[1].get(address, params={name: value})
        assert found.status_code < 500, (name, found.text)
