"""A fingerprint knows the code it was mapped by: no change of it goes unnoticed."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from harvesters.mapping import mapping_files
from harvesters.mapping.mapping_files import CODE, code_digest, mappings_digest


def copied(tmp_path: Path) -> list[Path]:
    folders = []
    for package in CODE:
        folder = tmp_path / package
        decides = shutil.ignore_patterns("__pycache__", "*.ttl", "*.json")
        shutil.copytree(str(files(package)), folder, ignore=decides)
        folders.append(folder)
    return folders


@pytest.mark.parametrize(
    "changed",
    [
        "harvesters/mapping/portal.toml",
        "harvesters/mapping/record_mapper.py",
        "harvesters/privacy/personal_data.py",
        "ontology/spelling.py",
    ],
)
def test_a_changed_module_changes_every_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    folders = copied(tmp_path)
    assert code_digest(*folders) == code_digest(*map(files, CODE))
    before = mappings_digest()
    module = tmp_path / changed
    module.write_bytes(module.read_bytes() + b"\n")
    assert code_digest(*folders) != code_digest(*map(files, CODE))

    monkeypatch.setattr(mapping_files, "files", lambda name: tmp_path / name)
    after = mappings_digest.__wrapped__()
    assert after != before
    module.write_bytes(module.read_bytes()[:-1])
    assert mappings_digest.__wrapped__() == before


def test_a_renamed_module_counts(tmp_path: Path) -> None:
    folders = copied(tmp_path)
    before = code_digest(*folders)
    (folders[0] / "mapping/record_mapper.py").rename(folders[0] / "mapping/mapper.py")
    assert code_digest(*folders) != before
