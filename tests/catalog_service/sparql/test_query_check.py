"""The tokens of a query: read in one pass, whatever the text."""

from __future__ import annotations

import pytest

from catalog_service.sparql.limits import MAX_QUERY_CHARACTERS
from catalog_service.sparql.query_check import names_service, tokens_of


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
