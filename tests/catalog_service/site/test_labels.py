"""What values are called on pages: every value has a name, and templates ask for no others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import catalog_service
from catalog_service.site.labels import LABELS
from search.facets import FACETS, GROUP
from shapes.report import Severity
from shapes.rule import Level
from translations import translator

LITERAL = re.compile(r"""\blabel\(\s*["']([\w ]+)["'], ["']([\w-]+)["']""")


def test_every_value_has_a_name_in_chinese_of_its_own() -> None:
    chinese = translator("zh")
    for group, texts in LABELS.items():
        for value, text in texts.items():
            assert text
            assert chinese.pgettext(group, text, day="{day}") != text, (group, value)


def test_facets_severities_and_levels_are_all_named() -> None:
    assert LABELS["facet"].keys() == {*FACETS, GROUP}
    assert LABELS["severity"].keys() == set(get_args(Severity))
    assert LABELS["level"].keys() == set(get_args(Level))


def test_pages_ask_for_names_that_there_are() -> None:
    folder = Path(catalog_service.__file__).parent
    sources = [*folder.rglob("*.py"), *folder.rglob("templates/*.html")]
    asked = [pair for path in sources for pair in LITERAL.findall(path.read_text("utf-8"))]
    assert len(asked) > 5
    assert [pair for pair in asked if pair[1] not in LABELS[pair[0]]] == []
