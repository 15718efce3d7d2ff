"""Writes the example files: ``python -m examples.making``."""

from __future__ import annotations

from pathlib import Path

from examples.making import districts, open_lists, portal, readme

EXAMPLES = Path(__file__).resolve().parents[1]


def everything() -> dict[str, bytes]:
    """Return every made file by its path below ``examples``."""
    made = open_lists.files() | portal.files() | districts.files()
    return made | {"README.md": readme.text(made).encode()}


if __name__ == "__main__":
    for path, content in everything().items():
        (EXAMPLES / path).write_bytes(content)
