"""The tags of scripts and stylesheets: what Vite built, or the plain stylesheet where it did not.

A clone without Node still serves whole pages: the stylesheets are plain CSS and stand in
``static/styles``, and scripts only improve what works without them. ``make pages`` builds the small
bundles with names that change with their contents into ``static/built``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import orjson

STATIC: Final = Path(__file__).parent / "static"
BUILT: Final = "built"
_STYLES: Final = "../catalog_service/site/static/styles/atlas.css"
_PLAIN: Final = "/static/styles/atlas.css"


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of a page's stylesheets and module scripts."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]


@cache
def assets(entry: str = "atlas") -> Assets:
    """Return what a page links to; ``entry`` is a script of ``web/src`` by its name."""
    return read_manifest(STATIC / BUILT / "manifest.json", entry)


def read_manifest(manifest: Path, entry: str) -> Assets:
    """Read Vite's manifest; a missing or broken one gives the plain stylesheet and no script."""
    try:
        chunks = orjson.loads(manifest.read_bytes())
        styles = [chunks[_STYLES]["file"], *chunks[f"src/{entry}.ts"].get("css", ())]
        scripts = [chunks[f"src/{entry}.ts"]["file"]]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return Assets((_PLAIN,), ())
    return Assets(
        tuple(f"/static/{BUILT}/{name}" for name in styles),
        tuple(f"/static/{BUILT}/{name}" for name in scripts),
    )
