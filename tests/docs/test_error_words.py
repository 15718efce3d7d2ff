"""What errors tell of themselves has words of its own, wherever they are raised."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("catalog_service", "ontology", "shapes", "harvesters", "search")
NAMED = frozenset({"step", "state", "action", "role", "roles", "wanted", "kinds", "possible"})
"""Parameters of messages that the program has codes for, and readers a name."""
TYPED = frozenset({"UNKNOWN_ROLE"})
"""Of what somebody typed on a command line, and is told in the same words."""
MADE_BY = ("Named", "NamedSeveral", "Phrase", "json_reason")
SENTENCE = re.compile(r"[A-Za-z’]{2,} [A-Za-z’]{2,} [A-Za-z’]+|[a-z]{3,} [a-z]{3,}")


def raised() -> Iterator[tuple[str, str, str, ast.expr]]:
    """Yield place, kind, parameter and value of every error that is made."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "AtlasError":
                    place = f"{path.relative_to(ROOT)}:{call.lineno}"
                    for one in call.keywords:
                        if one.arg is not None:
                            yield place, ast.unparse(call.args[0]), one.arg, one.value


def is_named(value: ast.expr) -> bool:
    """Tell whether a value has a name in each language, or is what somebody typed, cut short."""
    if isinstance(value, ast.IfExp):
        return is_named(value.body) and is_named(value.orelse)
    if isinstance(value, ast.Call):
        made_by = ast.unparse(value.func).rpartition(".")[2]
        return made_by in MADE_BY or made_by.startswith("named")
    return isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice)


def unnamed(value: ast.expr) -> Iterator[ast.AST]:
    """Yield the parts of a value that are not told in each language."""
    waiting: list[ast.AST] = [value]
    while waiting:
        part = waiting.pop()
        if not (isinstance(part, ast.Call) and is_named(part)):
            yield part
            waiting += ast.iter_child_nodes(part)


def test_codes_of_the_program_are_told_by_their_names() -> None:
    wrong = [
        f"{place} {kind} {name}={ast.unparse(value)}"
        for place, kind, name, value in raised()
        if name in NAMED and kind not in TYPED and not is_named(value)
    ]
    # `possible` and `_NONE_YET` are made just before.
    assert [one for one in wrong if "lifecycle.py" not in one] == []


def test_no_english_sentence_stands_within_a_chinese_one() -> None:
    wrong = [
        f"{place} {kind} {name}={ast.unparse(value)}"
        for place, kind, name, value in raised()
        for part in unnamed(value)
        if isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and SENTENCE.search(part.value)
    ]
    assert wrong == []
