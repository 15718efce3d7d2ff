"""docs/errors.md is held against every kind of error in the code, and each kind to its promise."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

from catalog_service.http.errors_page import ROOMS, kinds, page
from translations import translator

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "errors.md"
READERS_OF_INPUT = ("harvesters", "ontology", "shapes", "search/thesaurus")
"""What their kinds say nothing else of is an input at fault: status 422."""


def test_the_page_is_what_the_code_says() -> None:
    assert DOCS.read_text("utf-8") == page()


def test_only_what_reads_inputs_may_leave_the_status_out() -> None:
    """A kind that is missing or out of order elsewhere cannot be taken for an input at fault."""
    silent = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if not str(path.relative_to(ROOT)).startswith(READERS_OF_INPUT)
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("ErrorKind", "CountedErrorKind")
        and "status" not in {keyword.arg for keyword in call.keywords}
    ]
    assert silent == []


def test_both_languages_use_the_same_parameters_and_say_what_to_do() -> None:
    for kind in kinds().values():
        zh = translator("zh").lookup(kind.text)
        fields = [
            {name for _, name, _, _ in Formatter().parse(text) if name} for text in (zh, kind.text)
        ]
        assert fields[0] == fields[1], kind.code
        # What happened, and what to do: more than one clause in either language.
        assert len(re.findall(r"[。；，：]", zh)) >= 2, kind.code
        assert len(re.findall(r"[.;,:](?:\s|$)", kind.text)) >= 2, kind.code


def test_codes_are_lower_case_with_hyphens() -> None:
    assert [code for code in kinds() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []
