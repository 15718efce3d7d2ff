"""A path in ATLAS_PUBLIC_URL is refused: half of the links would lead past it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from catalog_service.settings import Settings
from tests.fixtures.lives import ATLAS, environment


@pytest.mark.parametrize("path", ["/atlas", "/a/b", "//", "/atlas/"])
def test_a_path_is_refused_with_what_to_do(path: str) -> None:
    address = f"https://example.org{path}"
    if not path.strip("/"):
        assert Settings(public_url=address).public_url == "https://example.org"
        return
    with pytest.raises(ValidationError, match="host name or a port of its own"):
        Settings(public_url=address)


@pytest.mark.parametrize("address", ["https://example.org", "http://example.org:8081/"])
def test_a_host_and_a_port_are_not(address: str) -> None:
    assert Settings(public_url=address).public_url == address.rstrip("/")


def test_the_base_of_identifiers_may_have_one() -> None:
    base = "https://w3id.org/shanghai"
    assert Settings(base_iri=base).base_iri == base


@pytest.mark.slow
def test_the_command_says_so_and_starts_nothing(tmp_path: Path) -> None:
    ran = subprocess.run(
        [*ATLAS, "serve", "--port", "0"],
        env={**environment(tmp_path / "var"), "ATLAS_PUBLIC_URL": "https://example.org/atlas"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode != 0
    assert "public_url" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "var").exists()
