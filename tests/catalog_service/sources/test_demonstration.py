"""The platforms of the demo: a visit that does not end well is told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from catalog_service.console.output import Output
from catalog_service.sources import demonstration
from catalog_service.sources.errors import RUN_STOPPED
from catalog_service.sources.harvests.model import HarvestResult
from ontology.errors import AtlasError
from tests.fixtures.web import House


def test_a_visit_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    result = HarvestResult(None, "stopped", error=AtlasError(RUN_STOPPED))
    monkeypatch.setattr(demonstration, "harvest", lambda *_, **__: result)
    server: Any = SimpleNamespace(url="http://127.0.0.1:9", port=9)
    with House(tmp_path).atlas as atlas:
        demonstration._visit(atlas, Output(as_json=False), demonstration.PLATFORMS[0], server)
    assert "sim-city" in capsys.readouterr().err
