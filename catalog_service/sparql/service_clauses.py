"""The SERVICE clauses of a query: where they stand, whom they ask, and what (SPARQL 1.1 Federated).

Found by the tokens of the grammar, of which the longest is taken (SPARQL 1.1 Query, 19.8). An
engine may read a text that the grammar does not allow differently. Nothing depends on it: what is
not found here is refused by the sandbox that the rest of the query runs in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from catalog_service.sparql.errors import SPARQL_SERVICE_FORM
from catalog_service.sparql.query_check import Token, names_service, tokens_of
from catalog_service.sparql.query_dataset import Names
from ontology.errors import AtlasError

MOST: Final = 4
"""SERVICE clauses of one query."""

_PROLOGUE: Final = ("PREFIX", "BASE")
_NO_PLAIN_SCOPE: Final = frozenset(("SELECT", "MINUS", "EXISTS"))
"""Where one of these stands, a variable that is named may be out of scope."""


@dataclass(frozen=True, slots=True)
class ServiceClause:
    """``SERVICE [SILENT] <endpoint> { pattern }``, at ``text[start:end]``."""

    start: int
    end: int
    endpoint: str
    silent: bool
    pattern: str
    """What stands between the braces."""
    variables: tuple[str, ...]
    """The variables in scope, with their mark; none where that takes a parser to tell."""
    named: frozenset[str]
    """All variables that the pattern names, with their mark, in scope or not."""


@dataclass(frozen=True, slots=True)
class _Placed:
    kind: str
    word: str
    start: int
    end: int


def service_clauses(text: str) -> tuple[ServiceClause, ...]:
    """Return the clauses of a query, in their order; none where SERVICE is not used.

    Raises `AtlasError` (``sparql-service-form``) where it is used otherwise.
    """
    tokens = tokens_of(text)
    if not names_service(tokens):
        return ()
    placed = list(_placed(tokens))
    try:
        names = Names([(one.kind, one.word) for one in placed])
    except (AtlasError, LookupError, ValueError) as error:
        raise _other_form() from error
    clauses: list[ServiceClause] = []
    rest: list[Token] = []
    place = 0
    while place < len(placed):
        if not _is_word(placed[place], "SERVICE"):
            rest.append((placed[place].kind, placed[place].word))
            place += 1
            continue
        clause, place = _clause(text, placed, place, names)
        clauses.append(clause)
    if len(clauses) > MOST or names_service(rest):
        raise _other_form()
    return tuple(clauses)


def prologue_of(text: str) -> str:
    """Return the declarations at the head of a query, as they are written."""
    for one in _placed(tokens_of(text)):
        if one.kind == "word" and one.word.upper() not in _PROLOGUE:
            return text[: one.start]
    return ""


def _placed(tokens: Sequence[Token]) -> Iterator[_Placed]:
    """Yield the tokens that are no blanks, each with its place."""
    start = 0
    for kind, word in tokens:
        end = start + len(word)
        if kind != "blank":
            yield _Placed(kind, word, start, end)
        start = end


def _clause(
    text: str, placed: Sequence[_Placed], first: int, names: Names
) -> tuple[ServiceClause, int]:
    """Return the clause that begins at a token, and the place of the token behind it."""
    place = first + 1
    try:
        silent = _is_word(placed[place], "SILENT")
        place += silent
        endpoint = names.iri(placed[place].kind, placed[place].word)
        opening = place + 1
        closing = _closing(placed, opening)
    except (AtlasError, LookupError, ValueError) as error:
        raise _other_form() from error
    inside = [(one.kind, one.word) for one in placed[opening + 1 : closing]]
    if names_service(inside):
        raise _other_form()
    words = {word.upper() for kind, word in inside if kind == "word"}
    variables = dict.fromkeys(f"?{word[1:]}" for kind, word in inside if kind == "variable")
    return ServiceClause(
        start=placed[first].start,
        end=placed[closing].end,
        endpoint=endpoint,
        silent=silent,
        pattern=text[placed[opening].end : placed[closing].start],
        variables=() if words & _NO_PLAIN_SCOPE else tuple(variables),
        named=frozenset(variables),
    ), closing + 1


def _closing(placed: Sequence[_Placed], opening: int) -> int:
    """Return the place of the brace that closes a group; raises what a missing one raises."""
    if placed[opening].word != "{":
        raise ValueError(placed[opening].word)
    depth = 0
    for place in count(opening):
        if placed[place].kind == "mark":
            depth += (placed[place].word == "{") - (placed[place].word == "}")
        if depth == 0:
            return place
    raise AssertionError


def _is_word(token: _Placed, word: str) -> bool:
    return token.kind == "word" and token.word.upper() == word


def _other_form() -> AtlasError:
    return AtlasError(SPARQL_SERVICE_FORM, most=MOST)
