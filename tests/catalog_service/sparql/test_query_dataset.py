"""The dataset that a query's own clauses name, also where there are very many of them."""

from __future__ import annotations

import pytest

from catalog_service.sparql.query_dataset import dataset_of
from ontology.errors import AtlasError


def test_thousands_of_graphs_are_named_once_each() -> None:
    names = [f"http://e.example/{n}" for n in range(4_000)]
    clauses = " ".join(f"FROM <{name}>" for name in (*names, *names))
    found = dataset_of(f"SELECT * {clauses} {{ ?s ?p ?o }}", (), ())
    assert found is not None
    assert found.default == tuple(names)
    assert found.named == ()


def test_an_iri_in_escapes_is_read_and_one_without_end_is_left_to_the_engine() -> None:
    escaped = "".join(f"\\u{ord(c):04x}" for c in "http://e.example/a")
    query = (
        f"SELECT * FROM <{escaped}> FROM NAMED <http://e.example/b> FROM <http://e.example/c> {{}}"
    )
    found = dataset_of(query, (), ())
    assert found is not None
    assert found.default == ("http://e.example/a", "http://e.example/c")
    assert found.named == ("http://e.example/b",)
    assert dataset_of("SELECT * " + "FROM <\\u0061 " * 2_000, (), ()) is None


@pytest.mark.parametrize(
    "declared",
    ["PREFIX 1: <http://e/>", "PREFIX : <http://e/a b>", "BASE x:y", "PREFIX : <relative/>"],
)
def test_a_prefix_or_base_that_cannot_be_read_is_left_to_the_engine(declared: str) -> None:
    assert dataset_of(f"{declared} SELECT * FROM <x:a> FROM <x:b> {{}}", (), ()) is None


def test_graphs_of_the_protocol_are_taken_as_they_are() -> None:
    found = dataset_of("ASK {}", ("http://a/b#", "c"), ("x:?",), "http://base/")
    assert found is not None
    assert (found.default, found.named) == (("http://a/b#", "http://base/c"), ("x:?",))


@pytest.mark.parametrize("name", ["http://[", "//[", "a b"])
def test_what_is_no_iri_is_told(name: str) -> None:
    with pytest.raises(AtlasError) as caught:
        dataset_of("ASK {}", (name,), (), "http://base/")
    assert caught.value.code == "illegal-iri"


def test_thousands_of_bases_are_left_to_the_engine() -> None:
    query = "BASE <a/>" * 12_000 + "SELECT * FROM <x:a> FROM <x:b> {}"
    assert dataset_of(query, (), (), "http://base/") is None
