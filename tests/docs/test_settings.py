"""docs/settings.md is held against the code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from catalog_service.settings import Settings

ROW = re.compile(r"^\| `ATLAS_([A-Z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {
        name.lower(): (default, text) for name, default, text in ROW.findall(DOCS.read_text())
    }
    assert documented.keys() == Settings.model_fields.keys()
    for name, info in Settings.model_fields.items():
        default, text = documented[name]
        assert text == info.description
        assert default == ("(empty)" if info.default in (None, "") else f"`{info.default}`")


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "atlas.toml").write_text('base_iri = "https://a.example/"\ntoday = "2026-05-31"\n')
    monkeypatch.chdir(tmp_path)
    assert Settings().base_iri == "https://a.example"
    assert Settings().today == date(2026, 5, 31)
    monkeypatch.setenv("ATLAS_BASE_IRI", "https://b.example")
    assert Settings().base_iri == "https://b.example"


def test_an_unknown_name_in_the_file_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "atlas.toml").write_text('base_uri = "https://a.example/"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValidationError, match="base_uri"):
        Settings()
