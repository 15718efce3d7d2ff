"""Processes are started by modules that are imported: import-linter sees no name in a string."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from catalog_service.operations import web_process, worker_process
from catalog_service.sparql import worker

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("ontology", "shapes", "harvesters", "search", "catalog_service")
MODULE = re.compile(rf"({'|'.join(PACKAGES)})(\.[a-z_]+)+")


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """Yield all strings of a file with their lines."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_no_module_of_ours_is_named_in_a_string() -> None:
    # Packages may be: data files are found in them by their names.
    named = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        for line, text in texts(file)
        if MODULE.fullmatch(text) and (ROOT / f"{text.replace('.', '/')}.py").is_file()
    ]
    assert named == []


def test_what_the_supervisor_and_the_pool_start_can_be_run() -> None:
    for module in (web_process, worker_process, worker):
        assert MODULE.fullmatch(module.__name__)
        assert "__main__" in Path(str(module.__file__)).read_text("utf-8")
