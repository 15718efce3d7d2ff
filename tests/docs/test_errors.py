"""docs/errors.md is held against every kind of error in the code."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from string import Formatter

from ontology.errors import ErrorKind

ROOMS = ("ontology", "shapes", "harvesters", "search", "catalog_service")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
ROW = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)


def kinds() -> dict[str, ErrorKind]:
    """All error kinds by code, from the ``errors`` modules of all rooms."""
    found: dict[str, ErrorKind] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            if info.name.rpartition(".")[2] != "errors":
                continue
            for value in vars(importlib.import_module(info.name)).values():
                if isinstance(value, ErrorKind):
                    assert found.setdefault(value.code, value) == value, value.code
    return found


def test_every_code_is_documented_and_every_documented_code_exists() -> None:
    assert sorted(ROW.findall(DOCS.read_text("utf-8"))) == sorted(kinds())


def test_both_languages_use_the_same_parameters_and_say_what_to_do() -> None:
    for kind in kinds().values():
        fields = [
            {name for _, name, _, _ in Formatter().parse(text) if name}
            for text in (kind.zh, kind.en)
        ]
        assert fields[0] == fields[1], kind.code
        # What happened, and what to do: more than one clause in either language.
        assert len(re.findall(r"[。；，：]", kind.zh)) >= 2, kind.code  # noqa: PLR2004
        assert len(re.findall(r"[.;,:](?:\s|$)", kind.en)) >= 2, kind.code  # noqa: PLR2004


def test_codes_are_lower_case_with_hyphens() -> None:
    assert [code for code in kinds() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []
