"""One profile: ``python -m catalog_service.quality.data.process``.

It reads a file of somebody else, so it is a process that can be killed, with a bound on its memory.
It has no journal, no settings and no network. What is asked comes as JSON on standard input, what
was found goes as JSON to standard output.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any, Final

import orjson

from catalog_service.quality.data.headings import Declared
from catalog_service.quality.data.json_rows import NotReadableError
from catalog_service.quality.data.model import DeclaredItem
from catalog_service.quality.data.plain_table import digest, plain_table
from catalog_service.quality.data.profiling import profile

_DATA: Final = 1024 * 1024 * 1024
"""Bytes that may be taken at most, used or not; what is used is watched from without."""


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Return a profile as it is written, or why there is none."""
    path, folder = Path(asked["path"]), Path(asked["folder"])
    declared = Declared([_item(one) for one in asked["items"]])
    codes = {name: tuple(values) for name, values in asked["codes"].items()}
    try:
        sha256 = digest(path)
        table = plain_table(path, asked["kind"], declared, folder)
        found = profile(table, declared, codes, folder, path.stat().st_size, sha256)
    except NotReadableError as error:
        return {"refused": str(error)}
    except (UnicodeError, RecursionError, MemoryError):
        return {"refused": "bad-table"}
    return {"profile": found.written()}


def _item(said: dict[str, Any]) -> DeclaredItem:
    return DeclaredItem(**{**said, "names": tuple(said["names"])})


def main() -> None:
    """Answer one question."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (_DATA, _DATA))
    said = answer(orjson.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(orjson.dumps(said))


if __name__ == "__main__":
    main()
