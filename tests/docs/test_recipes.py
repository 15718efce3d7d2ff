"""The patches of ``docs/recipes`` apply, touch as few files as they say, and do what they say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATCHES = sorted((ROOT / "docs" / "recipes").glob("*.patch"))
MOST = 2
"""Files of production code that a recipe may touch; a new room is one folder."""
BESIDE = ("tests/", "docs/", "translations/")
"""What comes with every change and is not counted."""
CATALOGUE = "translations/zh/LC_MESSAGES/atlas"


def touched(patch: Path) -> tuple[set[str], set[str]]:
    """Return what a patch changes (files, and folders that are new), and the tests it brings."""
    lines = patch.read_text("utf-8").splitlines()
    paths = [line.removeprefix("+++ b/") for line in lines if line.startswith("+++ b/")]
    counted = set()
    for path in paths:
        if path.startswith(BESIDE):
            continue
        room = "/".join(PurePosixPath(path).parts[:2])
        counted.add(path if (ROOT / room).exists() else room)
    return counted, {path for path in paths if path.startswith("tests/")}


def run(copy: Path, *command: str) -> None:
    done = subprocess.run(
        command,
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_there_are_recipes() -> None:
    assert [path.stem for path in PATCHES] == ["capability", "facet", "vocabulary-value"]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda path: path.stem)
def test_a_recipe_touches_few_files_and_brings_its_test(patch: Path) -> None:
    changed, tests = touched(patch)
    assert len(changed) <= MOST, changed
    assert tests


@pytest.mark.slow
def test_the_recipes_work(tmp_path: Path) -> None:
    names = (".git", ".venv*", "var", "node_modules", ".*_cache", "__pycache__")
    copy = Path(shutil.copytree(ROOT, tmp_path / "copy", ignore=shutil.ignore_patterns(*names)))
    # All in one copy: each is shown by its own tests, and they stand beside one another.
    run(copy, "git", "apply", "--whitespace=error", *map(str, PATCHES))
    pybabel = str(Path(sys.executable).with_name("pybabel"))
    run(copy, pybabel, "-q", "compile", "-i", f"{CATALOGUE}.po", "-o", f"{CATALOGUE}.mo")
    tests = sorted(set[str]().union(*(touched(patch)[1] for patch in PATCHES)))
    held = ("tests/translations", "tests/docs/test_routes.py", "tests/docs/test_cli.py")
    run(copy, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, *held)
