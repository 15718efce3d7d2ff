"""What an engine says of a query that it cannot run, told in the words of the catalogue.

Engines name what their grammar would have taken next: character classes, keywords that nobody
meant. What helps is where it is, in the asker's own text, and the two mistakes made most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catalog_service.graph.errors import GRAPH_BROKEN
from catalog_service.sparql.errors import (
    SPARQL_FAILED,
    SPARQL_FUNCTION_UNKNOWN,
    SPARQL_MEMORY,
    SPARQL_PREFIX_UNKNOWN,
    SPARQL_SERVICE_REFUSED,
    SPARQL_SYNTAX,
    SPARQL_TOO_LARGE,
    SPARQL_UNWRITABLE,
    SPARQL_VARIABLE_UNBOUND,
)
from catalog_service.sparql.offending_token import end_of, lines_of, place_of, start_of
from catalog_service.sparql.query_check import called_functions
from catalog_service.sparql.unbound_variable import unbound_variable
from ontology.errors import AtlasError

_FUNCTION: Final = re.compile(r"custom function <([^<>]*)> is not supported")
_PLACES: Final = (
    (re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL), False),
    (re.compile(r"[Ll]ine (\d+), column (\d+)(?:: )?(.*)", re.DOTALL), True),
)
"""How engines write a place, and whether a token begins there."""

_ENDED: Final = 'Encountered "<EOF>"'
_BEGUN: Final = re.compile(r'after prefix "((?:[^"\\]|\\.)*)"')
_JAVA_ESCAPE: Final = re.compile(r"\\u[0-9a-fA-F]{4}|\\.")
_UNBOUND: Final = ("variable that is unbound", "Non-group key variable")
_NO_PREFIX: Final = ("Prefix not found", "Unresolved prefixed name")
_PREFIX: Final = re.compile(r"([^\W\d_][\w.\-]*)?:")
_NEAR: Final = 24
"""Characters of the query shown on each side of the place."""

_REASON_LENGTH: Final = 300
_LONGEST_PREFIX: Final = 200
"""Characters before the place among which the prefix is looked for; no one writes longer names."""

_HERE: Final = "▸"
_DAMAGED: Final = "Corruption"


@dataclass(frozen=True, slots=True)
class EnginePlace:
    """What an engine says of a mistake: line and column from 1, and the reason.

    Where ``is_exact``, a token begins there, and the column is in UTF-16 units; otherwise it is
    the farthest character that was looked at.
    """

    line: int
    column: int
    reason: str
    is_exact: bool


def error_place(reason: str) -> EnginePlace:
    """Return line and column that a server's message names, and what it says of them.

    Oxigraph writes ``error at 1:8: …``, Jena ``… at line 1, column 8. …`` or ``Line 1, column 8:
    …``; without a place it is the beginning.
    """
    for pattern, is_exact in _PLACES:
        found = pattern.search(reason)
        if found is not None:
            return EnginePlace(int(found[1]), int(found[2]), found[3] or reason, is_exact)
    return EnginePlace(1, 1, reason, is_exact=True)


def java_place(text: str, line: int, column: int, reason: str) -> tuple[int, int]:
    """Return where a token begins of which Jena speaks, whose columns are units of UTF-16.

    Of the end it names the last character, and of what is no token at all the one behind it.
    """
    if _ENDED in reason:
        return place_of(text, end_of(text))
    begun = _BEGUN.search(reason)
    if begun is not None:
        column -= len(_JAVA_ESCAPE.sub("x", begun[1]))
    lines = lines_of(text)
    if not 1 <= line <= len(lines):
        return line, column
    units = lines[line - 1].encode("utf-16-le", "surrogatepass")[: 2 * (max(column, 1) - 1)]
    return line, len(units.decode("utf-16-le", "replace")) + 1


def syntax_error(text: str, line: int, column: int, reason: str) -> AtlasError:
    """Return the error for a query that the grammar does not take.

    ``line`` and ``column`` count from 1, in code points, and are where the token begins that was
    not taken (`offending_token`). The parameters of every kind returned hold both.
    """
    lines = lines_of(text)
    line = min(max(line, 1), len(lines))
    whole = lines[line - 1]
    column = min(max(column, 1), len(whole) + 1)
    before, after = whole[: column - 1], whole[column - 1 :]
    unbound = _unbound(text, line, column, reason, is_end=after.startswith("}"))
    if unbound is not None:
        return unbound
    start, end = ("…" * (len(part) > _NEAR) for part in (before, after))
    near = f"{start}{before[-_NEAR:]}{_HERE}{after[:_NEAR]}{end}".strip()
    if any(said in reason for said in _NO_PREFIX):
        prefix = _last_prefix(before, after)
        if prefix is not None:
            return AtlasError(SPARQL_PREFIX_UNKNOWN, line=line, column=column, prefix=prefix)
    return AtlasError(SPARQL_SYNTAX, line=line, column=column, near=near)


def failure(reason: str) -> AtlasError:
    """Return the error for a query that was understood and could not be run."""
    unknown = _FUNCTION.search(reason)
    if unknown is not None:
        return AtlasError(SPARQL_FUNCTION_UNKNOWN, function=f"<{unknown[1][:_REASON_LENGTH]}>")
    return AtlasError(SPARQL_FAILED, reason=reason[:_REASON_LENGTH])


def worker_failure(
    head: dict[str, Any], request: dict[str, Any], memory_mb: int, path: Path
) -> AtlasError:
    """Return the error that a worker's reply tells of (`worker.Worker.answer`)."""
    text = request["query"]
    match head["error"]:
        case "unwritable":
            return AtlasError(SPARQL_UNWRITABLE, form=request["media_type"], what=head["what"])
        case "syntax":
            return syntax_error(text, head["line"], head["column"], head["reason"])
        case "too-large":
            return AtlasError(
                SPARQL_TOO_LARGE, rows=request["max_rows"], bytes=request["max_bytes"]
            )
        case "memory":
            return AtlasError(SPARQL_MEMORY, megabytes=memory_mb)
    # The guard did not see it, the wall held: the engine could not open its connection.
    if "service" in text.lower() and "denied" in head["reason"].lower():
        return AtlasError(SPARQL_SERVICE_REFUSED)
    # RocksDB's word for bytes that are not what was written: no other query will do better.
    if _DAMAGED in head["reason"]:
        return AtlasError(GRAPH_BROKEN, path=path, reason=head["reason"])
    return failure(head["reason"])


def broken_off(text: str, reason: str) -> AtlasError:
    """Return the error for an answer that a server began with status 200 and did not end.

    Oxigraph's server gives no reason then. A function that it lacks is by far the usual one, so
    the first of the query's own that may be one is named; without any, what is known is said.
    """
    function = next(iter(called_functions(text)), None)
    if function is not None:
        return AtlasError(SPARQL_FUNCTION_UNKNOWN, function=function[:_REASON_LENGTH])
    said = f"the answer broke off: {reason}"
    return AtlasError(SPARQL_FAILED, reason=said[:_REASON_LENGTH])


def _unbound(text: str, line: int, column: int, reason: str, *, is_end: bool) -> AtlasError | None:
    if any(said in reason for said in _UNBOUND):
        found = unbound_variable(text)
    elif is_end:
        found = unbound_variable(text, closing=start_of(text, line) + column - 1)
    else:
        return None
    if found is None:
        return None
    line, column = place_of(text, found[1])
    return AtlasError(SPARQL_VARIABLE_UNBOUND, line=line, column=column, variable=found[0])


def _last_prefix(before: str, after: str) -> str | None:
    """Return the prefix of the name that ends, or stands, at the place."""
    # A long word without a colon would be read anew from each of its characters.
    after = re.split(r"[\s{}()<>\"'.,;]", after[:_LONGEST_PREFIX], maxsplit=1)[0]
    joined = before[-_LONGEST_PREFIX:] + after
    found = list(_PREFIX.finditer(joined))
    return (found[-1][1] or "") if found else None
