"""The suites of the World Wide Web Consortium, which stand beside the project and not in it."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SHARED

SUITES = SHARED / "w3c"


@pytest.fixture(scope="session")
def w3c(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return where a suite (``shacl``, ``sparql``, ``rdf11``) is unpacked, once in a session.

    A session that is shared out to several processes unpacks into a folder of each process.
    """
    folders: dict[str, Path] = {}

    def unpacked(suite: str) -> Path:
        archive = SUITES / f"{suite}.tar.xz"
        if not archive.is_file():
            pytest.skip(f"the W3C suite (../shared/data/w3c/{archive.name}) is not on this machine")
        if suite not in folders:
            folder = tmp_path_factory.mktemp(suite)
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
            folders[suite] = folder
        return folders[suite]

    return unpacked
