"""Where a query is wrong: at the beginning of the token that the grammar does not take."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from catalog_service.sparql.offending_token import lines_of, place_of
from catalog_service.sparql.syntax_errors import java_place, worker_failure
from catalog_service.sparql.unbound_variable import unbound_variable
from catalog_service.sparql.worker import Worker
from ontology.errors import AtlasError
from ontology.terms import PREFIXES


def refused(query: str, tmp_path: Path) -> AtlasError:
    """Return what is said of a query that no store takes."""
    path = tmp_path / "store"
    store = ox.Store(str(path))
    store.flush()
    del store
    request = {
        "query": query,
        "path": str(path),
        "dataset": None,
        "media_type": "application/sparql-results+json",
        "max_rows": 1,
        "max_bytes": 1_000,
        "prefixes": PREFIXES,
    }
    head, _ = Worker().answer(request)
    assert head["error"] == "syntax", head
    return worker_failure(head, request, 1, path)


@pytest.mark.parametrize(
    "marked",
    [
        # The mark ▸ stands where the error is to be.
        "▸SELEC ?s { ?s ?p ?o }",
        "SELECT ?s ▸WHER { ?s ?p ?o }",
        "SELECT ▸COUNT(?s) { ?s ?p ?o }",
        "SELECT (COUNT(?s) ▸?n) { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o ▸ORDER ?x }",
        "SELECT * { ?s ?p ?o } ORDER ▸?x LIMIT 5",
        "SELECT * { ?s ?p ?o } LIMIT ▸x",
        "SELECT * { ?s ?p ?o FILTER ▸?o > 3 }",
        "SELECT * { ?s ?p ?o FILTER(?o > ▸) }",
        "SELECT * { ?s ?p -5 FILTER(?a >= -5 && ▸) }",
        "SELECT * { ?s ▸<http://a b> ?o }",
        'SELECT * { ?s ?p ▸"open }',
        "SELECT * { ?s ?p ▸'''open }",
        "SELECT * { ?s ?p ?o▸",
        "SELECT * { ?s ?p ?o # why\n▸",
        "PREFIX ▸a <http://a.example/> SELECT * {}",
        "SELECT * { ?s ?p ▸“数据” }",
        "SELECT * {\n  ?s a dcat:Dataset ▸； dcat:keyword ?k }",
        "SELECT * { ?s ?p '𠀀𠀀' ▸?o }",
        "SELECT * {\r\n  ?s ▸标题 ?o }",
        "SELECT * {\r ?s ?p ?o }▸}",
        "SELECT * { ?s ?p '\u2028\x0b' ▸?o }",
    ],
)
def test_the_mark_is_at_the_beginning_of_the_token(marked: str, tmp_path: Path) -> None:
    query = marked.replace("▸", "")
    wanted = marked.index("▸")
    if "# why" in marked:
        # The end is that of the last token, not of what follows it.
        wanted = query.index(" #")
    error = refused(query, tmp_path)
    assert (error.params["line"], error.params["column"]) == place_of(query, wanted)
    assert error.code == "sparql-syntax"
    for lang in ("zh", "en"):
        assert "▸" in error.message(lang)


def test_an_unknown_prefix_stands_where_its_name_begins(tmp_path: Path) -> None:
    error = refused("SELECT * {\n  ?s 数据:bar ?o }", tmp_path)
    assert error.code == "sparql-prefix-unknown"
    assert error.params == {"line": 2, "column": 6, "prefix": "数据"}


@pytest.mark.parametrize(
    ("query", "variable", "column"),
    [
        ("SELECT ?s ?t { ?s ?p ?t } GROUP BY ?s", "?t", 11),
        ("SELECT $城市 (COUNT(*) AS ?n) { ?s ?p $城市 }", "$城市", 8),
        ("SELECT (?o + 1 AS ?m) { ?s ?p ?o } GROUP BY ?s", "?o", 9),
        ("SELECT (MAX(?o) AS ?m) (?m + ?q AS ?z) { ?s ?p ?o } GROUP BY ?s", "?q", 30),
        ("SELECT * { { SELECT ?s ?w { ?s ?p ?w } GROUP BY ?s } }", "?w", 24),
    ],
)
def test_the_variable_that_has_no_value_is_named(
    query: str, variable: str, column: int, tmp_path: Path
) -> None:
    error = refused(query, tmp_path)
    assert error.code == "sparql-variable-unbound"
    assert error.params == {"line": 1, "column": column, "variable": variable}
    assert variable in error.message("zh")


def test_a_variable_that_is_grouped_by_an_expression_is_not_blamed() -> None:
    assert unbound_variable("SELECT ?y { ?s ?p ?o } GROUP BY (YEAR(?o) AS ?y)") is None
    assert unbound_variable("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s") is None
    assert unbound_variable("SELECT ?s { ?s ?p ?o }") is None


@pytest.mark.parametrize(
    ("query", "line", "column", "reason", "expected"),
    [
        # As Jena 5.6 writes them; two characters that Java counts twice.
        ("SELECT * {\n '𠀀𠀀' ?o }", 2, 9, 'Encountered " <VAR1> "', (2, 7)),
        ("SELECT * { ?s ?p ?o", 1, 19, 'Encountered "<EOF>" at line 1', (1, 20)),
        ("SELEC ?s {}", 1, 6, "Encountered: '32' (32), after prefix \"SELEC\"", (1, 1)),
        ("ASK { ；?q }", 1, 8, "Encountered: '63', after prefix \"\\uff1b\"", (1, 7)),
        ("ASK", 9, 9, "", (9, 9)),
    ],
)
def test_units_of_java_become_characters(
    query: str, line: int, column: int, reason: str, expected: tuple[int, int]
) -> None:
    assert java_place(query, line, column, reason) == expected


def test_lines_are_those_that_an_editor_counts() -> None:
    text = "a\r\nb\rc\nd\u2028e\x0bf"
    assert lines_of(text) == ["a", "b", "c", "d\u2028e\x0bf"]
    assert place_of(text, text.index("f")) == (4, 5)
