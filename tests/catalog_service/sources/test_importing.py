"""What an import says where all is safe and search is away."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog_service.atlas import Atlas
from catalog_service.console.projecting import projecting
from catalog_service.errors import exit_code
from catalog_service.main import app
from catalog_service.settings import Settings
from ontology.errors import AtlasError


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address at which nobody answers, for as long as the port is held."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def test_what_was_written_is_told_apart_from_a_failure(tmp_path: Path, nowhere: str) -> None:
    settings = Settings(home=tmp_path, search_url=nowhere)
    with Atlas(settings) as atlas:
        with pytest.raises(AtlasError) as told, projecting(atlas, beside=False):
            atlas.journal.put_source("city", kind="push")
        assert atlas.journal.source("city") is not None
    assert told.value.code == "saved-not-shown"
    assert exit_code(told.value) == 1
    assert "ATLAS_SEARCH_URL" in told.value.message("en")
    with Atlas(settings) as atlas, pytest.raises(RuntimeError), projecting(atlas, beside=False):
        raise RuntimeError("the import itself failed")


def test_an_import_tells_its_counts_though_search_is_away(
    tmp_path: Path, nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ATLAS_SEARCH_URL", nowhere)
    file = tmp_path / "records.jsonl"
    file.write_text('{"id": "1", "title": "停车场", "open_type": "unconditional"}\n', "utf-8")
    arguments = ["import", str(file), "--source", "city", "--gate", "report", "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1, result.output
    # The log goes elsewhere in the real command, which sets it up.
    told = json.loads(result.stdout[result.stdout.index("{\n") :])
    assert (told["read"], told["created"], told["shown"]) == (1, 1, False)
    assert told["errors"][0]["code"] == "saved-not-shown"
