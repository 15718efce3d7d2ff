"""The tokens of a query: read in one pass, whatever the text."""

from __future__ import annotations

import pytest

from catalog_service.sparql import query_check
from catalog_service.sparql.limits import MAX_QUERY_CHARACTERS
from catalog_service.sparql.query_check import is_changing, names_service, outline, tokens_of
from ontology.errors import AtlasError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b:c", [("name", "a.b:c")]),
        ("a.:c", [("word", "a"), ("mark", "."), ("name", ":c")]),
        ("1a-b:c", [("number", "1"), ("name", "a-b:c")]),
        ("_a:b", [("word", "_a"), ("name", ":b")]),
        ("_:b", [("name", "_:b")]),
        ("a.1e5", [("word", "a"), ("number", ".1e5")]),
        ('"""a"b\\""""', [("text", '"""a"b\\""""')]),
        ("'a", [("mark", "'"), ("word", "a")]),
    ],
)
def test_tokens_are_those_of_the_grammar(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(tokens_of(text)) == expected


@pytest.mark.parametrize(
    "part", ["a.", "a-", '\\"', '\\"""\n', "\\'''\n", "'''\\'", "<", "a", "@a-", "1.", "#", '"']
)
def test_a_text_of_the_greatest_length_is_read_in_one_pass(part: str) -> None:
    # Were it read anew for each token, this would take minutes.
    text = part * (MAX_QUERY_CHARACTERS // len(part))
    assert "".join(word for _, word in tokens_of(text)) == text


def test_behind_many_open_literals_nothing_hides() -> None:
    assert names_service(tokens_of("'\n" * 20 + 'SELECT * { "SERVICE" }'))
    assert not names_service(tokens_of('SELECT * { "SERVICE" }'))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "\n PREFIX a: <b:c>\nprefix : <d>PREFIX a-b:<c> ask{ ?s a:b 1 }",
        "PREFIX a.b: <c> SELECT * {}",
        "select?x{}",
        "SELECT:x",
        "SELECTDISTINCT ?x {}",
        "# a comment\nDESCRIBE <a:b>",
        "BASE <a:b> CONSTRUCT WHERE { ?s ?p ?o }",
        "PREFIX select: <a:b> INSERT DATA { }",
        "PREFIX a: <b INSERT> SELECT * {}",
        "PREFIX <a:b> SELECT * {}",
        "VERSION '1.2' SELECT * {}",
        "{ SELECT * {} }",
        "INSERT { SELECT * {} }",
        "\u017fELECT * {}",
        "",
        "DESCRIBE<a:b>",
    ],
)
def test_the_beginning_tells_what_tokens_tell(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> object:
        try:
            return outline(text)
        except AtlasError as error:
            return error.kind

    quickly = told()
    monkeypatch.setattr(query_check, "_known_outline", lambda _: None)
    assert quickly == told()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT (NOW() AS ?n) {}", True),
        ("SELECT (struuid() AS ?n) {}", True),
        ("SELECT ?now { ?s ?p 'NOW()' }", False),
        ("SELECT * { ?s <a:rand> ?o }", False),
        ("SELECT * { SERVICE <a:b> {} }", True),
        ("SELECT * { ?s ?p ?o }", False),
    ],
)
def test_what_is_answered_otherwise_each_time(text: str, expected: bool) -> None:
    assert is_changing(text) is expected
