"""``docs/errors.md``, written from the code: ``python -m catalog_service.http.errors_page``."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import Final

from ontology.errors import CountedErrorKind, ErrorKind

ROOMS: Final = ("ontology", "shapes", "harvesters", "search", "catalog_service")

_HEAD: Final = """# Error codes

Written by `python -m catalog_service.http.errors_page > docs/errors.md`; a test holds it.

Every error has a stable code, a message in Chinese and English that says what to do, and where an
input is at fault the file, line and column. Over HTTP it is a problem detail (RFC 9457) with the
status below. On the command line the exit code is 2 for status 400 and wrong use, else 3; a
broken item of an import is counted as rejected, and the command ends with 1.

| code | status | message |
|---|---|---|
"""


def kinds() -> dict[str, ErrorKind]:
    """Return all kinds of errors by code, from the ``errors`` modules of all rooms.

    Raises ValueError where two kinds share a code.
    """
    found: dict[str, ErrorKind] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            if info.name.rpartition(".")[2] != "errors":
                continue
            for value in vars(importlib.import_module(info.name)).values():
                if isinstance(value, ErrorKind) and found.setdefault(value.code, value) != value:
                    raise ValueError(f"two kinds of errors are called {value.code}")
    return dict(sorted(found.items()))


def page() -> str:
    """Return the page."""
    rows = []
    for code, kind in kinds().items():
        text = kind.plural if isinstance(kind, CountedErrorKind) else kind.text
        text = " ".join(text.split()).replace("|", "\\|")
        rows.append(f"| `{code}` | {kind.status} | {text} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(page())
