"""docs/security.md names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path("docs/security.md")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_each_answer_names_a_test_that_there_is() -> None:
    text = DOCS.read_text("utf-8")
    named = NAMED.findall(text)
    assert len(named) > 40
    missing = [
        f"{path}::{name}"
        for path, name in named
        if f"def {name}(" not in (Path(path).read_text("utf-8") if Path(path).exists() else "")
    ]
    assert missing == []


def test_each_row_has_its_test() -> None:
    rows = re.findall(r"^\| \d\.\d\.\d.*\|$", DOCS.read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 30
    assert [row for row in rows if NAMED.search(row) is None] == []
