"""docs/settings.md is held against the code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from catalog_service.settings import Settings
from catalog_service.settings_urls import without_user
from ontology.errors import AtlasError

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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_iri", "javascript:alert(1)"),
        ("base_iri", ""),
        ("base_iri", "https://a.example/?q"),
        ("base_iri", "https://a.example/#f"),
        ("base_iri", "https://a b.example"),
        ("base_iri", "https://"),
        ("base_iri", "https://a.example:port"),
        ("public_url", "ftp://a.example"),
        ("public_url", "https://me:secret@a.example"),
        ("graph_url", "file:///etc/passwd"),
    ],
)
def test_an_address_that_cannot_be_one_is_an_error(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})


def test_messages_carry_no_password() -> None:
    assert without_user("http://me:s@cret@h:1/x") == "http://***@h:1/x"
    assert without_user("http://h/a@b") == "http://h/a@b"
    for url in (
        "postgresql://me:secret@127.0.0.1:1/x",
        "postgresql://127.0.0.1:1/x?password=secret",
        "mysql://me:secret@127.0.0.1:1/x?password=secret",
        "postgresql://me:secret@127.0.0.1:port/x",
    ):
        with pytest.raises(AtlasError) as caught:
            Journal.open(url, SystemClock())
        assert "secret" not in caught.value.message("en")


def test_a_mistyped_journal_address_grows_no_folders(tmp_path: Path) -> None:
    with pytest.raises(AtlasError) as caught:
        Journal.open(f"sqlite:///{tmp_path / 'a' / 'b' / 'j.sqlite'}", SystemClock(), folders=False)
    assert caught.value.code == "journal-unreachable"
    assert not (tmp_path / "a").exists()
