"""Checking the text of a query before it runs: its form, and what is not allowed.

This reads tokens, it does not parse: syntax is the engine's to judge. Oxigraph's grammar needs no
blank around keywords (``SERVICEex:p{…}`` is a SERVICE to it) and tells ``<`` from an IRI only by
where it stands, so no tokenizer can be sure of finding every SERVICE. Where a worker's sandbox
bars all sockets this only gives a clear message; elsewhere ``strict`` refuses the word itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, cast

from catalog_service.sparql.errors import (
    SPARQL_FUNCTION_UNKNOWN,
    SPARQL_QUERY_TOO_LONG,
    SPARQL_SERVICE_REFUSED,
    SPARQL_UPDATE_REFUSED,
)
from catalog_service.sparql.limits import MAX_QUERY_CHARACTERS
from ontology.errors import AtlasError

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_UPDATES = (
    *("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"),
)
_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<number>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)
  | (?P<name>_?:(?:[\w:.%\-\u00B7]|\\.)*)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TEXT = re.compile(
    r"""
    \"\"\"(?>(?:[^"\\]|\\.|"(?!""))*)\"\"\"|'''(?>(?:[^'\\]|\\.|'(?!''))*)'''
  | "(?>(?:[^"\\\r\n]|\\.)*)"|'(?>(?:[^'\\\r\n]|\\.)*)'
    """,
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(r"[^\W\d_][\w.\-\u00B7]*")
"""The longest prefix of a name, if a colon follows."""
_OPEN_TEXTS = 16
"""Literals without an end in one query, each of which is read to the end of the text in vain. No
query has any; from then on quotes are only marks, and what stands between them is looked at."""
_CHANGING = ("NOW", "RAND", "UUID", "BNODE")
"""How the functions end whose value is another each time; STRUUID is one."""
_SHORT = 2_000
_KEPT = 64
"""Short queries whose tokens are kept."""
_LONG_KEPT = 2
_SERVICE = re.compile("service", re.IGNORECASE)
_BEGINNING = re.compile(
    r"""
    [ \t\r\n]*+
    (?:PREFIX[ \t\r\n]++(?:[^\W\d_][\w\-]*+)?+:[ \t\r\n]*+<[^<>"{}|^`\\\x00-\x20]*+>[ \t\r\n]*+)*+
    (SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[ \t\r\n{*(?$<])
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""How nearly all queries begin. Tokens tell the same, and take ten times as long."""
_CLASS = re.compile(r"<\s*java:", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PLAIN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9:/._~%#?=-]*>")


@dataclass(frozen=True, slots=True)
class Outline:
    """What a query looks like; ``form`` is None where its first keyword is none of SPARQL's."""

    form: QueryForm | None


Token = tuple[str, str]
"""A kind, named as in the pattern, and the text."""


def tokens_of(text: str) -> Sequence[Token]:
    """Return the tokens of a query, blanks and comments among them.

    Takes time in proportion to the length, whatever the text: it is read before anything is
    charged.
    """
    return _tokens_kept(text) if len(text) <= _SHORT else _long_tokens_kept(text)


def _tokens(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    position, no_name_before, open_texts = 0, 0, 0
    while position < len(text):
        kind, end = "mark", position
        first = text[position]
        if first in "\"'" and open_texts < _OPEN_TEXTS:
            literal = _TEXT.match(text, position)
            if literal is None:
                open_texts += 1
            else:
                kind, end = "text", literal.end()
        elif position >= no_name_before and (prefix := _PREFIX.match(text, position)):
            colon = prefix.end()
            if text.startswith(":", colon) and text[colon - 1] != ".":
                name = _TOKEN.match(text, colon)
                assert name is not None
                kind, end = "name", name.end()
            else:
                # None begins in this run, so that it is not looked through for each of its words.
                no_name_before = colon
        if end == position:
            token = _TOKEN.match(text, position)
            assert token is not None
            kind, end = token.lastgroup or "mark", token.end()
        found.append((kind, text[position:end]))
        position = end
    return tuple(found)


_tokens_kept = lru_cache(_KEPT)(_tokens)
"""One request asks for them several times."""
_long_tokens_kept = lru_cache(_LONG_KEPT)(_tokens)


def outline(text: str) -> Outline:
    """Return the outline of a query, in which SERVICE may be used.

    Raises `AtlasError` (``sparql-query-too-long``, ``sparql-update-refused``).
    """
    return _known_outline(_short_enough(text)) or _outline(tokens_of(text))


def _known_outline(text: str) -> Outline | None:
    """Return the outline of a query that begins as nearly all do, without its tokens."""
    begun = _BEGINNING.match(text)
    return Outline(cast("QueryForm", begun[1].upper())) if begun is not None else None


def _short_enough(text: str) -> str:
    if len(text) > MAX_QUERY_CHARACTERS:
        raise AtlasError(SPARQL_QUERY_TOO_LONG, length=len(text), limit=MAX_QUERY_CHARACTERS)
    return text


def _outline(tokens: Sequence[Token]) -> Outline:
    words = [word.upper() for kind, word in tokens if kind == "word"]
    first = next((w for w in words if w not in ("PREFIX", "BASE", "VERSION")), "")
    if first.startswith(_UPDATES):
        raise AtlasError(SPARQL_UPDATE_REFUSED, word=first)
    form: QueryForm | None = None
    for known in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
        if first.startswith(known):
            form = known
    return Outline(form)


def check(text: str, *, strict: bool = False) -> Outline:
    """Return the outline of a query that may run as it stands.

    Raises `AtlasError` (``sparql-query-too-long``, ``sparql-update-refused``,
    ``sparql-service-refused``). With ``strict`` the word may stand in plain IRIs and variables
    only.
    """
    known = _known_outline(_short_enough(text))
    if known is not None and _SERVICE.search(text) is None:
        return known  # whose tokens have it as little
    tokens = tokens_of(text)
    found = _outline(tokens)
    if names_service(tokens) or (strict and _mentions_service(tokens)):
        raise AtlasError(SPARQL_SERVICE_REFUSED)
    return found


def refuse_classes(text: str) -> None:
    """Refuse a query that names Java classes to an engine which would load them (Apache Jena).

    By an IRI of the scheme ``java``, however it is escaped, or by its function CALL, which makes
    the name while it runs. Raises `AtlasError` (``sparql-function-unknown``).
    """
    plain = _ESCAPE.sub(_character, text)
    seen = [token for token in tokens_of(plain) if token[0] != "blank"]
    called = any(
        kind == "word" and word.upper().endswith("CALL") and following == "("
        for (kind, word), (_, following) in pairwise(seen)
    )
    if called or any(kind == "iri" and _CLASS.match(iri) for kind, iri in seen):
        raise AtlasError(SPARQL_FUNCTION_UNKNOWN, function="CALL" if called else "<java:…>")


def _character(escape: re.Match[str]) -> str:
    """Return the character of a codepoint escape (SPARQL 1.1, 19.2)."""
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= sys.maxunicode else escape[0]


def is_changing(text: str) -> bool:
    """Tell whether the same query over the same state may be answered otherwise.

    Peers change, and so do the time, chance and blank nodes that are made.
    """
    capitals = text.upper()
    if not any(word in capitals for word in _CHANGING) and _SERVICE.search(text) is None:
        return False  # of which no token has one either
    seen = [token for token in tokens_of(text) if token[0] != "blank"]
    called = any(
        kind == "word" and word.upper().endswith(_CHANGING) and following == "("
        for (kind, word), (_, following) in pairwise(seen)
    )
    return called or names_service(seen)


def needs_no_tokens(text: str) -> bool:
    """Tell whether `outline` and `is_changing` answer without reading the tokens."""
    capitals = text.upper()
    return (
        len(text) <= MAX_QUERY_CHARACTERS
        and _known_outline(text) is not None
        and not any(word in capitals for word in _CHANGING)
        and _SERVICE.search(text) is None
    )


def called_functions(text: str) -> list[str]:
    """Return the IRIs and names that stand before a bracket, as they are written.

    Those that may be functions: an item of a list looks the same (``?s ex:p (1 2)``). The casts
    of XML Schema are left out.
    """
    seen = [token for token in tokens_of(text) if token[0] != "blank"]
    return [
        word
        for (kind, word), (_, following) in pairwise(seen)
        if kind in ("iri", "name")
        and following == "("
        and not word.startswith(("xsd:", "<http://www.w3.org/2001/XMLSchema#"))
    ]


def names_service(found: Sequence[Token]) -> bool:
    """Tell whether SERVICE is used, as far as tokens tell."""
    tokens = [token for token in found if token[0] != "blank"]
    if any(kind == "word" and _SERVICE.search(word) for kind, word in tokens):
        return True
    before = [("mark", ""), *tokens]
    return any(
        kind == "name" and _SERVICE.match(name) and following == "{" and word.upper() != "GRAPH"
        for (_, word), ((kind, name), (_, following)) in zip(before, pairwise(tokens), strict=False)
    )


def _mentions_service(tokens: Sequence[Token]) -> bool:
    return any(
        _SERVICE.search(text)
        for kind, text in tokens
        if kind != "variable" and not (kind == "iri" and _PLAIN_IRI.fullmatch(text))
    )
