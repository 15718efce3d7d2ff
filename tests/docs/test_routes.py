"""docs/api.md lists every address that the application answers, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog_service.app import create_app
from catalog_service.atlas import Atlas
from catalog_service.settings import Settings

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"
ROW = re.compile(r"^\| `(GET|POST|PUT|DELETE)` \| `([^`]+)` \| (.+?) \|$", re.MULTILINE)


def _routes(routes: list[Any]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _routes(route.original_router.routes)
        elif hasattr(route, "path") and hasattr(route, "methods"):
            for method in set(route.methods or ()) - {"HEAD", "OPTIONS"}:
                yield method, re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path)


def test_every_address_is_documented(tmp_path: Path) -> None:
    with Atlas(Settings(home=tmp_path)) as atlas:
        answered = set(_routes(create_app(atlas).routes))
    documented = {(method, path) for method, path, _ in ROW.findall(DOCS.read_text("utf-8"))}
    assert documented == answered
