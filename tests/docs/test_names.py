"""What errors and documents tell people to run or open is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from catalog_service.app import create_app
from catalog_service.atlas import Atlas
from catalog_service.http.errors_page import kinds
from catalog_service.main import app
from catalog_service.settings import Settings
from tests.docs.test_routes import _routes
from translations import translator
from translations.extraction import catalogues, read

ROOT = Path(__file__).resolve().parents[2]
COMMAND = re.compile(r"(?:`|“|\.venv/bin/|[:：运行用] ?)atlas ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
PATH = re.compile(r"(?<![\w/.:<*“{}-])/(?:api/)?[a-z][\w/{}.…-]*")
SETTING = re.compile(r"ATLAS_[A-Z_]+\b")


def _texts() -> Iterator[tuple[str, str]]:
    for kind in kinds().values():
        yield kind.code, translator("zh").lookup(kind.text)
        yield kind.code, kind.text
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "examples/README.md"):
        yield str(path.relative_to(ROOT)), path.read_text("utf-8")
    for catalogue in map(read, catalogues()):
        for message in catalogue:
            for texts in (message.id, message.string):
                for text in (texts,) if isinstance(texts, str) else texts:
                    yield str(message.id), text


def test_commands_that_are_named_exist() -> None:
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    unknown = []
    named = 0
    for where, text in _texts():
        for first, second in COMMAND.findall(text):
            named += 1
            command = commands.get(first)
            below = getattr(command, "commands", None)
            if command is None or (below is not None and second and second not in below):
                unknown.append((where, f"atlas {first} {second}"))
    assert unknown == []
    assert named > 50


@pytest.fixture
def addresses(tmp_path: Path) -> list[re.Pattern[str]]:
    with Atlas(Settings(home=tmp_path)) as atlas:
        paths = {path for _, path in _routes(create_app(atlas).routes)}
    return [re.compile(re.sub(r"\\\{[^}]*\\\}", ".+", re.escape(path))) for path in paths]


def test_addresses_that_errors_name_exist(addresses: list[re.Pattern[str]]) -> None:
    unknown = []
    named = 0
    for kind in kinds().values():
        for text in (translator("zh").lookup(kind.text), kind.text):
            for path in PATH.findall(text):
                named += 1
                if not any(a.fullmatch(path.rstrip(".")) for a in addresses):
                    unknown.append((kind.code, path))
    assert unknown == []
    assert named > 5


def test_settings_that_are_named_exist() -> None:
    known = {f"ATLAS_{name.upper()}" for name in Settings.model_fields}
    tests = {"ATLAS_FLIPS", "ATLAS_REQUIRE_SERVICES", "ATLAS_CRASHES", "ATLAS_CRASH_REPORT"}
    unknown = [
        (where, name)
        for where, text in _texts()
        for name in SETTING.findall(text)
        if name not in known | tests and not name.endswith("_")
    ]
    assert unknown == []
