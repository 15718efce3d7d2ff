"""What an engine says of a query that it cannot run, told in the words of the catalogue.

Engines name what their grammar would have taken next: character classes, keywords that nobody
meant. What helps is where it is, in the asker's own text, and the two mistakes made most.
"""

from __future__ import annotations

import re
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
from catalog_service.sparql.query_check import called_functions
from ontology.errors import AtlasError

_FUNCTION: Final = re.compile(r"custom function <([^<>]*)> is not supported")
_PLACES: Final = (
    re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL),
    re.compile(r"[Ll]ine (\d+), column (\d+)(?:: )?(.*)", re.DOTALL),
)
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


def error_place(reason: str) -> tuple[int, int, str]:
    """Return line and column that a server's message names, and what it says of them.

    Oxigraph writes ``error at 1:8: …``, Jena ``… at line 1, column 8. …`` or ``Line 1, column 8:
    …``; without a place it is the beginning.
    """
    for pattern in _PLACES:
        found = pattern.search(reason)
        if found is not None:
            return int(found[1]), int(found[2]), found[3] or reason
    return 1, 1, reason


def syntax_error(text: str, line: int, column: int, reason: str) -> AtlasError:
    """Return the error for a query that the grammar does not take.

    ``line`` and ``column`` count from 1 and are the engine's, whose place is the farthest that it
    could read to. The parameters of every kind returned hold both.
    """
    lines = text.splitlines() or [""]
    line = min(max(line, 1), len(lines))
    whole = lines[line - 1]
    column = min(max(column, 1), len(whole) + 1)
    before, after = whole[: column - 1], whole[column - 1 :]
    start, end = ("…" * (len(part) > _NEAR) for part in (before, after))
    near = f"{start}{before[-_NEAR:]}{_HERE}{after[:_NEAR]}{end}".strip()
    if any(said in reason for said in _NO_PREFIX):
        found = _last_prefix(before, after)
        if found is not None:
            return AtlasError(SPARQL_PREFIX_UNKNOWN, line=line, column=column, prefix=found)
    if any(said in reason for said in _UNBOUND):
        return AtlasError(SPARQL_VARIABLE_UNBOUND, line=line, column=column, near=near)
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


def _last_prefix(before: str, after: str) -> str | None:
    """Return the prefix of the name that ends, or stands, at the place."""
    # A long word without a colon would be read anew from each of its characters.
    after = re.split(r"[\s{}()<>\"'.,;]", after[:_LONGEST_PREFIX], maxsplit=1)[0]
    joined = before[-_LONGEST_PREFIX:] + after
    found = list(_PREFIX.finditer(joined))
    return (found[-1][1] or "") if found else None
