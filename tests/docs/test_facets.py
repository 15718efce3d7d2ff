"""docs/facets.md is what the register of facets says."""

from __future__ import annotations

from pathlib import Path

from search.facets_page import page

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_what_the_code_says() -> None:
    assert (DOCS / "facets.md").read_text("utf-8") == page()
