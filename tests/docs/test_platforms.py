"""docs/platforms is held against the registry: each type has a row, a page and its options."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harvesters.platforms.registry import PLATFORM_TYPES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "platforms"
ROW = re.compile(r"^\| `([a-z-]+)` \| (.+?): .+? \| \[(.+?)\]\(\3\) \|$", re.MULTILINE)
OPTION = re.compile(r"^\| `([a-z-]+)` \| (.+) \|$", re.MULTILINE)
ROWS = {
    name: (title, page) for name, title, page in ROW.findall((FOLDER / "README.md").read_text())
}


def test_every_type_has_a_row_with_its_chinese_title() -> None:
    titles = {one.name: one.title_zh for one in PLATFORM_TYPES.values()}
    assert {name: title for name, (title, _) in ROWS.items()} == titles


@pytest.mark.parametrize("name", PLATFORM_TYPES)
def test_its_page_connects_one_and_tells_its_options(name: str) -> None:
    text = (FOLDER / ROWS[name][1]).read_text()
    _, _, options = text.partition("## Options")
    assert dict(OPTION.findall(options)) == dict(PLATFORM_TYPES[name].options)
    others = [n for n, (_, page) in ROWS.items() if page == ROWS[name][1]]
    assert any("atlas source add" in text and f"--type {n}" in text for n in others)
    assert "atlas harvest" in text and "atlas runs show" in text
