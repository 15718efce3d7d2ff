"""docs/json.md is what the mapping says."""

from __future__ import annotations

from pathlib import Path

from catalog_service.api.names_page import page
from harvesters.unknown_fields import known_names, names_like

PAGE = Path(__file__).resolve().parents[2] / "docs" / "json.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_every_name_is_on_it() -> None:
    text = PAGE.read_text("utf-8")
    assert [name for name in known_names() if f"`{name}`" not in text] == []


def test_names_that_are_nearly_right_lead_to_the_right_one() -> None:
    for wrong, right in (
        ("titel", "title"),
        ("updateFrequency", "update_frequency"),
        ("open-type", "open_type"),
        ("数据集名", "数据集名称"),
        ("keyword", "keywords"),
    ):
        assert right in names_like(wrong), (wrong, names_like(wrong))
    assert names_like("zzzzzz")[0] == "title"
