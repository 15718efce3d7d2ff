"""Which variable of a SELECT clause can have no value: the one that is neither grouped nor counted.

Engines say that there is one (SPARQL 1.1, 19.8, note 12 of the grammar), not which. This reads
tokens and does not parse; a query that an engine takes is never asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from catalog_service.sparql.query_check import Token, tokens_of

_AGGREGATES: Final = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_ENDS_GROUPS: Final = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_OPENING: Final = "({["
_CLOSING: Final = ")}]"

Placed = tuple[str, str, int]
"""Kind, text and first character of a token that is no blank."""


def unbound_variable(text: str, closing: int | None = None) -> tuple[str, int] | None:
    """Return the variable with its sign, and the character where it stands; None if none is found.

    Of several the first. ``closing`` is the character of the bracket that ends a subquery, where
    the engine could not go on: it does not say why. Without it the whole query is at fault.
    """
    tokens = list(_placed(tokens_of(text)))
    for start, (kind, word, _) in enumerate(tokens):
        if not _is(kind, word, "SELECT"):
            continue
        if _end(tokens, _behind(tokens, _where(tokens, start))) != closing:
            continue
        found = _unbound_in(tokens, start)
        if found is not None:
            return found
    return None


def _placed(tokens: Sequence[Token]) -> Iterator[Placed]:
    start = 0
    for kind, word in tokens:
        if kind != "blank":
            yield kind, word, start
        start += len(word)


def _is(kind: str, word: str, *keywords: str) -> bool:
    return kind == "word" and word.upper().startswith(keywords)


def _unbound_in(tokens: Sequence[Placed], start: int) -> tuple[str, int] | None:
    opened = _where(tokens, start)
    grouped = _grouped(tokens, _behind(tokens, opened))
    clause = tokens[start + 1 : opened]
    bare = list(_outside_aggregates(clause))
    if grouped is None and len(bare) == len(clause):
        return None
    known = set(grouped or ())
    new = False
    for kind, word, place in bare:
        if kind == "variable":
            # What AS gives a name to is known from there on.
            if not new and word[1:] not in known:
                return word, place
            known.add(word[1:])
        new = _is(kind, word, "AS") and word.upper() == "AS"
    return None


def _where(tokens: Sequence[Placed], start: int) -> int:
    """Return the token that opens the pattern of a SELECT."""
    for number in range(start, len(tokens)):
        if tokens[number][1] == "{":
            return number
    return len(tokens)


def _behind(tokens: Sequence[Placed], opened: int) -> int:
    """Return the token behind the bracket that closes the one at ``opened``."""
    depth = 0
    for number in range(opened, len(tokens)):
        depth += _step(tokens[number])
        if depth == 0:
            return number + 1
    return len(tokens)


def _end(tokens: Sequence[Placed], start: int) -> int | None:
    """Return the character of the bracket that closes what is around ``start``; None without."""
    depth = 0
    for token in tokens[start:]:
        depth += _step(token)
        if depth < 0:
            return token[2]
    return None


def _step(token: Placed) -> int:
    kind, word, _ = token
    if kind != "mark":
        return 0
    return (word in _OPENING) - (word in _CLOSING)


def _grouped(tokens: Sequence[Placed], start: int) -> list[str] | None:
    """Return the variables that GROUP BY gives; None where the query does not group."""
    if start >= len(tokens) or not _is(*tokens[start][:2], "GROUP"):
        return None
    found: list[str] = []
    depth, named = 0, False
    for token in tokens[start + 1 :]:
        kind, word, _ = token
        depth += _step(token)
        if depth < 0 or (depth == 0 and _is(kind, word, *_ENDS_GROUPS)):
            break
        if kind == "variable" and (depth == 0 or named):
            found.append(word[1:])
        named = kind == "word" and word.upper() == "AS"
    return found


def _outside_aggregates(clause: Sequence[Placed]) -> Iterator[Placed]:
    """Yield what no aggregate takes in."""
    depth, inner = 0, 0
    for number, token in enumerate(clause):
        kind, word, _ = token
        following = clause[number + 1][1] if number + 1 < len(clause) else ""
        if not inner and kind == "word" and following == "(" and word.upper().endswith(_AGGREGATES):
            inner = depth + 1
            continue
        depth += _step(token)
        if not inner:
            yield token
        elif depth < inner:
            inner = 0
